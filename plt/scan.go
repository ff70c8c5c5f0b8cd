package plt

import (
	"cmp"
	"encoding/binary"
	"io"
	"slices"

	"plait/elf"
)

// A candidate is a place where the bytes of an instruction through an import's
// word stand.
type candidate struct {
	addr uint64 // of the opcode byte: FF or 8B
	word int    // index of the import
	load bool   // mov word,%reg
}

const (
	blockSize = 1 << 18
	overlap   = 8 // the longest encoding looked for, less one byte, and the REX prefix before 8B
)

// maxCandidates bounds what a hostile text may cost; the largest real programs
// have some hundred thousand.
const maxCandidates = 1 << 24

// A scanner collects what stands in the executable bytes of a file.
type scanner struct {
	imports    *imports
	candidates []candidate
	thunks     []uint64 // where mov %reg,(%rsp); ret stands
}

// scan looks through the executable bytes of f.
func scan(f *elf.File, m *imports) (scanner, error) {
	s := scanner{imports: m}
	block := make([]byte, blockSize)
	for _, seg := range f.Segments {
		if !seg.Executable() {
			continue
		}
		for at := uint64(0); at < seg.Filesz && len(s.candidates) < maxCandidates; at += blockSize - overlap {
			n, err := f.ReadMem(block[:min(blockSize, seg.Filesz-at)], seg.Vaddr+at)
			if err != nil && err != io.EOF {
				return s, err
			}
			if n <= overlap && at > 0 {
				break
			}
			s.block(block[:n], seg.Vaddr+at)
		}
	}
	slices.SortFunc(s.candidates, func(a, b candidate) int { return cmp.Compare(a.addr, b.addr) })
	s.candidates = slices.Compact(s.candidates)
	slices.Sort(s.thunks)
	return s, nil
}

// block finds the opcodes with their operand, 32 bits counted from the next
// instruction or, behind a SIB byte, absolute:
//
//	FF 15 rel32  call *rel(%rip)        FF 14 25 abs32  call *abs
//	FF 25 rel32  jmp *rel(%rip)         FF 24 25 abs32  jmp *abs
//	REX.W 8B modrm(00 reg 101) rel32    mov rel(%rip),%reg
//	REX.W 8B modrm(00 reg 100) 25 abs32 mov abs,%reg
//
// and what ends a thunk. A place in the last bytes comes again at the beginning
// of the next block.
func (s *scanner) block(b []byte, addr uint64) {
	for i := 0; i < len(b)-5; i++ {
		switch b[i] {
		case 0xff:
			if modrm := b[i+1]; modrm&^1 == 0x14 || modrm&^1 == 0x24 {
				s.operand(b[i:], addr+uint64(i), false)
			}
		case 0x8b:
			if b[i+1]&0xc6 == 4 && i > 0 && b[i-1]&0xf8 == 0x48 {
				s.operand(b[i:], addr+uint64(i), true)
			}
		case 0x89:
			if b[i+1]&0xc7 == 4 && b[i+2] == 0x24 && b[i+3] == 0xc3 {
				s.thunks = append(s.thunks, addr+uint64(i)-1)
			}
		}
	}
}

// operand looks at the operand of the opcode that b begins with.
func (s *scanner) operand(b []byte, addr uint64, load bool) {
	target := addr + 6 + uint64(int64(int32(binary.LittleEndian.Uint32(b[2:]))))
	if b[1]&7 == 4 {
		if b[2] != 0x25 || len(b) < 7 {
			return
		}
		target = uint64(int64(int32(binary.LittleEndian.Uint32(b[3:]))))
	}
	if w := s.imports.find(target); w >= 0 {
		s.candidates = append(s.candidates, candidate{addr, w, load})
	}
}
