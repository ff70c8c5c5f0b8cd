package terminal

import (
	"bytes"
	"unicode/utf8"
)

// width returns how many columns a text takes.
func width(text []byte) int {
	n := 0
	for len(text) > 0 {
		size, columns := next(text)
		n += columns
		text = text[size:]
	}
	return n
}

// next returns how many bytes the first character or sequence of a text has, and how many
// columns it takes. A sequence that sets colours (ECMA-48, SGR) takes none.
func next(text []byte) (size, columns int) {
	if bytes.HasPrefix(text, []byte("\x1b[")) {
		if end := bytes.IndexByte(text, 'm'); end >= 0 {
			return end + 1, 0
		}
	}
	_, size = utf8.DecodeRune(text)
	return size, 1
}

// fit appends text to out, or what fits in so many columns with a mark that more was
// there. It takes no colour along.
func (w *Writer) fit(out, text []byte, columns int) []byte {
	if len(text) <= columns || width(text) <= columns {
		return append(out, text...)
	}
	mark := "..."
	if w.o.UTF8 {
		mark = "…"
	}
	room, colours := columns-width([]byte(mark)), false
	for room > 0 || bytes.HasPrefix(text, []byte("\x1b[")) {
		size, takes := next(text)
		out = append(out, text[:size]...)
		text = text[size:]
		room -= takes
		colours = colours || takes == 0
	}
	if colours {
		out = append(out, "\x1b[m"...)
	}
	if columns < width([]byte(mark)) {
		return out
	}
	return append(out, mark...)
}
