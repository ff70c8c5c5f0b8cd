package lens

import (
	"plait/event"
	"plait/proto/decode"
)

// Lenses for what only 32-bit programs have.

// llseekLens decodes the offset of _llseek(2). The argument is its lower half, the
// argument before it the upper half.
type llseekLens struct{}

func (llseekLens) Decode(s *decode.Source, bits uint64) event.Value {
	return event.Int{Bits: s.Argument(1)<<32 | bits&0xffffffff, Size: 8, Signed: true}
}

// pageOffsetLens decodes the offset of mmap2(2), which counts pages, as bytes.
type pageOffsetLens struct{}

func (pageOffsetLens) Decode(_ *decode.Source, bits uint64) event.Value {
	return event.Int{Bits: bits * decode.PageSize, Size: 8, Base: event.Hex}
}

// oldActionLens decodes struct old_sigaction (asm/signal.h) of the older sigaction(2):
// handler, mask of one word, flags, restorer.
type oldActionLens struct{}

func (oldActionLens) Decode(s *decode.Source, addr uint64) event.Value {
	const restorer = 0x04000000 // SA_RESTORER
	b := bytesAt(s, addr, 16)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	word := func(i int) uint64 { return uint64(s.Arch.Order.Uint32(b[4*i:])) }
	r := event.Record{Fields: []event.Field{
		{Name: "sa_handler", Value: handlerLens{}.Decode(s, word(0))},
		{Name: "sa_mask", Value: oldSet(s, word(1))},
		{Name: "sa_flags", Value: s.Named("sa_flags", word(2), 4)},
	}}
	if word(2)&restorer != 0 {
		r.Fields = append(r.Fields, event.Field{Name: "sa_restorer", Value: event.Pointer{Addr: word(3)}})
	}
	return r
}

// oldSetLens decodes a set of the first 32 signals.
type oldSetLens struct{}

func (oldSetLens) Decode(s *decode.Source, bits uint64) event.Value { return oldSet(s, bits) }

// oldSet returns the set of signals in bits. If most of the 32 are in it, it is shown as
// the set of those that are not.
func oldSet(s *decode.Source, bits uint64) event.List {
	const all, most = 1<<32 - 1, 21
	bits &= all
	l := sigset(s, bits)
	if len(l.Items) >= most {
		l = sigset(s, all&^bits)
		l.Not = true
	}
	return l
}

// Offsets of the signal masks from the stack pointer in the two calls that return from a
// handler. For sigreturn(2), the first word is at 80 in struct sigcontext, which has 88
// bytes, and the second word follows 112 more bytes, which once held floating-point
// registers. For rt_sigreturn(2), the mask is in struct ucontext, which follows
// siginfo_t.
const (
	oldFrameMask  = 80
	oldFrameExtra = 88 + 112
	rtFrameMask   = 12 + siginfoBytes + 4 + 4 + 12 + 88
)

// oldSigframeLens decodes the signal mask that sigreturn(2) restores. The call has no
// argument: the mask is on the stack.
type oldSigframeLens struct{}

func (oldSigframeLens) Decode(s *decode.Source, _ uint64) event.Value {
	low, ok := s.Word(s.SP+oldFrameMask, 4)
	high, ok2 := s.Word(s.SP+oldFrameExtra, 4)
	if !ok || !ok2 {
		return event.Pointer{Addr: s.SP}
	}
	return maskRecord(s, low|high<<32)
}

// mappedLens decodes the address at which shmat(2), made by ipc(2), has attached a
// segment: the word that the fourth argument points to.
type mappedLens struct{}

func (mappedLens) Decode(s *decode.Source, bits uint64) event.Value {
	if addr, ok := s.Word(s.Argument(3), 4); ok {
		bits = addr
	}
	return event.Pointer{Addr: bits, Numeric: true}
}

// oldDirentLens decodes the one entry that readdir(2) reads.
type oldDirentLens struct{}

func (oldDirentLens) Decode(s *decode.Source, addr uint64) event.Value {
	const ino, off, reclen, name, nameMax = 0, 4, 8, 10, 255
	b := bytesAt(s, addr, name)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	order := s.Arch.Order
	text, ended := s.Text(addr+name, nameMax)
	return event.Record{Fields: []event.Field{
		{Name: "d_ino", Value: event.Int{Bits: uint64(order.Uint32(b[ino:])), Size: 4}},
		{Name: "d_off", Value: event.Int{Bits: uint64(order.Uint32(b[off:])), Size: 4}},
		{Name: "d_reclen", Value: event.Int{Bits: uint64(order.Uint16(b[reclen:])), Size: 2}},
		{Name: "d_name", Value: event.Str{Text: text, Cut: !ended, Path: true}},
	}}
}
