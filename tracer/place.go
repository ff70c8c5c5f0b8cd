package tracer

import (
	"path"

	"plait/proto"
)

// symbol names the function that addr lies in, "main" or "main+0x12"; it is
// empty if none is known.
func (t *Tracer) symbol(s *space, addr uint64) string {
	o := s.objectAt(addr)
	if o == nil || o.file == nil {
		return ""
	}
	return o.file.NameAt(addr - o.base)
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
