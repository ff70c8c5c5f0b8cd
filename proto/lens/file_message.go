package lens

import (
	"bytes"

	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens/values"
)

// msgbufLens decodes what msgsnd(2) sends: a type, then n bytes.
type msgbufLens struct{}

func (msgbufLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	word := s.Arch.PtrSize // of a long
	kind, ok := s.Word(addr, word)
	if !ok {
		return event.Unreadable{Addr: addr}
	}
	text := event.Value(event.Pointer{Addr: addr + uint64(word)})
	if int64(n) >= 0 {
		text = dataAt(s, addr+uint64(word), n)
	}
	return event.Record{Fields: []event.Field{
		{Name: "mtype", Value: plainSigned(int64(decode.Extend(kind, word, true)))},
		{Name: "mtext", Value: text},
	}}
}

// direntsLens decodes the n bytes that getdents(2) has read: the number of entries, or
// the entries if verbose. The 64-bit form has the type in the head. The older form has it
// in the last byte, and its numbers are machine words.
type direntsLens struct{ typed bool }

// wordSize returns the size of each of the first two members of struct linux_dirent64 or
// linux_dirent (getdents(2)). The other members have fixed sizes.
func (l direntsLens) wordSize(s *decode.Source) int {
	if l.typed {
		return 8
	}
	return s.Arch.PtrSize
}

// headRest is the size of what follows them: the length of the entry, and a type or the
// first byte of the name.
const headRest = 3

func (l direntsLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	b := bytesAt(s, addr, n)
	if b == nil {
		return event.Unreadable{Addr: addr}
	}
	entries := direntsIn(s, b, 2*l.wordSize(s))
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
	return values.Decimal(uint64(n)) + " entries"
}

// direntsIn cuts b into entries. The length of an entry is at its byte reclen.
func direntsIn(s *decode.Source, b []byte, reclen int) [][]byte {
	var entries [][]byte
	for len(b) >= reclen+headRest {
		size := int(s.Arch.Order.Uint16(b[reclen:]))
		if size < reclen+headRest || size > len(b) {
			break
		}
		entries = append(entries, b[:size])
		b = b[size:]
	}
	return entries
}

func (l direntsLens) entry(s *decode.Source, e []byte) event.Value {
	wordSize := l.wordSize(s)
	kind, name := e[len(e)-1], e[2*wordSize+2:]
	if l.typed {
		kind, name = name[0], name[1:]
	}
	if end := bytes.IndexByte(name, 0); end >= 0 {
		name = name[:end]
	}
	fields := []event.Field{
		{Name: "d_ino", Value: event.Int{Bits: s.Number(e[:wordSize]), Size: 8}},
		{Name: "d_off", Value: event.Int{Bits: s.Number(e[wordSize : 2*wordSize]), Size: 8, Signed: true}},
		{Name: "d_reclen", Value: event.Int{Bits: uint64(s.Arch.Order.Uint16(e[2*wordSize:])), Size: 2}},
		{Name: "d_type", Value: s.Named("dirent_type", uint64(kind), 1)},
		{Name: "d_name", Value: event.Str{Text: string(name), Path: true}},
	}
	if !l.typed { // as they lie in memory
		n := len(fields)
		fields[n-2], fields[n-1] = fields[n-1], fields[n-2]
	}
	return event.Record{Fields: fields}
}
