package elf

import (
	"debug/elf"
	"math"
	"slices"
	"sort"
)

// An index finds functions by their addresses. There may be ten million of them, so it
// keeps eight bytes for each. Names and sizes, of which few are needed, stay in the file.
type index struct {
	base    uint64   // lowest address
	entries []uint64 // sorted: address minus base in the upper half, reference in the lower half
}

// A reference is a symbol's index in its table. fullTable is set in those of the full
// table.
const fullTable = 1 << 31

func (x *index) value(i int) uint64 { return x.base + x.entries[i]>>32 }
func (x *index) ref(i int) uint32   { return uint32(x.entries[i]) }

// after returns the index of the first function that begins after addr.
func (x *index) after(addr uint64) int {
	return sort.Search(len(x.entries), func(i int) bool { return x.value(i) > addr })
}

// groupStart returns the index of the first function with the same address as the i-th.
func (x *index) groupStart(i int) int {
	value := x.value(i)
	return sort.Search(i, func(i int) bool { return x.value(i) >= value })
}

// readIndex lists the named functions of both symbol tables.
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

// eachFunction calls visit with the reference and the Elf64_Sym of each named function of
// both symbol tables.
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

// symbol reads the i-th function. The name is always read from the dynamic table, from the
// full one only if named is set.
func (f *File) symbol(x *index, i int, named bool) Symbol {
	ref := x.ref(i)
	if ref&fullTable == 0 {
		return f.dynsyms().at(int(ref))
	}
	table := f.symtab()
	s, name, ok := table.at(f, uint64(ref&^fullTable))
	if ok && named {
		s.splitVersion(table.name(f, name))
	}
	return s
}
