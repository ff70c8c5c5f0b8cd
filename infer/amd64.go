package infer

import (
	"golang.org/x/arch/x86/x86asm"

	"plait/arch"
)

// maxInsn is the most bytes of an instruction.
const maxInsn = 15

// decode decodes the instruction at the beginning of b. It reports false if there is none.
func decode(b []byte) (insn, bool) {
	shape, ok := arch.DecodeAMD64(b)
	if !ok {
		return insn{}, false
	}
	b = b[:shape.Len]
	e, known := effectsOf(b)
	if !known && shape.Vex {
		e.writes = floatArgs // unknown which
	}
	return insn{e, shape.Len, shape.Flow, branchOffset(b, &shape), shape.RIPRel >= 0, !known}, true
}

// The integer argument registers. The floating-point ones are xmm0 to xmm7, and count is
// al (System V ABI, AMD64, 3.2.3).
const (
	rdi set = 1 << iota
	rsi
	rdx
	rcx
	r8
	r9
)

// register returns the argument register that r is part of, or 0.
func register(r x86asm.Reg) set {
	switch r {
	case x86asm.DIB, x86asm.DI, x86asm.EDI, x86asm.RDI:
		return rdi
	case x86asm.SIB, x86asm.SI, x86asm.ESI, x86asm.RSI:
		return rsi
	case x86asm.DL, x86asm.DH, x86asm.DX, x86asm.EDX, x86asm.RDX:
		return rdx
	case x86asm.CL, x86asm.CH, x86asm.CX, x86asm.ECX, x86asm.RCX:
		return rcx
	case x86asm.R8B, x86asm.R8W, x86asm.R8L, x86asm.R8:
		return r8
	case x86asm.R9B, x86asm.R9W, x86asm.R9L, x86asm.R9:
		return r9
	case x86asm.AL:
		return count
	case x86asm.AX, x86asm.EAX, x86asm.RAX:
		return count
	}
	if r >= x86asm.X0 && r <= x86asm.X7 {
		return 1 << (floatShift + uint(r-x86asm.X0))
	}
	return 0
}

// lowHalf returns the argument register that is the lower half of a ymm register, or 0.
// Arguments are never read from the ymm register itself.
func lowHalf(r x86asm.Reg) set {
	if r >= x86asm.Y0 && r <= x86asm.Y7 {
		return 1 << (floatShift + uint(r-x86asm.Y0))
	}
	return 0
}

// maxSaveCode is how many bytes from its start a variadic function takes to save its
// argument registers.
const maxSaveCode = 256

// savedInts returns how many named integer arguments a variadic function has. Such a
// function begins by saving the remaining argument registers up to r9 in the register save
// area (System V ABI, figure 3.33). ok is false if it saves fewer than two.
func (w *walk) savedInts(addr uint64) (named int, ok bool) {
	stored := w.firstStores(addr)
	last, ok := stored[r9]
	for named = 5; ok && named > 0; named-- {
		if at, known := stored[1<<(named-1)]; !known || at != last-8*int64(6-named) {
			break
		}
	}
	return named, ok && named < 5
}

// firstStores returns where the start of a function first stores each argument register,
// as a displacement from its frame.
func (w *walk) firstStores(addr uint64) map[set]int64 {
	var b [maxSaveCode]byte
	n := w.Code(addr, b[:])
	found := map[set]int64{}
	for at := 0; at < n; {
		shape, ok := arch.DecodeAMD64(b[at:n])
		if !ok || shape.Flow != arch.FlowNext && shape.Flow != arch.FlowBranch {
			break
		}
		if r, to, ok := argumentStore(b[at : at+shape.Len]); ok {
			if _, again := found[r]; !again {
				found[r] = to
			}
		}
		at += shape.Len
	}
	return found
}

// argumentStore decodes an instruction that stores a whole argument register to the stack,
// and returns the register and the displacement.
func argumentStore(b []byte) (r set, to int64, ok bool) {
	in, err := x86asm.Decode(b, 64)
	if err != nil || in.Op != x86asm.MOV {
		return 0, 0, false
	}
	m, isMem := in.Args[0].(x86asm.Mem)
	from, isReg := in.Args[1].(x86asm.Reg)
	if !isMem || !isReg || from < x86asm.RAX || from > x86asm.R15 || m.Index != 0 || register(m.Base)&intArgs != 0 {
		return 0, 0, false
	}
	r = register(from) & intArgs
	return r, m.Disp, r != 0
}

// branchOffset returns the displacement of a branch, or that of the word that it goes
// through.
func branchOffset(b []byte, in *arch.Insn) int64 {
	at := in.Imm
	if in.RIPRel >= 0 {
		at = in.RIPRel
	}
	switch len(b) - at {
	case 0:
		return 0
	case 1:
		return int64(int8(b[at]))
	case 2, 3:
		return 0 // no branch has these sizes
	}
	return int64(int32(uint32(b[at]) | uint32(b[at+1])<<8 | uint32(b[at+2])<<16 | uint32(b[at+3])<<24))
}
