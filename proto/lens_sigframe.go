package proto

import "plait/event"

// sigframeLens is what rt_sigreturn(2), which has no argument, gets: the signal
// mask in the frame that the kernel laid on the stack.
type sigframeLens struct{}

// Offset of the signal mask from the stack pointer of rt_sigreturn(2): on amd64
// in struct ucontext (asm-generic/ucontext.h), whose mcontext takes 256 bytes.
const sigframeMask = 8 + 8 + 24 + 256

func (sigframeLens) Decode(s *Source, _ uint64) event.Value {
	off := uint64(sigframeMask)
	if s.Arch.PtrSize == 4 {
		off = rtFrameMask
	}
	mask, ok := s.Word(s.SP+off, 8)
	if !ok {
		return event.Pointer{Addr: s.SP}
	}
	return maskRecord(s, mask)
}

func maskRecord(s *Source, mask uint64) event.Value {
	return event.Record{Fields: []event.Field{{Name: "mask", Value: sigset(s, mask)}}}
}
