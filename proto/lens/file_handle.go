package lens

import (
	"strings"

	"plait/event"
	"plait/proto/decode"
)

// handleLens decodes a struct file_handle that the caller passes (open_by_handle_at(2)).
type handleLens struct{}

// maxHandle is MAX_HANDLE_SZ of fcntl.h.
const maxHandle = 128

func (handleLens) Decode(s *decode.Source, addr uint64) event.Value {
	size, ok := s.Word(addr, 4)
	if !ok {
		return event.Unreadable{Addr: addr}
	}
	fields := []event.Field{{Name: "handle_bytes", Value: event.Int{Bits: size, Size: 4}}}
	return event.Record{Fields: append(fields, handleFields(s, addr, size)...)}
}

// handleFields returns the members of the handle at addr that follow its size.
func handleFields(s *decode.Source, addr, size uint64) []event.Field {
	kind, ok := s.Word(addr+4, 4)
	if !ok {
		return []event.Field{{Value: event.Verbatim{Text: "???"}}}
	}
	bytes := event.Value(event.Verbatim{Text: "???"})
	if b := bytesAt(s, addr+8, min(size, maxHandle)); b != nil {
		bytes = event.Str{Text: string(b), Cut: size > maxHandle, Hex: true}
	}
	return []event.Field{
		{Name: "handle_type", Value: plainSigned(int64(int32(kind)))},
		{Name: "f_handle", Value: bytes},
	}
}

// handleOutLens decodes a struct file_handle that the callee fills in
// (name_to_handle_at(2)). If the caller left too little room, the callee only stores the
// size.
type handleOutLens struct{}

// Note returns how much room the caller has for the handle.
func (handleOutLens) Note(s *decode.Source, addr, _ uint64) uint64 {
	if head, ok := s.Word(addr, 8); ok {
		return head & 0xffffffff
	}
	return ^uint64(0)
}

func (handleOutLens) DecodeSized(s *decode.Source, addr, _ uint64) event.Value {
	room := s.Noted()
	size, ok := s.Word(addr, 4)
	if !ok || room == ^uint64(0) {
		return event.Pointer{Addr: addr}
	}
	bytes := event.Value(event.Int{Bits: room, Size: 4})
	if size != room {
		bytes = event.Change{Before: bytes, After: event.Int{Bits: size, Size: 4}}
	}
	fields := []event.Field{{Name: "handle_bytes", Value: bytes}}
	if !s.Failed() {
		fields = append(fields, handleFields(s, addr, size)...)
	}
	return event.Record{Fields: fields}
}

// xattrLens decodes the value of an extended attribute, or a list of their names. The
// result says how many bytes of it the callee wrote: none if the caller only asked for
// the size.
type xattrLens struct{ list bool }

func (l xattrLens) DecodeSized(s *decode.Source, addr, n uint64) event.Value {
	if s.Returning() {
		if n == 0 {
			return event.Pointer{Addr: addr}
		}
		n = min(n, s.Result())
	}
	if int64(n) < 0 {
		return event.Pointer{Addr: addr}
	}
	v := dataAt(s, addr, n)
	// Most values are text, with or without a NUL at the end.
	if text, ok := v.(event.Str); ok && !l.list && strings.HasSuffix(text.Text, "\x00") {
		return event.Str{Text: text.Text[:len(text.Text)-1]}
	}
	return v
}
