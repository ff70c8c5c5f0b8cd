package elf

import (
	"cmp"
	"slices"
	"strings"
)

// Functions returns those of the functions that the object defines, by its full symbol
// table if it has one, and its dynamic one, whose names are wanted; nil: all. They are
// sorted by Value and Name; aliases are entries of their own.
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
			f.noteLong(name, names, uint64(f.Order.Uint32(raw)))
			s.apart(name)
		}
		if s.Name == "" || wanted != nil && !wanted(s.Name) {
			return
		}
		room = s.detach(room)
		all = append(all, s)
	})
	return sorted(all)
}

// detach copies the names of s, so that the table that they are in can go, if there is
// room for it: names that overlap are more than their table, which is kept then. It
// returns how much room is left.
func (s *Symbol) detach(room int) int {
	if room -= len(s.Name) + len(s.Version); room < 0 {
		return 0
	}
	s.Name, s.Version = strings.Clone(s.Name), strings.Clone(s.Version)
	return room
}

// sorted sorts functions by Value and Name, and leaves out what comes again.
func sorted(all []Symbol) []Symbol {
	slices.SortFunc(all, func(a, b Symbol) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), strings.Compare(a.Name, b.Name))
	})
	return slices.CompactFunc(all, func(a, b Symbol) bool {
		return a.Value == b.Value && a.Name == b.Name
	})
}

// maxAliases bounds the names of one function that are looked at.
const maxAliases = 32

// maxAround bounds the functions that are looked at to find one that reaches as far as
// an address.
const maxAround = 256

// Around returns the function that addr is in, by the symbols: of several the one that
// begins last, and of its names the shortest. Those that libraries keep for themselves
// are longer: _IO_printf is printf.
func (f *File) Around(addr uint64) (Symbol, bool) {
	x := f.functions()
	for end, n := x.behind(addr), 0; end > 0 && n < maxAround; {
		start := x.group(end - 1)
		var best Symbol
		for i := start; i < end && n < maxAround; i++ {
			n++
			if s := f.symbol(x, i, false); !s.around(addr) {
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

// around tells whether addr is in the function s; without a size, at its start.
func (s *Symbol) around(addr uint64) bool {
	return s.IsFunction() && s.Value <= addr && addr-s.Value < max(s.Size, 1)
}

// FunctionAt returns the names of the function that begins at addr.
func (f *File) FunctionAt(addr uint64) []Symbol {
	x := f.functions()
	var all []Symbol
	for i := x.behind(addr) - 1; i >= 0 && x.value(i) == addr && len(all) < maxAliases; i-- {
		all = append(all, f.symbol(x, i, true))
	}
	return sorted(all)
}

// Extent returns the range of the function that addr is in by the unwind table
// (Linux Standard Base, ".eh_frame"), which also strip leaves in place. Its
// start is the address of an instruction. A PLT may be described as one function.
func (f *File) Extent(addr uint64) (Range, bool) { return f.unwind().find(f, addr) }

// Span returns the range of the function that addr is in by the symbols. It is less
// sure than Extent: a symbol without a size reaches to the next, or to the end of its
// segment; none reaches over the next.
func (f *File) Span(addr uint64) (Range, bool) {
	x := f.functions()
	end := x.behind(addr)
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
	for i := max(x.group(end-1), end-maxAliases); i < end; i++ {
		if size := f.symbol(x, i, false).Size; size > 0 && size < r.End-r.Start {
			r.End = r.Start + size
		}
	}
	return r, r.Contains(addr)
}

// executable returns the file's part of the executable segment that addr is in.
func (f *File) executable(addr uint64) (Range, bool) {
	for _, s := range f.Segments {
		if r := (Range{s.Vaddr, s.Vaddr + s.Filesz}); s.Executable() && r.Contains(addr) {
			return r, true
		}
	}
	return Range{}, false
}

// findRange returns the range of a sorted list that addr is in.
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
