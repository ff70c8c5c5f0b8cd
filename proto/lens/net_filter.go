package lens

import (
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// filters decodes an array of n struct sock_filter, instructions of classic BPF
// (linux/filter.h), which is shown if verbose.
type filters struct{ seccomp bool }

// filterBytes is the size of struct sock_filter.
const filterBytes = 8

func (f filters) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	if !s.Limits.Verbose {
		return event.Pointer{Addr: addr}
	}
	l := event.List{}
	for i := range n {
		at := addr + i*filterBytes
		b := bytesAt(s, at, filterBytes)
		switch {
		case b == nil && i == 0:
			return event.Unreadable{Addr: addr}
		case b == nil:
			l.Rest = at
			return l
		case len(l.Items) == maxFilters || !s.Spend():
			l.Cut = true
			return l
		}
		l.Items = append(l.Items, event.Verbatim{Text: f.instruction(s, b)})
	}
	return l
}

// maxFilters is BPF_MAXINSNS (linux/bpf_common.h).
const maxFilters = 4096

// instruction returns the macro that makes an instruction.
func (f filters) instruction(s *decode.Source, b []byte) string {
	code, k := uint64(s.Arch.Order.Uint16(b)), uint64(s.Arch.Order.Uint32(b[4:]))
	text := filterCode(s, code) + ", " + f.operand(s, code, k)
	if jt, jf := uint64(b[2]), uint64(b[3]); jt != 0 || jf != 0 {
		return "BPF_JUMP(" + text + ", " + values.Hex(jt) + ", " + values.Hex(jf) + ")"
	}
	return "BPF_STMT(" + text + ")"
}

// Classes and parts of a code (linux/bpf_common.h).
const (
	bpfLD, bpfLDX, bpfALU, bpfJMP, bpfRET, bpfMISC = 0, 1, 4, 5, 6, 7

	bpfSize, bpfMode, bpfOp, bpfSource, bpfResult, bpfMiscOp = 0x18, 0xe0, 0xf0, 8, 0x18, 0xf8
)

// filterCode returns the names that a code is the sum of.
func filterCode(s *decode.Source, code uint64) string {
	part := func(enum string, mask uint64) string { return "|" + values.Enum(s, enum, code&mask, 1) }
	class, rest := code&7, code&^7
	text := values.Enum(s, "bpf_class", class, 1)
	switch class {
	case bpfLD, bpfLDX:
		return text + part("bpf_size", bpfSize) + part("bpf_mode", bpfMode)
	case bpfALU:
		return text + part("bpf_source", bpfSource) + part("bpf_alu", bpfOp)
	case bpfJMP:
		return text + part("bpf_source", bpfSource) + part("bpf_jump", bpfOp)
	case bpfRET:
		text += part("bpf_result", bpfResult)
		rest &^= bpfResult
	case bpfMISC:
		text += part("bpf_misc", bpfMiscOp)
		rest &^= bpfMiscOp
	}
	if rest != 0 {
		text += "|" + values.Hex(rest) + " /* BPF_??? */"
	}
	return text
}

// operand returns the operand of an instruction: a number, an offset into the kernel's
// data about a packet, or the verdict of a seccomp filter.
func (f filters) operand(s *decode.Source, code, k uint64) string {
	const absolute, special = 0x20, 0xfffff000 // BPF_ABS; SKF_AD_OFF
	switch {
	case f.seccomp && code == bpfRET:
		return seccompAction(s, k)
	case !f.seccomp && code&7 == bpfLD && code&bpfMode == absolute && k >= special:
		return "SKF_AD_OFF+" + values.Enum(s, "skf_ad", k-special, 4)
	}
	return values.Hex(k)
}

func seccompAction(s *decode.Source, k uint64) string {
	const data = 0xffff
	text := values.Enum(s, "seccomp_return", k&^data, 4)
	if k&data != 0 {
		text += "|" + values.Hex(k&data)
	}
	return text
}
