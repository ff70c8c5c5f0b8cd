package tracer

import (
	"path"

	"plait/infer"
	"plait/proto"
)

// guess is the prototype of a function that none is known of, by its machine code
// at a link-time address of the object; nil if that can't be followed.
func (t *Tracer) guess(o *object, addr uint64) *proto.Prototype {
	if o == nil || o.file == nil || !o.file.Native() {
		return nil
	}
	s, ok := infer.Function(infer.Program{Code: o.file.code, Import: t.imports(o.file)}, addr)
	if !ok {
		return nil
	}
	p := proto.Guessed(s.Ints, s.Floats)
	p.More = s.More
	return p
}

// code reads what is mapped of a file.
func (f *file) code(addr uint64, b []byte) int {
	n, _ := f.ReadMem(b, addr)
	return n
}

// imports tells what the functions take that a file calls through its GOT, as far
// as they have prototypes.
func (t *Tracer) imports(f *file) func(got uint64) (infer.Signature, bool) {
	return func(got uint64) (s infer.Signature, ok bool) {
		if f.imports == nil {
			found, ok := reading(t, f, f.scan)
			if !ok {
				return s, false
			}
			f.imports = map[uint64]string{}
			for _, slot := range found.Slots {
				f.imports[slot.GOT] = slot.Name
			}
		}
		p := t.Prototypes.Lookup("", f.imports[got])
		if p == nil || f.imports[got] == "" {
			return s, false
		}
		s.Ints, s.Floats = p.Registers()
		return s, true
	}
}

// place tells what lies at an address: a function, the stack, the heap, or the
// file that is mapped there.
func (t *Tracer) place(tr *tracee, addr uint64) proto.Place {
	if name := t.symbol(tr.space, addr); name != "" {
		return proto.Place{Symbol: name, Mapped: true}
	}
	s := tr.space
	i := mappingAt(s.places, addr)
	if i < 0 {
		// Most words are no addresses: to find that out costs less than the mappings.
		if _, err := t.readWord(tr, addr&^7); err != nil {
			return proto.Place{}
		}
		maps, err := t.Kernel.Maps(tr.tid)
		if err != nil {
			return proto.Place{}
		}
		s.places = maps
		if i = mappingAt(maps, addr); i < 0 {
			return proto.Place{}
		}
	}
	return proto.Place{Region: region(s.places[i].Path), Mapped: true}
}

// region is what is said of a mapping by its name in maps(5); "" of an anonymous one.
func region(name string) string {
	switch {
	case name == "[heap]":
		return "heap"
	case name == "[stack]":
		return "stack"
	case name == "" || name[0] == '[':
		return ""
	}
	return path.Base(name)
}
