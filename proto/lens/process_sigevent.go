package lens

import (
	"plait/event"
	"plait/proto/decode"
)

// sigeventLens decodes struct sigevent (sigevent(7)): how a timer or queue notifies the
// process.
type sigeventLens struct{}

// Kinds of struct sigevent (asm-generic/siginfo.h) with members of their own.
const (
	sigevSignal   = 0
	sigevThread   = 2
	sigevThreadID = 4
)

func (sigeventLens) Decode(s *decode.Source, addr uint64) event.Value {
	word := s.Arch.PtrSize
	b := bytesAt(s, addr, uint64(8+3*word))
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	order := s.Arch.Order
	long := func(i int) uint64 { return s.Number(b[i : i+word]) }
	r := event.Record{}
	add := func(name string, v event.Value) { r.Fields = append(r.Fields, event.Field{Name: name, Value: v}) }
	if ptr := long(0); ptr != 0 {
		add("sigev_value", event.Record{Fields: []event.Field{
			{Name: "sival_int", Value: plainSigned(int64(int32(order.Uint32(b))))},
			{Name: "sival_ptr", Value: event.Pointer{Addr: ptr}},
		}})
	}
	signo, notify := order.Uint32(b[word:]), order.Uint32(b[word+4:])
	number := event.Value(plainSigned(int64(int32(signo))))
	if notify == sigevSignal || notify == sigevThread || notify == sigevThreadID {
		number = s.Named("signum", uint64(signo), 4)
	}
	add("sigev_signo", number)
	add("sigev_notify", s.Named("sigev_notify", uint64(notify), 4))
	switch notify {
	case sigevThreadID:
		add("sigev_notify_thread_id", pidLens{}.Decode(s, uint64(order.Uint32(b[word+8:]))))
	case sigevThread:
		add("sigev_notify_function", event.Pointer{Addr: long(word + 8)})
		add("sigev_notify_attributes", event.Pointer{Addr: long(2*word + 8)})
	}
	return r
}

// sigframeLens decodes the signal mask that rt_sigreturn(2) restores. The call has no
// argument: the mask is in the frame that the kernel put on the stack.
type sigframeLens struct{}

// sigframeMask is the offset of the signal mask from the stack pointer at rt_sigreturn(2)
// on amd64: in struct ucontext (asm-generic/ucontext.h), after the 256 bytes of mcontext.
const sigframeMask = 8 + 8 + 24 + 256

func (sigframeLens) Decode(s *decode.Source, _ uint64) event.Value {
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

func maskRecord(s *decode.Source, mask uint64) event.Value {
	return event.Record{Fields: []event.Field{{Name: "mask", Value: sigset(s, mask)}}}
}
