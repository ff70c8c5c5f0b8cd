package unwind

// trampoline is the code that a signal's handler returns to, to call rt_sigreturn(2):
//
//	mov $15, %rax; syscall
//
// Of glibc's there is call frame information, of musl's and Go's there is none.
const (
	trampoline     = 0x0f0000000fc0c748 // its first eight bytes
	trampolineLast = 0x05               // and the ninth
	trampolineLen  = 9
)

// isTrampoline tells whether a frame is at the beginning of such code, or behind its
// last instruction.
func isTrampoline(s Space, r *Registers) bool {
	return isTrampolineAt(s, r.PC()) || !r.ahead && isTrampolineAt(s, r.PC()-trampolineLen)
}

func isTrampolineAt(s Space, addr uint64) bool {
	code, ok := s.Word(addr)
	if !ok || code != trampoline {
		return false
	}
	last, ok := s.Word(addr + trampolineLen - 8)
	return ok && last>>56 == trampolineLast
}

// contextRegs are the registers in a struct ucontext (asm/sigcontext.h), by DWARF
// number and in the order they have there.
var contextRegs = [...]int{8, 9, 10, 11, 12, 13, 14, 15, 5, 4, regBP, 3, 1, 0, 2, regSP, regPC}

// contextOffset is where in it they begin.
const contextOffset = 40

// interrupted are the registers that a signal found, from the struct ucontext that
// the kernel has put on the handler's stack.
func interrupted(s Space, context uint64) (Registers, bool) {
	var r Registers
	for i, n := range contextRegs {
		v, ok := s.Word(context + contextOffset + 8*uint64(i))
		if !ok {
			return r, false
		}
		r.set(n, v)
	}
	r.ahead = true
	return r, true
}
