package elf

import (
	"cmp"
	"slices"
)

// Functions returns the functions that the object defines, from its full symbol
// table if it has one, and its dynamic one. They are sorted by Value and Name;
// aliases are entries of their own.
func (f *File) Functions() []Symbol { return f.functions() }

func (f *File) listFunctions() []Symbol {
	var all []Symbol
	for _, table := range [][]Symbol{f.dynsyms(), f.symtab()} {
		for _, s := range table {
			if s.IsFunction() && s.Name != "" {
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Symbol) int {
		return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Name, b.Name))
	})
	return slices.CompactFunc(all, func(a, b Symbol) bool {
		return a.Value == b.Value && a.Name == b.Name
	})
}

// FunctionAt returns the names of the function that begins at addr.
func (f *File) FunctionAt(addr uint64) []Symbol {
	all := f.functions()
	from, _ := slices.BinarySearchFunc(all, addr, func(s Symbol, addr uint64) int { return cmp.Compare(s.Value, addr) })
	to := from
	for to < len(all) && all[to].Value == addr {
		to++
	}
	return all[from:to]
}

// Extent returns the range of the function that addr is in: its start is known
// to be an instruction. It comes from the unwind table (Linux Standard Base,
// ".eh_frame"), which also strip leaves in place, or else from the symbols.
func (f *File) Extent(addr uint64) (Range, bool) {
	if r, ok := f.unwind().find(f, addr); ok {
		return r, true
	}
	return findRange(f.spans(), addr)
}

// Starts returns the known function starts in [lo, hi), sorted.
func (f *File) Starts(lo, hi uint64) []uint64 {
	starts := f.unwind().starts(lo, hi)
	for _, s := range f.functions() {
		if lo <= s.Value && s.Value < hi {
			starts = append(starts, s.Value)
		}
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

// listSpans makes ranges of the function symbols. One without a size reaches to
// the next, or to the end of its segment; none reaches over the next.
func (f *File) listSpans() []Range {
	var spans []Range
	for _, s := range f.functions() {
		seg, ok := f.executable(s.Value)
		if !ok {
			continue
		}
		end := seg.End
		if s.Size > 0 && s.Size < end-s.Value {
			end = s.Value + s.Size
		}
		if n := len(spans); n > 0 && spans[n-1].Start == s.Value {
			spans[n-1].End = min(spans[n-1].End, end)
			continue
		} else if n > 0 {
			spans[n-1].End = min(spans[n-1].End, s.Value)
		}
		spans = append(spans, Range{s.Value, end})
	}
	return spans
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
