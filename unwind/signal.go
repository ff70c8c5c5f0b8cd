package unwind

import (
	"encoding/binary"

	"plait/arch"
)

// A signal handler returns to a trampoline, which calls rt_sigreturn(2). glibc has call
// frame information for its trampoline; musl and Go have none.

// isTrampoline reports whether a frame is at the beginning of a trampoline or after its
// last instruction.
func isTrampoline(s Space, r *Registers) bool {
	size := uint64(len(arch.Native.Frame.Trampoline))
	return isTrampolineAt(s, r.PC()) || !r.atPC && isTrampolineAt(s, r.PC()-size)
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
		next := min(8, len(code)-8) // the last word may overlap the one before
		addr, code = addr+uint64(next), code[next:]
	}
}

// interruptedRegisters returns the registers that a signal interrupted, from the struct
// ucontext that the kernel put on the handler's stack.
func interruptedRegisters(s Space, context uint64) (Registers, bool) {
	var r Registers
	frame := &arch.Native.Frame
	for i, n := range frame.Context {
		v, ok := s.Word(context + frame.ContextOffset + 8*uint64(i))
		if !ok {
			return r, false
		}
		r.set(n, v)
	}
	r.atPC = true
	return r, true
}
