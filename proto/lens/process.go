package lens

import (
	"strings"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// cloneLens decodes the first argument of clone(2): flags, and in the lowest byte the
// signal that the child sends when it ends.
type cloneLens struct{}

func (cloneLens) Decode(s *decode.Source, bits uint64) event.Value {
	const signals = 0xff // CSIGNAL
	f, ok := s.Named("clone_bits", bits&^signals, 8).(event.Flags)
	sig := bits & signals
	if !ok || sig == 0 {
		return s.Named("clone_bits", bits, 8)
	}
	if f.Rest != 0 {
		f.Names = append(f.Names, decode.Unnamed(f))
	}
	f.Enum = &event.Name{Name: values.Name(s, "signum", sig), Int: plainSigned(int64(sig))}
	name := f.Enum.Name
	if name == "" {
		name = values.Decimal(sig)
	}
	f.Names, f.Rest, f.Bits = append(f.Names, name), 0, bits
	return f
}

// cloneOutLens decodes what clone3(2) stored through the pointers in its argument, which
// has n bytes.
type cloneOutLens struct{}

func (cloneOutLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	const pidfd, parent = 0x1000, 0x100000 // CLONE_PIDFD, CLONE_PARENT_SETTID
	const size = 64                        // of the first version of struct clone_args
	b := bytesAt(s, addr, min(n, size))
	if len(b) < size {
		return event.Void{}
	}
	order := s.Arch.Order
	r, flags := event.Record{}, order.Uint64(b)
	if flags&pidfd != 0 {
		r.Fields = append(r.Fields, event.Field{Name: "pidfd", Value: elementAt(s, order.Uint64(b[8:]), fdLens{})})
	}
	if flags&parent != 0 {
		r.Fields = append(r.Fields, event.Field{Name: "parent_tid", Value: elementAt(s, order.Uint64(b[24:]), pidLens{})})
	}
	if len(r.Fields) == 0 {
		return event.Void{}
	}
	return r
}

// elementAt decodes the int at addr by lens, as a list of one element.
func elementAt(s *decode.Source, addr uint64, lens decode.Lens) event.Value {
	word, ok := s.Word(addr, 4)
	if !ok {
		return event.Pointer{Addr: addr}
	}
	return event.List{Items: []event.Value{lens.Decode(s, word)}}
}

// xfeatureLens decodes the number of a component of the processor's state, or a set of
// them (arch_prctl(2), ARCH_REQ_XCOMP_PERM), with the name as a comment.
type xfeatureLens struct{ set bool }

func (l xfeatureLens) Decode(s *decode.Source, bits uint64) event.Value {
	n := event.Int{Bits: bits, Size: 8, Base: event.Hex}
	if !l.set {
		name := values.Name(s, "xfeature_number", bits)
		if name == "" {
			name = "XFEATURE_???"
		}
		return event.Note{Value: n, Text: name}
	}
	f, ok := s.Named("xfeature_bits", bits, 8).(event.Flags)
	if !ok || bits == 0 {
		return n
	}
	switch {
	case len(f.Names) == 0:
		return event.Note{Value: n, Text: f.Want}
	case f.Rest != 0:
		f.Names = append(f.Names, values.Hex(f.Rest))
	}
	return event.Note{Value: n, Text: strings.Join(f.Names, "|")}
}

// userDescLens decodes struct user_desc (asm/ldt.h), which ends in bit fields.
type userDescLens struct{ out bool } // the call fills the struct in

func (l userDescLens) Decode(s *decode.Source, addr uint64) event.Value {
	b := bytesAt(s, addr, 16)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	order := s.Arch.Order
	entry := event.Field{Name: "entry_number", Value: plainSigned(int64(int32(order.Uint32(b))))}
	if l.out && s.Failed() {
		return event.Record{Fields: []event.Field{entry}, Cut: true}
	}
	r := event.Record{Fields: []event.Field{
		entry,
		{Name: "base_addr", Value: event.Verbatim{Text: hexPadded(uint64(order.Uint32(b[4:])), 8)}},
		{Name: "limit", Value: event.Verbatim{Text: hexPadded(uint64(order.Uint32(b[8:])), 8)}},
	}}
	bits, at := order.Uint32(b[12:]), 0
	for _, f := range []struct {
		name  string
		width int
	}{{"seg_32bit", 1}, {"contents", 2}, {"read_exec_only", 1}, {"limit_in_pages", 1}, {"seg_not_present", 1}, {"useable", 1}, {"lm", 1}} {
		if f.name == "lm" && s.Arch.PtrSize == 4 {
			break // only 64-bit programs have it
		}
		r.Fields = append(r.Fields, event.Field{Name: f.name, Value: event.Int{Bits: uint64(bits >> at & (1<<f.width - 1)), Size: 4}})
		at += f.width
	}
	return r
}

// userDescResult decodes the result of set_thread_area(2). The number of the entry that
// the kernel chose is in the struct.
type userDescResult struct{}

func (userDescResult) Decode(s *decode.Source, bits uint64) event.Value {
	n := plainSigned(int64(int32(bits)))
	entry, ok := s.Word(s.Argument(0), 4)
	if bits != 0 || !ok {
		return n
	}
	return event.Note{Value: n, Extra: event.Verbatim{Text: "entry_number=" + values.Decimal(entry)}}
}

// ioprioLens decodes a priority of ioprio_set(2) as the macro that makes it. For the
// result of ioprio_get(2), the macro is an annotation.
type ioprioLens struct{ result bool }

func (l ioprioLens) Decode(s *decode.Source, bits uint64) event.Value {
	const classShift = 13 // linux/ioprio.h: IOPRIO_CLASS_SHIFT
	word := uint64(uint32(bits))
	class := values.Name(s, "ioprio_class", word>>classShift)
	if class == "" {
		class = values.Hex(word>>classShift) + " /* IOPRIO_CLASS_??? */"
	}
	macro := "IOPRIO_PRIO_VALUE(" + class + ", " + values.Decimal(word&(1<<classShift-1)) + ")"
	if l.result {
		return event.Note{Value: plainSigned(int64(int32(bits))), Extra: event.Verbatim{Text: macro}}
	}
	return event.Name{Name: macro, Int: event.Int{Bits: word, Size: 4}}
}
