package plt

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"slices"

	"plait/elf"
)

// A candidate is an address whose bytes encode an instruction that uses an import's
// word, if they are an instruction.
type candidate struct {
	addr uint64 // of the opcode byte: FF or 8B
	word int    // index of the import
	load bool   // mov word,%reg
}

const (
	blockSize = 1 << 18
	overlap   = 64 // bytes of the longest pattern: the second half of a thunk
)

// maxCandidates bounds the cost of hostile code. The largest real programs have a few
// hundred thousand.
const maxCandidates = 1 << 24

// A scanner collects candidates and thunks in the executable bytes of a file.
type scanner struct {
	imports    *imports
	shared     bool // the file can be mapped anywhere: it has no absolute addresses
	candidates []candidate
	thunkMoves []uint64 // addresses of mov %reg,(%rsp); ret
}

// scan searches the executable bytes of f.
func scan(f *elf.File, m *imports) (scanner, error) {
	s := scanner{imports: m, shared: f.Type.String() == "ET_DYN"}
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
	slices.Sort(s.thunkMoves)
	return s, nil
}

// block searches b, the bytes at addr. What begins in the last overlap bytes is found
// again in the next block.
func (s *scanner) block(b []byte, addr uint64) {
	s.relative(b, addr)
	if !s.shared {
		s.absolute(b, addr)
	}
	s.retpolines(b, addr)
}

// relative finds RIP-relative operands that refer to an import's word and follow a
// matching opcode:
//
//	FF 15 rel32  call *rel(%rip)
//	FF 25 rel32  jmp *rel(%rip)
//	REX.W 8B modrm(00 reg 101) rel32  mov rel(%rip),%reg
//
// Few sequences of four bytes are such a displacement, so this check comes before that of
// the opcode. Four positions are tried at a time, with 32-bit arithmetic; operand drops
// the matches that are only due to its wrapping around.
func (s *scanner) relative(b []byte, addr uint64) {
	from, span := uint32(addr+4-s.imports.lo), s.imports.span32()
	i := 0
	for ; i+8 <= len(b); i += 4 {
		v, at := binary.LittleEndian.Uint64(b[i:]), from+uint32(i)
		if at+uint32(v) <= span || at+1+uint32(v>>8) <= span || at+2+uint32(v>>16) <= span || at+3+uint32(v>>24) <= span {
			for k := i; k < i+4; k++ {
				s.operand(b[:k], addr, addr+uint64(k)+4+signed(b[k:]), 5)
			}
		}
	}
	for ; i+4 <= len(b); i++ {
		s.operand(b[:i], addr, addr+uint64(i)+4+signed(b[i:]), 5)
	}
}

// absolute finds the same with the absolute address of the word as the operand. Only code
// that is not position-independent has those:
//
//	FF 14 25 abs32  call *abs
//	FF 24 25 abs32  jmp *abs
//	REX.W 8B modrm(00 reg 100) 25 abs32  mov abs,%reg
func (s *scanner) absolute(b []byte, addr uint64) {
	lo, span := uint32(s.imports.lo), s.imports.span32()
	for i := 3; i+4 <= len(b); i++ {
		if binary.LittleEndian.Uint32(b[i:])-lo <= span && b[i-1] == 0x25 {
			s.operand(b[:i-1], addr, signed(b[i:]), 4)
		}
	}
}

func signed(b []byte) uint64 { return uint64(int64(int32(binary.LittleEndian.Uint32(b)))) }

// retpolines finds the ends of thunks by the lfence in their middle:
//
//	call 1f; 2: pause; lfence; jmp 2b; 1: mov %reg,(%rsp); ret
func (s *scanner) retpolines(b []byte, addr uint64) {
	for i := 0; ; i++ {
		n := bytes.Index(b[i:], []byte{0xae, 0xe8})
		if n < 0 {
			return
		}
		i += n
		for k := i + 2; k+4 <= min(len(b), i+overlap-8); k++ {
			if b[k] == 0x89 && b[k+1]&0xc7 == 4 && b[k+2] == 0x24 && b[k+3] == 0xc3 {
				s.thunkMoves = append(s.thunkMoves, addr+uint64(k)-1)
			}
		}
	}
}

// operand adds a candidate if b ends in a matching opcode and a ModRM byte with the given
// rm, and target is an import's word.
func (s *scanner) operand(b []byte, addr, target uint64, rm byte) {
	i := len(b) - 2
	if i < 0 || b[i+1]&0xc7 != rm {
		return
	}
	reg := b[i+1] >> 3
	call := b[i] == 0xff && (reg == 2 || reg == 4)
	load := b[i] == 0x8b && i > 0 && b[i-1]&0xf8 == 0x48
	if !call && !load {
		return
	}
	if w := s.imports.find(target); w >= 0 {
		s.candidates = append(s.candidates, candidate{addr + uint64(i), w, load})
	}
}
