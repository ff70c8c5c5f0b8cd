package unwind

import (
	"encoding/binary"

	"plait/arch"
)

// Of the code that a signal's handler returns to, to call rt_sigreturn(2), there is
// call frame information in glibc; of musl's and Go's there is none.

// isTrampoline tells whether a frame is at the beginning of such code, or behind its
// last instruction.
func isTrampoline(s Space, r *Registers) bool {
	size := uint64(len(arch.Native.Frame.Trampoline))
	return isTrampolineAt(s, r.PC()) || !r.ahead && isTrampolineAt(s, r.PC()-size)
}

func isTrampolineAt(s Space, addr uint64) bool {
	for code := arch.Native.Frame.Trampoline; ; {
		w, ok := s.Word(addr)
		if !ok || w != binary.LittleEndian.Uint64(code) {
			return false
		}
		if len(code) == 8 {
			return true
		}
		next := min(8, len(code)-8) // the last word begins within the one before
		addr, code = addr+uint64(next), code[next:]
	}
}

// interrupted are the registers that a signal found, from the struct ucontext that
// the kernel has put on the handler's stack.
func interrupted(s Space, context uint64) (Registers, bool) {
	var r Registers
	frame := &arch.Native.Frame
	for i, n := range frame.Context {
		v, ok := s.Word(context + frame.ContextOffset + 8*uint64(i))
		if !ok {
			return r, false
		}
		r.set(n, v)
	}
	r.ahead = true
	return r, true
}
