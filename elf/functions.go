package elf

import (
	"cmp"
	"slices"
	"strings"
)

// Functions returns the functions that the object defines according to its symbol tables,
// the full one if there is one and the dynamic one. If wanted is not nil, it returns only
// those whose names wanted accepts. They are sorted by Value and Name; each alias is an
// entry.
func (f *File) Functions(wanted func(name string) bool) []Symbol {
	var all []Symbol
	full := f.symtab()
	names, err := f.readText(full.names, full.namesSize, "string table")
	if err != nil {
		names = ""
	}
	dynamic := f.dynsyms()
	room := len(names)
	f.eachFunction(func(ref uint32, raw []byte) {
		var s Symbol
		if ref&fullTable == 0 {
			s = dynamic.at(int(ref))
		} else {
			s = parseSymbol(raw, "")
			name := cString(names, uint64(f.Order.Uint32(raw)))
			f.checkNameless(name, names, uint64(f.Order.Uint32(raw)))
			s.splitVersion(name)
		}
		if s.Name == "" || wanted != nil && !wanted(s.Name) {
			return
		}
		room = s.detach(room)
		all = append(all, s)
	})
	return sortFunctions(all)
}

// detach copies the names of s, so that the string table they are part of can be freed. It
// does nothing if they exceed room, since overlapping names can be larger than the table
// itself. It returns the remaining room.
func (s *Symbol) detach(room int) int {
	if room -= len(s.Name) + len(s.Version); room < 0 {
		return 0
	}
	s.Name, s.Version = strings.Clone(s.Name), strings.Clone(s.Version)
	return room
}

// sortFunctions sorts functions by Value and Name and removes duplicates.
func sortFunctions(all []Symbol) []Symbol {
	slices.SortFunc(all, func(a, b Symbol) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), strings.Compare(a.Name, b.Name))
	})
	return slices.CompactFunc(all, func(a, b Symbol) bool {
		return a.Value == b.Value && a.Name == b.Name
	})
}

// maxAliases bounds how many names of one function are read.
const maxAliases = 32

// maxContaining bounds how many functions EnclosingFunction tries.
const maxContaining = 256

// EnclosingFunction returns the function that contains addr according to the symbols. Of
// several it returns the one with the highest start, by its shortest name: names that
// libraries keep to themselves are longer, such as _IO_printf for printf.
func (f *File) EnclosingFunction(addr uint64) (Symbol, bool) {
	x := f.functions()
	for end, n := x.after(addr), 0; end > 0 && n < maxContaining; {
		start := x.groupStart(end - 1)
		var best Symbol
		for i := start; i < end && n < maxContaining; i++ {
			n++
			if s := f.symbol(x, i, false); !s.contains(addr) {
				continue
			}
			if s := f.symbol(x, i, true); s.Name != "" && (best.Name == "" || len(s.Name) < len(best.Name)) {
				best = s
			}
		}
		if best.Name != "" {
			return best, true
		}
		end = start
	}
	return Symbol{}, false
}

// contains reports whether addr is in the function s. A function without a size contains
// only its first byte.
func (s *Symbol) contains(addr uint64) bool {
	return s.IsFunction() && s.Value <= addr && addr-s.Value < max(s.Size, 1)
}

// FunctionAt returns the functions that begin at addr, sorted by name: one symbol for each
// alias.
func (f *File) FunctionAt(addr uint64) []Symbol {
	x := f.functions()
	var all []Symbol
	for i := x.after(addr) - 1; i >= 0 && x.value(i) == addr && len(all) < maxAliases; i-- {
		all = append(all, f.symbol(x, i, true))
	}
	return sortFunctions(all)
}

// Extent returns the range of the function that contains addr according to the unwind
// table (Linux Standard Base Core, ".eh_frame"), which strip(1) keeps. The range begins at
// an instruction. A whole PLT may be described as one function.
func (f *File) Extent(addr uint64) (Range, bool) { return f.unwind().find(f, addr) }

// Span returns the range of the function that contains addr according to the symbols. It
// is less reliable than Extent: a symbol without a size extends to the next one or to the
// end of its segment, and no symbol extends past the next.
func (f *File) Span(addr uint64) (Range, bool) {
	x := f.functions()
	end := x.after(addr)
	if end == 0 {
		return Range{}, false
	}
	r := Range{Start: x.value(end - 1)}
	segment, ok := f.executable(r.Start)
	if !ok {
		return Range{}, false
	}
	r.End = segment.End
	if end < len(x.entries) {
		r.End = min(r.End, x.value(end))
	}
	for i := max(x.groupStart(end-1), end-maxAliases); i < end; i++ {
		if size := f.symbol(x, i, false).Size; size > 0 && size < r.End-r.Start {
			r.End = r.Start + size
		}
	}
	return r, r.Contains(addr)
}

// executable returns the executable segment that contains addr, as far as it is in the
// file.
func (f *File) executable(addr uint64) (Range, bool) {
	for _, s := range f.Segments {
		if r := (Range{s.Vaddr, s.Vaddr + s.Filesz}); s.Executable() && r.Contains(addr) {
			return r, true
		}
	}
	return Range{}, false
}

// findRange returns the range that contains addr. ranges are sorted.
func findRange(ranges []Range, addr uint64) (Range, bool) {
	i, exact := slices.BinarySearchFunc(ranges, addr, func(r Range, addr uint64) int { return cmp.Compare(r.Start, addr) })
	if !exact {
		i--
	}
	if i < 0 || !ranges[i].Contains(addr) {
		return Range{}, false
	}
	return ranges[i], true
}
