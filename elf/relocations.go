package elf

import (
	"cmp"
	"debug/elf"
	"encoding/binary"
	"slices"

	"plait/arch"
)

// A RelocKind is what the dynamic loader stores in a word.
type RelocKind byte

// The kinds of relocation by which code reaches functions of other objects.
const (
	JumpSlot  RelocKind = iota + 1 // the symbol's address, possibly only at the first call
	GlobDat                        // the symbol's address
	IRelative                      // the result of calling the function at Addend
	Absolute                       // the symbol's address plus Addend, in any data
)

// kindOf returns the kind of a relocation with the processor's type n, or 0 if this
// package ignores it.
func kindOf(n uint32) RelocKind {
	switch types := &arch.Native.Relocs; n {
	case types.JumpSlot:
		return JumpSlot
	case types.GlobDat:
		return GlobDat
	case types.IRelative:
		return IRelative
	case types.Absolute:
		return Absolute
	}
	return 0
}

// A Relocation is one word that the dynamic loader fills with an address.
type Relocation struct {
	Kind   RelocKind
	Offset uint64 // link-time address of the word
	Symbol Symbol // for IRelative without a name
	Addend uint64
}

const relaSize = 24 // Elf64_Rela

// Relocations returns the relocations by which code may reach functions, sorted by Offset,
// one for each word. Those of kind Absolute are included only if Addend is 0 and
// Symbol.MayBeCalled. An error means that a table could not be read; the relocations of
// the other tables are returned with it.
func (f *File) Relocations() ([]Relocation, error) { return f.relocs() }

func (f *File) readRelocations() ([]Relocation, error) {
	if !f.Native() {
		return nil, nil
	}
	var all []Relocation
	symbols := f.dynsyms()
	err := f.eachRela(func(kind RelocKind, b []byte) {
		r := Relocation{Kind: kind, Offset: binary.LittleEndian.Uint64(b), Addend: binary.LittleEndian.Uint64(b[16:])}
		index := binary.LittleEndian.Uint32(b[12:])
		if kind != IRelative && uint64(index) >= uint64(symbols.len()) {
			return
		}
		if kind != IRelative {
			r.Symbol = symbols.at(int(index))
		}
		if kind != Absolute || r.Addend == 0 && r.Symbol.MayBeCalled() {
			all = append(all, r)
		}
	})
	slices.SortFunc(all, func(a, b Relocation) int {
		if a.Offset != b.Offset {
			return cmp.Compare(a.Offset, b.Offset)
		}
		return cmp.Compare(a.Kind, b.Kind)
	})
	return slices.CompactFunc(all, func(a, b Relocation) bool { return a.Offset == b.Offset }), err
}

// maxRelocSymbol returns the highest symbol index in a relocation.
func (f *File) maxRelocSymbol() uint64 {
	highest := uint32(0)
	f.eachRela(func(_ RelocKind, b []byte) { highest = max(highest, binary.LittleEndian.Uint32(b[12:])) })
	return uint64(highest)
}

// eachRela calls visit with each Elf64_Rela that has a RelocKind. DT_JMPREL may be inside
// DT_RELA, so an entry can be visited twice.
func (f *File) eachRela(visit func(RelocKind, []byte)) error {
	tables := []struct {
		addr, size elf.DynTag
	}{{elf.DT_JMPREL, elf.DT_PLTRELSZ}, {elf.DT_RELA, elf.DT_RELASZ}}
	var first error
	for _, t := range tables {
		addr, ok := f.dyn[t.addr]
		if !ok || f.dyn[t.size] == 0 {
			continue
		}
		if err := f.eachRelaOf(addr, f.dyn[t.size], visit); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// eachRelaOf reads one table, in blocks: big libraries have millions of entries, and few
// of them matter.
func (f *File) eachRelaOf(addr, size uint64, visit func(RelocKind, []byte)) error {
	_, rest, ok := f.offset(addr)
	if !ok || size > rest {
		return &FormatError{addr, "relocations outside the file"}
	}
	block := make([]byte, min(size, relaSize<<12))
	for ; size >= relaSize; addr, size = addr+uint64(len(block)), size-uint64(len(block)) {
		block = block[:min(size, uint64(len(block)))]
		if _, err := f.ReadMem(block, addr); err != nil {
			return err
		}
		for b := block; len(b) >= relaSize; b = b[relaSize:] {
			if kind := kindOf(binary.LittleEndian.Uint32(b[8:])); kind != 0 {
				visit(kind, b)
			}
		}
	}
	return nil
}
