package objects

import (
	"plait/elf"
	"plait/objfile"
)

// A Memory is the memory of the process in whose address space the objects are.
type Memory struct {
	Word        func(addr uint64) (uint64, error) // reads a word
	VDSO        func(addr uint64) bool            // whether addr is in the vDSO
	Interrupted func() bool                       // asked now and then; if true, the work stops early
}

// Bound returns the implementations of the IFUNCs among functions, which are defined by o:
// their run-time addresses, by the link-time addresses of the resolvers. It finds those
// that a relocated word of any object in l points to. It returns false if it was
// interrupted.
func (l List) Bound(o *Object, functions []elf.Symbol, m Memory) (bound map[uint64]uint64, ok bool) {
	b := binding{Memory: m, object: o, names: map[string]uint64{}, bound: map[uint64]uint64{}}
	for _, f := range functions {
		if f.IsIndirect() {
			b.names[f.Name] = f.Value
		}
	}
	if len(b.names) == 0 {
		return nil, true
	}
	for _, importer := range l {
		if importer.File != nil && !b.search(importer) {
			return nil, false
		}
	}
	return b.bound, true
}

// interruptInterval is how many words are looked at between two calls of Interrupted.
const interruptInterval = 1 << 10

// A binding is the search for the implementations of one object's IFUNCs.
type binding struct {
	Memory
	object *Object
	names  map[string]uint64 // resolvers of the IFUNCs, by name
	bound  map[uint64]uint64 // implementations, by resolver
}

// search looks at the words by which importer reaches functions. It returns false if it was
// interrupted.
func (b *binding) search(importer *Object) bool {
	relocations, ok := objfile.Read(importer.File, func() []elf.Relocation { all, _ := importer.File.Relocations(); return all })
	for i, r := range relocations {
		if i%interruptInterval == 0 && b.Interrupted() {
			return false
		}
		resolver, wanted := b.names[r.Symbol.Name], r.Kind != elf.IRelative
		if !wanted && importer == b.object {
			resolver = r.Addend
		}
		if resolver == 0 || b.bound[resolver] != 0 {
			continue
		}
		v, err := b.Word(importer.Base + r.Offset)
		if err == nil && b.implements(v) && !importer.isUnbound(r, v) {
			b.bound[resolver] = v
		}
	}
	return ok
}

// implements reports whether addr can be the implementation of an IFUNC of the object: it is
// in the object itself or, like that of time(2), in the vDSO. An address elsewhere belongs
// to another object's function of the same name.
func (b *binding) implements(addr uint64) bool {
	if b.object.Lo <= addr && addr < b.object.Hi {
		return true
	}
	return b.VDSO(addr)
}
