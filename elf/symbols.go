package elf

import (
	"debug/elf"
	"encoding/binary"
	"strings"
)

// A Symbol is one entry of a symbol table.
type Symbol struct {
	Name    string
	Version string // without @; empty if the object has no versions
	From    string // soname of the object that must define it, if the version says so
	Value   uint64 // link-time address, if Defined
	Size    uint64 // bytes, 0 if unknown
	Type    elf.SymType
	Bind    elf.SymBind
	Defined bool
	Hidden  bool // defined, but not the default version of the name
}

// IsFunction tells whether s is a defined function; of an indirect one (IFUNC)
// Value is the resolver.
func (s *Symbol) IsFunction() bool {
	return s.Defined && (s.Type == elf.STT_FUNC || s.Type == elf.STT_GNU_IFUNC)
}

// IsIndirect tells whether s is an IFUNC.
func (s *Symbol) IsIndirect() bool { return s.Type == elf.STT_GNU_IFUNC }

// MayBeCalled tells whether a word that holds the address of s can be called
// through: s is a function, or undefined and not known to be data.
func (s *Symbol) MayBeCalled() bool {
	switch s.Type {
	case elf.STT_FUNC, elf.STT_GNU_IFUNC:
		return true
	case elf.STT_NOTYPE:
		return !s.Defined && s.Name != ""
	}
	return false
}

const symSize = 24 // Elf64_Sym

// parseSymbol reads an Elf64_Sym.
func parseSymbol(b []byte, names string) Symbol {
	le := binary.LittleEndian
	return Symbol{
		Name:    cString(names, uint64(le.Uint32(b))),
		Type:    elf.ST_TYPE(b[4]),
		Bind:    elf.ST_BIND(b[4]),
		Defined: elf.SectionIndex(le.Uint16(b[6:])) != elf.SHN_UNDEF,
		Value:   le.Uint64(b[8:]),
		Size:    le.Uint64(b[16:]),
	}
}

// readDynsyms reads the whole dynamic symbol table; index 0 is the null symbol.
func (f *File) readDynsyms() []Symbol {
	addr, ok := f.dyn[elf.DT_SYMTAB]
	if !ok || !f.Native() {
		return nil
	}
	b := f.readUpTo(addr, f.countDynsyms(addr)*symSize)
	symbols := make([]Symbol, len(b)/symSize)
	versions := f.readUpTo(f.dyn[elf.DT_VERSYM], uint64(2*len(symbols)))
	if f.dyn[elf.DT_VERSYM] == 0 {
		versions = nil
	}
	for i := range symbols {
		symbols[i] = parseSymbol(b[i*symSize:], f.strings())
		if len(versions) >= 2*i+2 {
			f.setVersion(&symbols[i], binary.LittleEndian.Uint16(versions[2*i:]))
		}
	}
	return symbols
}

func (f *File) setVersion(s *Symbol, versym uint16) {
	s.Hidden = s.Defined && versym&versionHidden != 0
	if index := versym & versionIndex; index > versionGlobal {
		v := f.versions()[index]
		s.Version, s.From = v.name, v.from
	}
}

// countDynsyms finds the length of the dynamic symbol table, which only the
// hash tables tell, and only of the symbols that they hold: relocations may
// name further ones.
func (f *File) countDynsyms(addr uint64) uint64 {
	n := max(f.countHash(), f.countGNUHash(), f.maxRelocSymbol()+1)
	if strtab := f.dyn[elf.DT_STRTAB]; n == 1 && strtab > addr {
		n = (strtab - addr) / symSize // as all linkers place them
	}
	return min(n, maxTable/symSize)
}

// Lookup finds a symbol that the object defines for others, as the dynamic
// loader would: through the hash table. Of several versions it prefers the
// default one.
func (f *File) Lookup(name string) (Symbol, bool) {
	if !f.Native() {
		return Symbol{}, false
	}
	var found Symbol
	ok := false
	f.candidates(name, func(s Symbol) bool {
		if s.Defined && s.Name == name && (!ok || found.Hidden) {
			found, ok = s, true
		}
		return !ok || found.Hidden
	})
	return found, ok
}

// symbolAt reads one symbol of the dynamic table.
func (f *File) symbolAt(index uint32) (Symbol, bool) {
	b, err := f.readMem(f.dyn[elf.DT_SYMTAB]+uint64(index)*symSize, symSize, "symbol")
	if err != nil {
		return Symbol{}, false
	}
	s := parseSymbol(b, f.strings())
	if table, ok := f.dyn[elf.DT_VERSYM]; ok {
		if v, err := f.readMem(table+2*uint64(index), 2, "symbol version"); err == nil {
			f.setVersion(&s, binary.LittleEndian.Uint16(v))
		}
	}
	return s, true
}

// Exports tells whether the object defines a function of that name for others.
func (f *File) Exports(name string) bool { return f.exports()[name] }

func (f *File) listExports() map[string]bool {
	names := map[string]bool{}
	for _, s := range f.dynsyms() {
		if s.IsFunction() {
			names[s.Name] = true
		}
	}
	return names
}

// readSymtab reads the full symbol table. "name@VERSION", as linkers write
// there, is taken apart.
func (f *File) readSymtab() []Symbol {
	b, strtab := f.symtabSection()
	names, err := f.readOff(strtab.off, strtab.size, "string table")
	if err != nil {
		return nil
	}
	return parseSymbols(b, string(names))
}

// symtabSection reads the bytes of the full symbol table, for which there must
// be section headers, and finds its string table.
func (f *File) symtabSection() ([]byte, sectionHeader) {
	if !f.Native() {
		return nil, sectionHeader{}
	}
	sections := f.sections()
	for _, s := range sections {
		if s.kind != elf.SHT_SYMTAB || s.link >= uint32(len(sections)) {
			continue
		}
		if b, err := f.readOff(s.off, s.size, "symbol table"); err == nil {
			return b, sections[s.link]
		}
	}
	return nil, sectionHeader{}
}

func parseSymbols(b []byte, names string) []Symbol {
	symbols := make([]Symbol, 0, len(b)/symSize)
	for ; len(b) >= symSize; b = b[symSize:] {
		s := parseSymbol(b, names)
		if s.Name == "" || s.Type == elf.STT_SECTION || s.Type == elf.STT_FILE {
			continue
		}
		if name, version, ok := strings.Cut(s.Name, "@"); ok && name != "" {
			s.Name, s.Version = name, strings.TrimPrefix(version, "@")
		}
		symbols = append(symbols, s)
	}
	return symbols
}

// A sectionHeader is the used part of an Elf64_Shdr.
type sectionHeader struct {
	name            string
	nameOff         uint32
	kind            elf.SectionType
	link            uint32
	addr, off, size uint64
}

// sections reads the section headers of a 64-bit file, if there are any. With
// more than 0xff00 of them the number is in the first one's size.
func (f *File) sections() []sectionHeader {
	if f.shoff == 0 || f.shentsz < 64 {
		return nil
	}
	n := f.shnum
	if n == 0 {
		first, err := f.readOff(f.shoff, 64, "section header")
		if err != nil {
			return nil
		}
		n = f.Order.Uint64(first[32:])
	}
	if n > maxSections {
		return nil
	}
	b, err := f.readOff(f.shoff, n*f.shentsz, "section headers")
	if err != nil {
		return nil
	}
	var all []sectionHeader
	for ; uint64(len(b)) >= f.shentsz; b = b[f.shentsz:] {
		all = append(all, sectionHeader{
			nameOff: f.Order.Uint32(b), kind: elf.SectionType(f.Order.Uint32(b[4:])), link: f.Order.Uint32(b[40:]),
			addr: f.Order.Uint64(b[16:]), off: f.Order.Uint64(b[24:]), size: f.Order.Uint64(b[32:]),
		})
	}
	f.nameSections(all)
	return all
}

// HasSection tells whether the file has a section of that name.
func (f *File) HasSection(name string) bool {
	for _, s := range f.sections() {
		if s.name == name {
			return true
		}
	}
	return false
}

// nameSections reads the names, should there be a table of them.
func (f *File) nameSections(all []sectionHeader) {
	if f.shstrndx >= uint64(len(all)) {
		return
	}
	table := all[f.shstrndx]
	if b, err := f.readOff(table.off, table.size, "section names"); err == nil {
		names := string(b)
		for i := range all {
			all[i].name = cString(names, uint64(all[i].nameOff))
		}
	}
}
