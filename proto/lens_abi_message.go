package proto

import "plait/event"

// msgbufLens is what msgsnd(2) sends: a type, then n bytes.
type msgbufLens struct{}

func (msgbufLens) DecodeSized(s *Source, addr, n uint64) event.Value {
	kind, ok := s.Word(addr, 8)
	if !ok {
		return event.Unread{Addr: addr}
	}
	text := event.Value(event.Pointer{Addr: addr + 8})
	if int64(n) >= 0 {
		text = s.data(addr+8, n)
	}
	return event.Record{Fields: []event.Field{
		{Name: "mtype", Value: event.Int{Bits: kind, Size: 8, Signed: true}},
		{Name: "mtext", Value: text},
	}}
}

// direntsLens is what getdents(2) read, n bytes: their number, and when verbose
// the entries. The 64-bit form has the type in the head, the older one in the
// last byte.
type direntsLens struct{ typed bool }

// Offsets in struct linux_dirent64 and linux_dirent (getdents(2)).
const (
	direntOff    = 8
	direntReclen = 16
	direntType   = 18 // linux_dirent: the name is here
	direntHead   = 19
)

func (l direntsLens) DecodeSized(s *Source, addr, n uint64) event.Value {
	b := s.bytesAt(addr, n)
	if b == nil {
		return event.Unread{Addr: addr}
	}
	entries := direntsIn(s, b)
	if !s.Limits.Verbose {
		return event.Note{Value: event.Pointer{Addr: addr}, Text: countEntries(len(entries))}
	}
	list := event.List{}
	for _, e := range entries {
		list.Items = append(list.Items, l.entry(s, e))
	}
	return list
}

func countEntries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return decimal(uint64(n)) + " entries"
}

// direntsIn cuts b into entries, by their own lengths.
func direntsIn(s *Source, b []byte) [][]byte {
	var entries [][]byte
	for len(b) >= direntHead {
		size := int(s.Arch.Order.Uint16(b[direntReclen:]))
		if size < direntHead || size > len(b) {
			break
		}
		entries = append(entries, b[:size])
		b = b[size:]
	}
	return entries
}

func (l direntsLens) entry(s *Source, e []byte) event.Value {
	order := s.Arch.Order
	kind, name := e[len(e)-1], e[direntType:]
	if l.typed {
		kind, name = e[direntType], e[direntHead:]
	}
	if end := terminator(name, 1); end >= 0 {
		name = name[:end]
	}
	fields := []event.Field{
		{Name: "d_ino", Value: event.Int{Bits: order.Uint64(e), Size: 8}},
		{Name: "d_off", Value: event.Int{Bits: order.Uint64(e[direntOff:]), Size: 8, Signed: true}},
		{Name: "d_reclen", Value: event.Int{Bits: uint64(order.Uint16(e[direntReclen:])), Size: 2}},
		{Name: "d_type", Value: s.Named("dirent_type", uint64(kind), 1)},
		{Name: "d_name", Value: event.Str{Text: string(name), Path: true}},
	}
	if !l.typed { // in the order of memory
		n := len(fields)
		fields[n-2], fields[n-1] = fields[n-1], fields[n-2]
	}
	return event.Record{Fields: fields}
}
