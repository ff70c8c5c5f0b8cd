package lens

import (
	"slices"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// uringParamsLens decodes struct io_uring_params, which io_uring_setup(2) reads and, if
// it succeeds, fills in.
type uringParamsLens struct{}

func (uringParamsLens) DecodeSized(s *decode.Source, addr, _ uint64) event.Value {
	// The numbers of entries come first in memory, but the kernel fills them in: they are
	// shown last.
	const filled, given = 2, 3
	v := s.At("io_uring_params", addr)
	r, ok := v.(event.Record)
	if !ok || len(r.Fields) < filled+given {
		return v
	}
	entries, rest := slices.Clone(r.Fields[:filled]), r.Fields[filled:]
	if s.Failed() {
		return event.Record{Fields: rest[:given]}
	}
	if i := slices.IndexFunc(rest, func(f event.Field) bool { return f.Name == "wq_fd" }); i >= 0 {
		entries = append([]event.Field{rest[i]}, entries...)
		rest = slices.Delete(slices.Clone(rest), i, i+1)
	}
	return event.Record{Fields: slices.Concat(rest[:given], entries, rest[given:])}
}

// uringProbeLens decodes struct io_uring_probe with room for n operations.
type uringProbeLens struct{}

func (uringProbeLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	const head, size = 16, 8 // of the struct, of an operation
	last, ok := s.Word(addr, 1)
	count, ok2 := s.Word(addr+1, 1)
	if !ok || !ok2 {
		return event.Unreadable{Addr: addr}
	}
	ops := event.List{}
	for i := range min(count, n) {
		if int(i) == s.Items() {
			ops.Cut = true
			break
		}
		ops.Items = append(ops.Items, s.At("uring_probe_op", addr+head+i*size))
	}
	return event.Record{Fields: []event.Field{
		{Name: "last_op", Value: s.Named("uring_op", last, 1)},
		{Name: "ops_len", Value: event.Int{Bits: count, Size: 1}},
		{Name: "ops", Value: ops},
	}}
}

// uringRestrictionLens decodes struct io_uring_restriction. The first member decides the
// name of the second.
type uringRestrictionLens struct{}

func (uringRestrictionLens) Decode(s *decode.Source, addr uint64) event.Value {
	op, ok := s.Word(addr, 2)
	what, ok2 := s.Word(addr+2, 1)
	if !ok || !ok2 {
		return event.Unreadable{Addr: addr}
	}
	name := s.Named("uring_restriction_op", op, 2)
	kinds := [...]struct{ name, kind string }{
		{"register_op", "uring_register_op"},
		{"sqe_op", "uring_op"},
		{"sqe_flags", "uring_sqe_flags"},
		{"sqe_flags", "uring_sqe_flags"},
	}
	if op >= uint64(len(kinds)) {
		name = event.Note{Value: name, Text: "op: " + values.Hex(what)}
		return event.Record{Fields: []event.Field{{Name: "opcode", Value: name}}}
	}
	return event.Record{Fields: []event.Field{
		{Name: "opcode", Value: name},
		{Name: kinds[op].name, Value: s.Named(kinds[op].kind, what, 1)},
	}}
}

// uringWorkersLens decodes the greatest number of workers of each of n kinds.
type uringWorkersLens struct{}

func (uringWorkersLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	kinds := [...]string{"IO_WQ_BOUND", "IO_WQ_UNBOUND"}
	if n != uint64(len(kinds)) {
		return event.Pointer{Addr: addr}
	}
	l := event.List{}
	for i, kind := range kinds {
		count, ok := s.Word(addr+4*uint64(i), 4)
		if !ok {
			return event.Unreadable{Addr: addr}
		}
		l.Items = append(l.Items, event.Verbatim{Text: "[" + kind + "]=" + values.Decimal(count)})
	}
	return l
}
