package proto

import (
	"strings"

	"plait/event"
)

// xattrLens is the value of an extended attribute, or a list of their names:
// what the caller passes, and as many bytes as the result says of what the
// callee left; nothing of that if only the size was asked for.
type xattrLens struct{ list bool }

func (l xattrLens) DecodeSized(s *Source, addr, n uint64) event.Value {
	if s.Returning() {
		if n == 0 {
			return event.Pointer{Addr: addr}
		}
		n = min(n, s.Result())
	}
	if int64(n) < 0 {
		return event.Pointer{Addr: addr}
	}
	v := s.data(addr, n)
	// Values are text more often than not, with a NUL at the end or without.
	if text, ok := v.(event.Str); ok && !l.list && strings.HasSuffix(text.Text, "\x00") {
		return event.Str{Text: text.Text[:len(text.Text)-1]}
	}
	return v
}
