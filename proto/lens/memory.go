package lens

import (
	"fmt"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// nodemaskLens decodes a set of memory nodes as machine words. It has one bit less than
// the caller says (get_mempolicy(2)).
type nodemaskLens struct{}

func (nodemaskLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	size := uint64(s.Arch.PtrSize)
	if n == 0 {
		return event.List{}
	}
	if n == 1 || int64(n) < 0 {
		return event.Pointer{Addr: addr}
	}
	words := (n - 2 + 8*size) / (8 * size)
	show := min(words, uint64(s.Items())+1)
	b := make([]byte, show*size)
	got := uint64(s.Read(addr, b)) / size
	if got == 0 {
		return event.Unreadable{Addr: addr}
	}
	l := event.List{}
	for i := range got {
		if i == uint64(s.Items()) {
			l.Cut = true
			return l
		}
		word := s.Number(b[i*size : (i+1)*size])
		l.Items = append(l.Items, event.Verbatim{Text: hexPadded(word, int(2*size))})
	}
	if got < show {
		l.Rest = addr + got*size
	}
	return l
}

// hexPadded writes n as printf's %#0*lx does.
func hexPadded(n uint64, width int) string {
	if n == 0 {
		return fmt.Sprintf("%0*d", width, 0)
	}
	return fmt.Sprintf("0x%0*x", width-2, n)
}

// pageStatusLens decodes what move_pages(2) says about a page: its node or an error.
type pageStatusLens struct{}

func (pageStatusLens) Decode(s *decode.Source, bits uint64) event.Value {
	n := int64(int32(bits))
	name := ""
	if n < 0 {
		name = values.Name(s, "errnum", uint64(-n))
	}
	if name == "" {
		return plainSigned(n)
	}
	return event.Name{Name: "-" + name, Int: plainSigned(n)}
}

// futexWakeLens decodes the last argument of futex(2) for FUTEX_WAKE_OP: what is done to
// a word and what it is compared with, packed by FUTEX_OP.
type futexWakeLens struct{}

func (futexWakeLens) Decode(s *decode.Source, bits uint64) event.Value {
	const shiftBit = 8 // FUTEX_OP_OPARG_SHIFT
	op, text := bits>>28&0xf, ""
	if op&shiftBit != 0 {
		text, op = "FUTEX_OP_OPARG_SHIFT<<28|", op&^shiftBit
	}
	text += shifted(s, "futex_wake_ops", op, 28, "FUTEX_OP_???") + "|" + values.Hex(bits>>12&0xfff) + "<<12|"
	text += shifted(s, "futex_wake_cmps", bits>>24&0xf, 24, "FUTEX_OP_CMP_???") + "|" + values.Hex(bits&0xfff)
	return event.Verbatim{Text: text}
}

// shifted returns a value of an enum, shifted to its place in a word.
func shifted(s *decode.Source, enum string, n uint64, by int, want string) string {
	if name := values.Name(s, enum, n); name != "" {
		return fmt.Sprintf("%s<<%d", name, by)
	}
	return fmt.Sprintf("%s<<%d /* %s */", values.Hex(n), by, want)
}

// schedAttrLens decodes struct sched_attr (sched_setattr(2)), which contains its own
// size.
type schedAttrLens struct{}

// schedAttrMembers are the members that follow the flags, as they lie in memory.
var schedAttrMembers = []struct {
	name   string
	off    int
	size   int
	signed bool
}{
	{"sched_nice", 16, 4, true}, {"sched_priority", 20, 4, false}, {"sched_runtime", 24, 8, false}, {"sched_deadline", 32, 8, false},
	{"sched_period", 40, 8, false}, {"sched_util_min", 48, 4, false}, {"sched_util_max", 52, 4, false},
}

func (schedAttrLens) Decode(s *decode.Source, addr uint64) event.Value {
	const first, whole = 48, 56       // SCHED_ATTR_SIZE_VER0, _VER1
	const keepPolicy, keepAll = 8, 16 // SCHED_FLAG_KEEP_POLICY, _KEEP_PARAMS
	size, ok := s.Word(addr, 4)
	if !ok {
		return event.Unreadable{Addr: addr}
	}
	r := event.Record{Fields: []event.Field{{Name: "size", Value: event.Int{Bits: size, Size: 4}}}}
	if size > 0 && size < first {
		return r
	}
	b := bytesAt(s, addr, min(max(size, first), whole))
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	flags := s.Arch.Order.Uint64(b[8:])
	if flags&keepPolicy == 0 {
		r.Fields = append(r.Fields, event.Field{Name: "sched_policy", Value: s.Named("sched_policy", uint64(s.Arch.Order.Uint32(b[4:])), 4)})
	}
	r.Fields = append(r.Fields, event.Field{Name: "sched_flags", Value: s.Named("sched_attr_flags", flags, 8)})
	for _, m := range schedAttrMembers {
		if m.off+m.size > len(b) || flags&keepAll != 0 && m.off < first {
			continue
		}
		r.Fields = append(r.Fields, event.Field{Name: m.name, Value: event.Int{
			Bits: decode.Extend(s.Number(b[m.off:m.off+m.size]), m.size, m.signed), Size: uint8(m.size), Signed: m.signed,
		}})
	}
	r.Cut = size > whole
	return r
}
