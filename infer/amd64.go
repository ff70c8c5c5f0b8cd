package infer

import (
	"golang.org/x/arch/x86/x86asm"

	"plait/arch"
)

// maxInsn is the longest instruction.
const maxInsn = 15

// decode is false if there is no instruction at the beginning of b.
func decode(b []byte) (insn, bool) {
	shape, ok := arch.DecodeAMD64(b)
	if !ok {
		return insn{}, false
	}
	b = b[:shape.Len]
	e, known := effectsOf(b)
	if !known && shape.Vex {
		e.writes = floatArgs // some of them
	}
	return insn{e, shape.Len, shape.Flow, relative(b, &shape), shape.RIPRel >= 0}, true
}

// The integer argument registers. Those for floating point are xmm0 to xmm7, count
// is al (System V ABI, AMD64, 3.2.3).
const (
	rdi set = 1 << iota
	rsi
	rdx
	rcx
	r8
	r9
)

// register is the argument register of which r is a part; 0 if there is none.
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

// wide is the argument register that is the lower half of a wide one, which no
// argument is read from.
func wide(r x86asm.Reg) set {
	if r >= x86asm.Y0 && r <= x86asm.Y7 {
		return 1 << (floatShift + uint(r-x86asm.Y0))
	}
	return 0
}

// saveWindow is in how many bytes from its beginning a variadic function saves
// its registers.
const saveWindow = 256

// savedInts is how many named integer arguments a function has that begins with
// saving those from some register on up to r9, each in its place of the register
// save area (System V ABI, figure 3.33). ok is false if it saves fewer than two.
func (w *walk) savedInts(addr uint64) (named int, ok bool) {
	stored := w.stores(addr)
	last, ok := stored[r9]
	for named = 5; ok && named > 0; named-- {
		if at, known := stored[1<<(named-1)]; !known || at != last-8*int64(6-named) {
			break
		}
	}
	return named, ok && named < 5
}

// stores lists where a function's beginning stores argument registers first, as
// displacements from its frame.
func (w *walk) stores(addr uint64) map[set]int64 {
	var b [saveWindow]byte
	n := w.Code(addr, b[:])
	found := map[set]int64{}
	for at := 0; at < n; {
		shape, ok := arch.DecodeAMD64(b[at:n])
		if !ok || shape.Flow != arch.FlowNext && shape.Flow != arch.FlowBranch {
			break
		}
		if r, to, ok := store(b[at : at+shape.Len]); ok {
			if _, again := found[r]; !again {
				found[r] = to
			}
		}
		at += shape.Len
	}
	return found
}

// store tells which argument register an instruction stores whole to the stack,
// and where.
func store(b []byte) (r set, to int64, ok bool) {
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

// relative is the displacement of a branch, or of the word that it goes through.
func relative(b []byte, in *arch.Insn) int64 {
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
		return 0 // no branch has such
	}
	return int64(int32(uint32(b[at]) | uint32(b[at+1])<<8 | uint32(b[at+2])<<16 | uint32(b[at+3])<<24))
}
