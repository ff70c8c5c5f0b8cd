package infer

import (
	"bytes"
	"strings"

	"golang.org/x/arch/x86/x86asm"
)

// A Sum is an address that a function without arguments returns: a number, words
// of memory and perhaps the address of the thread's own data, added up.
type Sum struct {
	Const  uint64
	Words  []uint64 // where the words are
	Thread bool     // %fs:0, which holds its own address (ELF Handling For Thread-Local Storage, 4.4.6)
}

// maxSum bounds the instructions of such a function.
const maxSum = 12

// endbr64 is an instruction that does nothing, and that the decoder does not know
// (Intel SDM vol. 2, ENDBR64).
var endbr64 = []byte{0xf3, 0x0f, 0x1e, 0xfa}

// Address finds out what the function at addr returns, if its code is nothing but
// a sum in RAX: as that of __errno_location(3) is in every C library. ok is false if
// anything else is done.
func Address(p Program, addr uint64) (s Sum, ok bool) {
	known := false
	for range maxSum {
		var code [maxInsn]byte
		b := code[:p.Code(addr, code[:])]
		if bytes.HasPrefix(b, endbr64) {
			addr += uint64(len(endbr64))
			continue
		}
		in, err := x86asm.Decode(b, 64)
		if err != nil {
			return Sum{}, false
		}
		addr += uint64(in.Len)
		switch name := in.Op.String(); {
		case strings.HasPrefix(name, "NOP"):
		case in.Op == x86asm.RET:
			return s, known
		case in.Args[0] != x86asm.Arg(x86asm.RAX):
			return Sum{}, false
		case in.Op == x86asm.MOV:
			s = Sum{}
			known = s.add(in.Args[1], addr)
		case in.Op == x86asm.ADD && known:
			known = s.add(in.Args[1], addr)
		case in.Op == x86asm.LEA && known:
			known = s.addAddress(in.Args[1])
		default:
			return Sum{}, false
		}
	}
	return Sum{}, false
}

// add adds an operand; next is where the next instruction is.
func (s *Sum) add(arg x86asm.Arg, next uint64) bool {
	switch arg := arg.(type) {
	case x86asm.Imm:
		s.Const += uint64(arg)
		return true
	case x86asm.Mem:
		if arg.Index != 0 {
			return false
		}
		switch {
		case arg.Segment == x86asm.FS && arg.Base == 0 && arg.Disp == 0 && !s.Thread:
			s.Thread = true
			return true
		case arg.Segment == 0 && arg.Base == x86asm.RIP:
			s.Words = append(s.Words, next+displacement(arg))
			return true
		}
	}
	return false
}

// addAddress adds what LEA adds to RAX.
func (s *Sum) addAddress(arg x86asm.Arg) bool {
	m, ok := arg.(x86asm.Mem)
	if !ok || m.Base != x86asm.RAX || m.Index != 0 || m.Segment != 0 {
		return false
	}
	s.Const += displacement(m)
	return true
}

// displacement is sign-extended, which the decoder leaves to others.
func displacement(m x86asm.Mem) uint64 { return uint64(int64(int32(m.Disp))) }
