package elf

import (
	"cmp"
	"debug/elf"
	"slices"
	"strings"
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
	slices.SortFunc(all, func(a, b Symbol) int {
		if a.Value != b.Value {
			return cmp.Compare(a.Value, b.Value)
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return slices.CompactFunc(all, func(a, b Symbol) bool {
		return a.Value == b.Value && a.Name == b.Name
	})
}

// Around returns the function that addr is in, by the symbols. Unlike Functions
// it keeps nothing and reads few names, so it costs little even of a big program.
func (f *File) Around(addr uint64) (Symbol, bool) {
	var best Symbol
	for _, s := range f.dynsyms() {
		if s.around(addr) && s.isBetter(&best) {
			best = s
		}
	}
	b, strtab := f.symtabSection()
	for ; len(b) >= symSize; b = b[symSize:] {
		s := parseSymbol(b, "")
		if !s.around(addr) || best.Name != "" && s.Value < best.Value {
			continue
		}
		s.Name = f.nameIn(strtab, uint64(f.Order.Uint32(b)))
		if s.isBetter(&best) {
			best = s
		}
	}
	return best, best.Name != ""
}

// isBetter tells whether s names what lies at an address in it better than best
// does: it begins nearer, or it is the shorter of two names for one thing. Names that
// libraries keep for themselves are longer: _IO_printf is printf.
func (s *Symbol) isBetter(best *Symbol) bool {
	switch {
	case s.Name == "":
		return false
	case best.Name == "" || s.Value != best.Value:
		return best.Name == "" || s.Value > best.Value
	}
	return len(s.Name) < len(best.Name)
}

// around tells whether addr is in the function s; without a size, at its start.
func (s *Symbol) around(addr uint64) bool {
	return s.IsFunction() && s.Value <= addr && addr-s.Value < max(s.Size, 1)
}

// nameIn reads one name of a string table, without its version.
func (f *File) nameIn(strtab sectionHeader, off uint64) string {
	if off >= strtab.size {
		return ""
	}
	b, err := f.readOff(strtab.off+off, min(maxName, strtab.size-off), "symbol name")
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(cString(string(b), 0), "@")
	return name
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

// Extent returns the range of the function that addr is in by the unwind table
// (Linux Standard Base, ".eh_frame"), which also strip leaves in place. Its
// start is the address of an instruction. A PLT may be described as one function.
func (f *File) Extent(addr uint64) (Range, bool) { return f.unwind().find(f, addr) }

// Span returns the range of the function that addr is in by the symbols. It
// costs sorting them, and is less sure than Extent: a symbol without a size
// reaches to the next.
func (f *File) Span(addr uint64) (Range, bool) { return findRange(f.spans(), addr) }

// listSpans makes ranges of the function symbols. One without a size reaches to
// the next, or to the end of its segment; none reaches over the next. It reads
// no names: a big program has hundreds of thousands of symbols.
func (f *File) listSpans() []Range {
	b, _ := f.symtabSection()
	var spans []Range
	for ; len(b) >= symSize; b = b[symSize:] {
		if kind := elf.ST_TYPE(b[4]); kind == elf.STT_FUNC || kind == elf.STT_GNU_IFUNC {
			spans = f.addSpan(spans, f.Order.Uint64(b[8:]), f.Order.Uint64(b[16:]))
		}
	}
	for _, s := range f.dynsyms() {
		if s.IsFunction() {
			spans = f.addSpan(spans, s.Value, s.Size)
		}
	}
	slices.SortFunc(spans, func(a, b Range) int {
		if a.Start != b.Start {
			return cmp.Compare(a.Start, b.Start)
		}
		return cmp.Compare(a.End, b.End)
	})
	spans = slices.CompactFunc(spans, func(a, b Range) bool { return a.Start == b.Start })
	for i := range max(len(spans), 1) - 1 {
		spans[i].End = min(spans[i].End, spans[i+1].Start)
	}
	return spans
}

func (f *File) addSpan(spans []Range, start, size uint64) []Range {
	seg, ok := f.executable(start)
	if !ok {
		return spans
	}
	end := seg.End
	if size > 0 && size < end-start {
		end = start + size
	}
	return append(spans, Range{start, end})
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
