package objects

import (
	"plait/elf"
	"plait/objfile"
)

// A Memory is that of the process in whose address space the objects are.
type Memory struct {
	Word func(addr uint64) (uint64, error) // reads a word
	VDSO func(addr uint64) bool            // whether the kernel's code is there
	Stop func() bool                       // whether to leave off
}

// Bound finds where the IFUNCs among the functions of an object are implemented, by their
// resolvers' link-time addresses, as far as words tell by which they are reached. It
// reports false if it was to leave off.
func (l List) Bound(of *Object, functions []elf.Symbol, m Memory) (bound map[uint64]uint64, ok bool) {
	b := binding{Memory: m, of: of, names: map[string]uint64{}, bound: map[uint64]uint64{}}
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

// patience is how many words are looked at until Stop is asked again.
const patience = 1 << 10

// A binding is the search for what the IFUNCs of one object are bound to.
type binding struct {
	Memory
	of    *Object
	names map[string]uint64 // resolvers of the IFUNCs, by name
	bound map[uint64]uint64 // implementations, by resolver
}

// search looks at the words of an object through which functions are reached.
func (b *binding) search(importer *Object) bool {
	relocations, ok := objfile.Read(importer.File, func() []elf.Relocation { all, _ := importer.File.Relocations(); return all })
	for i, r := range relocations {
		if i%patience == 0 && b.Stop() {
			return false
		}
		resolver, wanted := b.names[r.Symbol.Name], r.Kind != elf.IRelative
		if !wanted && importer == b.of {
			resolver = r.Addend
		}
		if resolver == 0 || b.bound[resolver] != 0 {
			continue
		}
		v, err := b.Word(importer.Base + r.Offset)
		if err == nil && b.implements(v) && !importer.leadsBack(r, v) {
			b.bound[resolver] = v
		}
	}
	return ok
}

// implements tells whether an IFUNC of the object may be implemented at addr: in the
// object itself or, as time(2) is, in the kernel's. A function that only has its name,
// in another object, is none of its own.
func (b *binding) implements(addr uint64) bool {
	if b.of.Lo <= addr && addr < b.of.Hi {
		return true
	}
	return b.VDSO(addr)
}
