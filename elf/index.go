package elf

import (
	"debug/elf"
	"math"
	"slices"
	"sort"
)

// An index finds functions by their addresses. There may be ten million of them: it
// has eight bytes for each, and leaves names and sizes, of which few are asked, where
// they are.
type index struct {
	base    uint64   // what addresses count from
	entries []uint64 // sorted: address, and reference in the lower half
}

// A reference is a symbol's index in its table.
const fullTable = 1 << 31 // not the dynamic one

func (x *index) value(i int) uint64 { return x.base + x.entries[i]>>32 }
func (x *index) ref(i int) uint32   { return uint32(x.entries[i]) }

// behind is the index of the first function that begins behind addr.
func (x *index) behind(addr uint64) int {
	return sort.Search(len(x.entries), func(i int) bool { return x.value(i) > addr })
}

// group is where the functions begin that begin where the i-th does.
func (x *index) group(i int) int {
	value := x.value(i)
	return sort.Search(i, func(i int) bool { return x.value(i) >= value })
}

// readIndex lists the functions with a name that both tables have.
func (f *File) readIndex() *index {
	x := &index{base: math.MaxUint64}
	for _, s := range f.Segments {
		x.base = min(x.base, s.Vaddr)
	}
	n := 0
	f.eachFunction(func(uint32, []byte) { n++ })
	x.entries = make([]uint64, 0, n)
	f.eachFunction(func(ref uint32, raw []byte) {
		if value := f.Order.Uint64(raw[8:]) - x.base; value <= math.MaxUint32 && len(x.entries) < n {
			x.entries = append(x.entries, value<<32|uint64(ref))
		}
	})
	slices.Sort(x.entries)
	return x
}

// eachFunction calls visit with the functions of both tables that have a name, as
// they are in the file.
func (f *File) eachFunction(visit func(ref uint32, raw []byte)) {
	is := func(raw []byte) bool {
		s := Symbol{Type: elf.ST_TYPE(raw[4]), Defined: elf.SectionIndex(f.Order.Uint16(raw[6:])) != elf.SHN_UNDEF}
		return s.IsFunction() && f.Order.Uint32(raw) != 0
	}
	dynamic := f.dynsyms()
	for i := range dynamic.len() {
		if raw := dynamic.raw[i*symSize:]; is(raw) {
			visit(uint32(i), raw)
		}
	}
	f.symtab().each(f, func(i int, raw []byte) {
		if is(raw) {
			visit(uint32(i)|fullTable, raw)
		}
	})
}

// symbol reads the i-th function, with its name if named.
func (f *File) symbol(x *index, i int, named bool) Symbol {
	ref := x.ref(i)
	if ref&fullTable == 0 {
		return f.dynsyms().at(int(ref))
	}
	table := f.symtab()
	s, name, ok := table.at(f, uint64(ref&^fullTable))
	if ok && named {
		s.apart(table.name(f, name))
	}
	return s
}
