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
	From    string // soname of the object that must define it, if Version names one
	Value   uint64 // link-time address, if Defined
	Size    uint64 // bytes, 0 if unknown
	Type    elf.SymType
	Bind    elf.SymBind
	Defined bool
	Hidden  bool // defined, but not the default version of the name
}

// IsFunction reports whether s is a defined function. Value is the resolver if it is an
// indirect function (IFUNC).
func (s *Symbol) IsFunction() bool {
	return s.Defined && (s.Type == elf.STT_FUNC || s.Type == elf.STT_GNU_IFUNC)
}

// IsLocal reports whether other objects can't see s.
func (s *Symbol) IsLocal() bool { return s.Bind == elf.STB_LOCAL }

// IsIndirect reports whether s is an IFUNC.
func (s *Symbol) IsIndirect() bool { return s.Type == elf.STT_GNU_IFUNC }

// MayBeCalled reports whether code may call through a word that holds the address of s: s
// is a function, or it is undefined and not known to be data.
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

// dynamicSymbol reads an Elf64_Sym of the dynamic table, without its version.
func (f *File) dynamicSymbol(b []byte) Symbol {
	s := parseSymbol(b, f.strings())
	f.checkNameless(s.Name, f.strings(), uint64(binary.LittleEndian.Uint32(b)))
	return s
}

// checkNameless sets nameless if the name at an offset of a string table is too long, so
// that it was read as "".
func (f *File) checkNameless(name, table string, off uint64) {
	if name == "" && off+maxName < uint64(len(table)) && table[off] != 0 {
		f.nameless.Store(true)
	}
}

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

// A dynamicTable is the undecoded dynamic symbol table: of many symbols few are needed.
// Index 0 is the null symbol.
type dynamicTable struct {
	file         *File
	raw, version []byte
}

func (f *File) readDynsyms() dynamicTable {
	addr, ok := f.dyn[elf.DT_SYMTAB]
	if !ok || !f.Native() {
		return dynamicTable{}
	}
	t := dynamicTable{file: f, raw: f.readUpTo(addr, f.countDynsyms(addr)*symSize)}
	if f.dyn[elf.DT_VERSYM] != 0 {
		t.version = f.readUpTo(f.dyn[elf.DT_VERSYM], uint64(2*t.len()))
	}
	return t
}

func (t dynamicTable) len() int { return len(t.raw) / symSize }

// at returns the symbol with index i.
func (t dynamicTable) at(i int) Symbol {
	s := t.file.dynamicSymbol(t.raw[i*symSize:])
	if len(t.version) >= 2*i+2 {
		t.file.setVersion(&s, binary.LittleEndian.Uint16(t.version[2*i:]))
	}
	return s
}

func (f *File) setVersion(s *Symbol, versym uint16) {
	s.Hidden = s.Defined && versym&versionHidden != 0
	if index := versym & versionIndex; index > versionGlobal {
		v := f.versions()[index]
		s.Version, s.From = v.name, v.from
	}
}

// countDynsyms returns the length of the dynamic symbol table. No field has it: the hash
// tables have only the symbols that they contain, and relocations may use others.
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
	s := f.dynamicSymbol(b)
	if table, ok := f.dyn[elf.DT_VERSYM]; ok {
		if v, err := f.readMem(table+2*uint64(index), 2, "symbol version"); err == nil {
			f.setVersion(&s, binary.LittleEndian.Uint16(v))
		}
	}
	return s, true
}

// Exports reports whether the object's dynamic symbols define a function of that name.
func (f *File) Exports(name string) bool {
	s, ok := f.Lookup(name)
	return ok && s.IsFunction()
}

// Imports reports whether the object has an undefined dynamic symbol that wanted accepts.
func (f *File) Imports(wanted func(name string) bool) bool {
	if !f.Native() {
		return false
	}
	var raw []byte
	if h, ok := f.gnuHash(); ok && h.symOffset > 1 { // undefined symbols come before hashed ones
		raw = f.readUpTo(f.dyn[elf.DT_SYMTAB], symSize*uint64(h.symOffset))
	} else {
		raw = f.dynsyms().raw
	}
	for ; len(raw) >= symSize; raw = raw[symSize:] {
		if s := f.dynamicSymbol(raw); !s.Defined && wanted(s.Name) {
			return true
		}
	}
	return false
}

// A symbolTable is where in the file the full symbol table and its names are.
type symbolTable struct{ off, size, names, namesSize uint64 }

// findSymtab finds the full symbol table by the section headers. It ignores a table that
// extends past the end of the file.
func (f *File) findSymtab() symbolTable {
	if !f.Native() {
		return symbolTable{}
	}
	sections := f.sections()
	for _, s := range sections {
		if s.kind != elf.SHT_SYMTAB || s.link >= uint32(len(sections)) {
			continue
		}
		names := sections[s.link]
		if f.hasBytes(s.off, s.size) && f.hasBytes(names.off, names.size) {
			return symbolTable{s.off, s.size / symSize * symSize, names.off, names.size}
		}
	}
	return symbolTable{}
}

// each calls visit with the index and the Elf64_Sym of each symbol. It reads the table in
// blocks.
func (t symbolTable) each(f *File, visit func(i int, raw []byte)) {
	block := make([]byte, min(t.size, symSize<<12))
	for i, off := 0, uint64(0); off < t.size; off += uint64(len(block)) {
		block = block[:min(uint64(len(block)), t.size-off)]
		if n, _ := f.r.ReadAt(block, int64(t.off+off)); n < len(block) {
			return
		}
		for b := block; len(b) >= symSize; b = b[symSize:] {
			visit(i, b)
			i++
		}
	}
}

// at reads the symbol with index i without its name, and the offset of that in the string
// table.
func (t symbolTable) at(f *File, i uint64) (s Symbol, name uint64, ok bool) {
	var b [symSize]byte
	if n, _ := f.r.ReadAt(b[:], int64(t.off+i*symSize)); n < len(b) {
		return s, 0, false
	}
	return parseSymbol(b[:], ""), uint64(f.Order.Uint32(b[:])), true
}

// maxLongNames bounds the total of names longer than minLongName, of which even C++ has
// few. Without it many long names could share the same bytes of the file.
const (
	minLongName  = 1 << 12
	maxLongNames = 32 << 20
)

// name reads the name at an offset in the string table.
func (t symbolTable) name(f *File, off uint64) string {
	if off >= t.namesSize {
		return ""
	}
	for n := uint64(256); ; n *= 16 { // most are short
		if n > minLongName && f.longNames.Load() > maxLongNames {
			f.nameless.Store(true)
			return ""
		}
		n = min(n, maxName, t.namesSize-off)
		b, err := f.readOff(t.names+off, n, "symbol name")
		if err != nil {
			return ""
		}
		name := cString(string(b), 0)
		if name == "" && n == maxName && b[0] != 0 {
			f.nameless.Store(true)
		}
		if name != "" || n == min(maxName, t.namesSize-off) {
			if len(name) > minLongName {
				f.longNames.Add(int64(len(name)))
			}
			return name
		}
	}
}

// Nameless reports whether symbols were read whose names are longer than 64 KiB, or are
// beyond the bound on long names. These symbols have an empty Name.
func (f *File) Nameless() bool { return f.nameless.Load() }

// splitVersion sets Name and Version from "name@VERSION", as linkers write in the full
// table.
func (s *Symbol) splitVersion(name string) {
	s.Name = name
	if name, version, ok := strings.Cut(name, "@"); ok && name != "" {
		s.Name, s.Version = name, strings.TrimPrefix(version, "@")
	}
}

// A sectionHeader has the fields of an Elf64_Shdr that are used.
type sectionHeader struct {
	name            string
	nameOff         uint32
	kind            elf.SectionType
	flags           elf.SectionFlag
	link            uint32
	addr, off, size uint64
}

// countSections returns the number of section headers of a 64-bit file, or 0 if they are
// out of bounds. From 0xff00 on the number is in the size of the first one.
func (f *File) countSections() uint64 {
	if f.shoff == 0 || f.shentsize < 64 {
		return 0
	}
	n := f.shnum
	if n == 0 {
		first, err := f.readOff(f.shoff, 64, "section header")
		if err != nil {
			return 0
		}
		n = f.Order.Uint64(first[32:])
	}
	if n > maxSections || n*f.shentsize > f.stored || !f.hasBytes(f.shoff, n*f.shentsize) { // none is in a hole
		return 0
	}
	return n
}

// sections reads the section headers. It returns nil if there are none.
func (f *File) sections() []sectionHeader {
	n := f.countSections()
	if n == 0 {
		return nil
	}
	b, err := f.readOff(f.shoff, n*f.shentsize, "section headers")
	if err != nil {
		return nil
	}
	var all []sectionHeader
	for ; uint64(len(b)) >= f.shentsize; b = b[f.shentsize:] {
		all = append(all, sectionHeader{
			nameOff: f.Order.Uint32(b), kind: elf.SectionType(f.Order.Uint32(b[4:])), link: f.Order.Uint32(b[40:]),
			flags: elf.SectionFlag(f.Order.Uint64(b[8:])),
			addr:  f.Order.Uint64(b[16:]), off: f.Order.Uint64(b[24:]), size: f.Order.Uint64(b[32:]),
		})
	}
	f.nameSections(all)
	return all
}

// HasSection reports whether the file has a section of that name.
func (f *File) HasSection(name string) bool {
	for _, s := range f.sections() {
		if s.name == name {
			return true
		}
	}
	return false
}

// nameSections reads the names of sections if there is a table of them.
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
