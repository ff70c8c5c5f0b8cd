package lens

import (
	"plait/arch"
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// userOffsetLens decodes an offset in struct user (sys/user.h), as in PTRACE_PEEKUSER of
// ptrace(2).
type userOffsetLens struct{}

func (userOffsetLens) Decode(s *decode.Source, bits uint64) event.Value {
	user := &s.Arch.User
	switch {
	case bits >= user.Size:
		return event.Int{Bits: bits, Size: 8, Base: event.Hex}
	case bits/8 < uint64(len(user.Registers)):
		return event.Verbatim{Text: "8*" + user.Registers[bits/8] + plusBytes(bits%8)}
	}
	for _, m := range user.Members {
		if bits >= m.Off {
			return event.Verbatim{Text: "offsetof(struct user, " + m.Name + ")" + plusBytes(bits-m.Off)}
		}
	}
	return event.Int{Bits: bits, Size: 8, Base: event.Hex}
}

func plusBytes(n uint64) string {
	if n == 0 {
		return ""
	}
	return "+" + values.Decimal(n)
}

// regsetLens decodes the iovec of PTRACE_GETREGSET of ptrace(2) and the registers that it
// points to.
type regsetLens struct{}

func (regsetLens) Decode(s *decode.Source, addr uint64) event.Value { return regset(s, addr, true) }

// regset decodes the iovec, and the registers if filled is true.
func regset(s *decode.Source, addr uint64, filled bool) event.Value {
	const prstatus = 1 // NT_PRSTATUS
	b := bytesAt(s, addr, uint64(2*s.Arch.PtrSize))
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	base, size := s.Number(b[:s.Arch.PtrSize]), s.Number(b[s.Arch.PtrSize:2*s.Arch.PtrSize])
	r := event.Record{Fields: []event.Field{{Name: "iov_base", Value: event.Pointer{Addr: base}}, {Name: "iov_len", Value: event.Int{Bits: size, Size: 8}}}}
	if filled && s.Argument(2) == prstatus && s.Arch == arch.Native && size >= uint64(s.Arch.RegsetSize) {
		r.Fields[0].Value = s.At("user_regs", base)
	}
	return r
}

// regsetGotLens decodes the iovec of a call that fills the registers in and stores their
// actual length.
type regsetGotLens struct{}

// Note returns the length before the call.
func (regsetGotLens) Note(s *decode.Source, addr, _ uint64) uint64 {
	size, _ := s.Word(addr+uint64(s.Arch.PtrSize), s.Arch.PtrSize)
	return size
}

func (regsetGotLens) DecodeSized(s *decode.Source, addr, _ uint64) event.Value {
	r, ok := regsetLens{}.Decode(s, addr).(event.Record)
	if !ok {
		return event.Unreadable{Addr: addr}
	}
	size := &r.Fields[1].Value
	*size = decode.Changed(event.Int{Bits: s.Noted(), Size: 8}, *size)
	if s.Failed() {
		return regset(s, addr, false)
	}
	return r
}

// syscallInfoLens decodes struct ptrace_syscall_info (PTRACE_GET_SYSCALL_INFO), as much
// of it as the caller has room for.
type syscallInfoLens struct{}

func (syscallInfoLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	const whole, head = 88, 24
	n = min(n, whole, s.Result())
	b := bytesAt(s, addr, n)
	if b == nil || n < head {
		return event.Pointer{Addr: addr}
	}
	order := s.Arch.Order
	pointer := func(off int) event.Value { return event.Pointer{Addr: order.Uint64(b[off:])} }
	audit := order.Uint32(b[4:])
	r := event.Record{Fields: []event.Field{
		{Name: "op", Value: s.Named("ptrace_info_op", uint64(b[0]), 1)},
		{Name: "arch", Value: s.Named("audit_arch", uint64(audit), 4)},
		{Name: "instruction_pointer", Value: pointer(8)}, {Name: "stack_pointer", Value: pointer(16)},
	}}
	if f, ok := syscallInfoPart(s, b, audit); ok {
		r.Fields = append(r.Fields, f)
	}
	return r
}

// syscallInfoPart decodes the member of the union that the op in b selects.
func syscallInfoPart(s *decode.Source, b []byte, audit uint32) (event.Field, bool) {
	const entry, exit, seccomp = 1, 2, 3
	order := s.Arch.Order
	switch op := b[0]; {
	case (op == entry || op == seccomp) && len(b) >= 80:
		names, nr := signalNames(s), int(order.Uint64(b[24:]))
		r := event.Record{Fields: []event.Field{{Name: "nr", Value: names.number(s.Arch, audit, nr)}, {Name: "args", Value: syscallWords(s, b[32:80])}}}
		if op == seccomp && len(b) >= 84 {
			r.Fields = append(r.Fields, event.Field{Name: "ret_data", Value: event.Int{Bits: uint64(order.Uint32(b[80:])), Size: 4}})
			return event.Field{Name: "seccomp", Value: r}, true
		}
		return event.Field{Name: "entry", Value: r}, op == entry
	case op == exit && len(b) >= 33:
		rval := int64(order.Uint64(b[24:]))
		value := event.Value(event.Int{Bits: uint64(rval), Size: 8, Signed: true})
		if name := values.Name(s, "errnum", uint64(-rval)); b[32] != 0 && name != "" {
			value = event.Name{Name: "-" + name, Int: plainSigned(rval)}
		}
		return event.Field{Name: "exit", Value: event.Record{Fields: []event.Field{
			{Name: "rval", Value: value}, {Name: "is_error", Value: event.Int{Bits: uint64(b[32]), Size: 1}},
		}}}, true
	}
	return event.Field{}, false
}

func syscallWords(s *decode.Source, b []byte) event.Value {
	var l event.List
	for ; len(b) >= 8; b = b[8:] {
		l.Items = append(l.Items, event.Int{Bits: s.Arch.Order.Uint64(b), Size: 8, Base: event.Hex})
	}
	return l
}
