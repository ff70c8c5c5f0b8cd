package infer

import (
	"bytes"
	"strings"

	"golang.org/x/arch/x86/x86asm"
)

// A Sum is an address as the sum of a constant, of words in memory and perhaps of the
// thread pointer.
type Sum struct {
	Const  uint64
	Words  []uint64 // run-time addresses of the words
	Thread bool     // the word at %fs:0, which is its own address (ELF Handling For Thread-Local Storage, 4.4.6)
}

// maxAddressInsns bounds the instructions that Address follows.
const maxAddressInsns = 12

// endbr64 does nothing (Intel SDM vol. 2, ENDBR64). x86asm does not know it.
var endbr64 = []byte{0xf3, 0x0f, 0x1e, 0xfa}

// Address returns the result of the function at addr, which takes no arguments, if its
// code does nothing but compute a sum in RAX. __errno_location(3) does that in every C
// library. ok is false if the code does anything else.
func Address(p Program, addr uint64) (s Sum, ok bool) {
	known := false
	for range maxAddressInsns {
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
			known = s.addOperand(in.Args[1], addr)
		case in.Op == x86asm.ADD && known:
			known = s.addOperand(in.Args[1], addr)
		case in.Op == x86asm.LEA && known:
			known = s.addAddress(in.Args[1])
		default:
			return Sum{}, false
		}
	}
	return Sum{}, false
}

// addOperand adds an operand. next is the address of the next instruction.
func (s *Sum) addOperand(arg x86asm.Arg, next uint64) bool {
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

// addAddress adds the constant that an LEA adds to RAX.
func (s *Sum) addAddress(arg x86asm.Arg) bool {
	m, ok := arg.(x86asm.Mem)
	if !ok || m.Base != x86asm.RAX || m.Index != 0 || m.Segment != 0 {
		return false
	}
	s.Const += displacement(m)
	return true
}

// displacement returns the sign-extended displacement. x86asm does not extend it.
func displacement(m x86asm.Mem) uint64 { return uint64(int64(int32(m.Disp))) }
