package lens

import (
	"bytes"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// bpfLens decodes the second argument of bpf(2), n bytes long, by the command in the
// first. Members beyond n count as zero.
type bpfLens struct{}

// bpfForms are the structs of the commands (linux/bpf.h), by number.
var bpfForms = [...]string{
	"bpf_map_create", "bpf_map_lookup", "bpf_map_update", "bpf_map_delete", "bpf_map_next", "bpf_prog_load", "bpf_obj", "bpf_obj",
	"bpf_prog_attach", "bpf_prog_detach", "bpf_test_run", "bpf_next_id", "bpf_next_id", "bpf_prog_by_id", "bpf_map_by_id", "bpf_info",
	"bpf_query", "bpf_raw_tracepoint", "bpf_btf_load", "bpf_btf_by_id", "bpf_task_fd", "bpf_map_lookup", "bpf_map_freeze", "bpf_next_id",
	"bpf_batch", "bpf_batch", "bpf_update_batch", "bpf_delete_batch", "bpf_link_create", "bpf_link_update", "bpf_link_by_id", "bpf_next_id",
	"bpf_stats", "bpf_iter", "bpf_link_detach", "bpf_prog_bind",
}

func (bpfLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	command := s.Argument(0)
	n = uint64(uint32(n))
	if command >= uint64(len(bpfForms)) || n == 0 || n > decode.PageSize {
		return event.Pointer{Addr: addr}
	}
	b := bytesAt(s, addr, n)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	form, ok := s.Type(bpfForms[command]).(*decode.Struct)
	if !ok || !s.Spend() {
		return event.Pointer{Addr: addr}
	}
	given := append(b[:len(b):len(b)], make([]byte, max(0, form.Size-len(b)))...)
	r, _ := s.Load(form, given[:form.Size], addr).(event.Record)
	if rest := b[min(form.Size, len(b)):]; len(bytes.TrimLeft(rest, "\x00")) > 0 {
		extraData(s, &r, rest, form.Size)
	}
	return r
}

// extraData adds the bytes that follow a struct, from offset from on.
func extraData(s *decode.Source, r *event.Record, rest []byte, from int) {
	if !s.Limits.Verbose {
		r.Cut = true
		return
	}
	r.Fields = append(r.Fields, event.Field{Name: "extra_data", Value: event.Note{
		Value: event.Str{Text: string(rest), Hex: true},
		Text:  "bytes " + values.Decimal(uint64(from)) + ".." + values.Decimal(uint64(from+len(rest)-1)),
	}})
}

// kernelVersion decodes a version as the kernel packs it (linux/version.h).
type kernelVersion struct{}

func (kernelVersion) Decode(_ *decode.Source, bits uint64) event.Value {
	return event.Name{
		Name: "KERNEL_VERSION(" + values.Decimal(bits>>16) + ", " + values.Decimal(bits>>8&0xff) + ", " + values.Decimal(bits&0xff) + ")",
		Int:  event.Int{Bits: bits, Size: 4, Base: event.Hex},
	}
}

// instructionsLens decodes an array of n struct bpf_insn, which is shown if verbose.
type instructionsLens struct{}

func (instructionsLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	const size = 8
	if !s.Limits.Verbose {
		return event.Pointer{Addr: addr}
	}
	l := event.List{}
	for i := range n {
		b := bytesAt(s, addr+i*size, size)
		switch {
		case b == nil && i == 0:
			return event.Unreadable{Addr: addr}
		case b == nil:
			l.Rest = addr + i*size
			return l
		case len(l.Items) == s.Items() || !s.Spend():
			l.Cut = true
			return l
		}
		l.Items = append(l.Items, instruction(s, b))
	}
	return l
}

// instruction decodes struct bpf_insn.
func instruction(s *decode.Source, b []byte) event.Value {
	return event.Record{Fields: []event.Field{
		{Name: "code", Value: event.Name{Name: ebpfCode(s, uint64(b[0])), Int: event.Int{Bits: uint64(b[0]), Size: 1, Base: event.Hex}}},
		{Name: "dst_reg", Value: s.Named("bpf_register", uint64(b[1]&0xf), 1)},
		{Name: "src_reg", Value: s.Named("bpf_register", uint64(b[1]>>4), 1)},
		{Name: "off", Value: s.From("short_offset", b[2:], 0)},
		{Name: "imm", Value: s.From("bpf_imm", b[4:], 0)},
	}}
}

// ebpfCode returns the names that a code is the sum of.
func ebpfCode(s *decode.Source, code uint64) string {
	part := func(enum string, mask uint64) string { return "|" + values.Enum(s, enum, code&mask, 1) }
	text := values.Enum(s, "ebpf_class", code&7, 1)
	const store, jump32 = 3, 6
	switch class := code & 7; {
	case class <= store:
		return text + part("bpf_size", bpfSize) + part("bpf_mode", bpfMode)
	case class == bpfJMP || class == jump32:
		return text + part("bpf_source", bpfSource) + part("bpf_jump", bpfOp)
	}
	return text + part("bpf_source", bpfSource) + part("bpf_alu", bpfOp)
}

// bpfInOutLens decodes the second argument of bpf(2) for commands to which the kernel
// answers in the same place: with a length, or with a number of programs and their IDs.
type bpfInOutLens struct{ bpfLens }

// bpfCounts are the members of struct bpf_info and bpf_query that the kernel
// changes, by their commands.
var bpfCounts = map[uint64]struct {
	off  uint64
	name string
}{15: {4, "info_len"}, 16: {24, "prog_cnt"}}

// Note returns that member as it is before the call.
func (bpfInOutLens) Note(s *decode.Source, addr, n uint64) uint64 {
	count := bpfCounts[s.Argument(0)]
	was, _ := s.Word(addr+count.off, 4)
	return was
}

func (l bpfInOutLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	v := l.bpfLens.DecodeSized(s, addr, n)
	r, ok := v.(event.Record)
	if !ok || len(r.Fields) == 0 {
		return v
	}
	inner, ok := r.Fields[0].Value.(event.Record)
	if !ok {
		return v
	}
	count := bpfCounts[s.Argument(0)]
	for i := range inner.Fields {
		switch f := &inner.Fields[i]; f.Name {
		case count.name:
			f.Value = decode.Changed(event.Int{Bits: s.Noted(), Size: 4}, f.Value)
		case "prog_ids":
			f.Value = programs(s, addr, f.Value)
		}
	}
	return v
}

// programs returns the IDs that BPF_PROG_QUERY stored through ids, or the pointer if the
// call failed.
func programs(s *decode.Source, addr uint64, ids event.Value) event.Value {
	p, ok := ids.(event.Pointer)
	n, ok2 := s.Word(addr+bpfCounts[16].off, 4)
	if !ok || !ok2 || p.Addr == 0 || s.Failed() {
		return ids
	}
	l := event.List{}
	for i := range n {
		if len(l.Items) == s.Items() || !s.Spend() {
			l.Cut = true
			break
		}
		id, ok := s.Word(p.Addr+4*i, 4)
		switch {
		case !ok && i == 0:
			return ids
		case !ok:
			l.Rest = p.Addr + 4*i
			return l
		}
		l.Items = append(l.Items, event.Int{Bits: id, Size: 4})
	}
	return l
}
