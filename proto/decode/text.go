package decode

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"plait/event"
)

// maxPath limits the bytes of a file name: PATH_MAX in linux/limits.h.
const maxPath = 4096

// textNode is text or data: a pointer to it or, if inline, the bytes themselves.
type textNode struct {
	length *Expr // nil: up to NUL
	stop   bool  // ends at a NUL, even before length
	unit   int   // bytes of a character: 1, 2 or 4
	path   bool
	data   bool // not text: hex(buffer[n])
	guess  bool // guess(string): shown as an address unless it is readable text
	inline bool
	count  int // inline: number of characters; 0: as many as length says
	ptr    int // bytes of a pointer
}

func (n *textNode) shape() shape {
	if n.inline {
		return shape{n.count * n.unit, n.unit, false, compound}
	}
	return shape{n.ptr, n.ptr, false, integer}
}

func (n *textNode) word(c *call, bits uint64) event.Value { return n.read(c, bits) }

func (n *textNode) load(c *call, b []byte, addr uint64) event.Value {
	if !n.inline {
		return n.read(c, n.shape().number(c, b))
	}
	limit := n.limit(c) * n.unit
	text := n.untilEnd(b[:min(len(b), limit+n.unit)])
	return n.value(c, text[:min(len(text), limit)], len(text) > limit)
}

// read decodes the text at addr.
func (n *textNode) read(c *call, addr uint64) event.Value {
	if addr == 0 {
		return event.Pointer{}
	}
	limit := n.limit(c)
	size := uint64(limit) + 1
	if n.length != nil && !(n.stop && n.length.op == opZero && n.length.x == nil) {
		length, ok := n.length.eval(c)
		switch {
		case !ok || int64(length) < 0 && !n.mayEndAtNUL(c):
			return event.Pointer{Addr: addr}
		case int64(length) < 0 && !n.stop:
			n = n.upToNUL()
		}
		size = min(size, length)
	} else if n.inline && n.count > 0 {
		size = min(size, uint64(n.count))
	}
	if !c.spend() {
		return event.Pointer{Addr: addr}
	}
	return n.fetch(c, addr, int(size), limit)
}

// hasZeroLength reports whether a library function was given a buffer of 0 bytes, so
// that it has stored nothing.
func (n *textNode) hasZeroLength(c *call) bool {
	if n.length == nil || c.s.Kind == event.System || !n.length.isKnownAtEnter() {
		return false
	}
	length, ok := n.length.eval(c)
	return ok && length == 0
}

// mayEndAtNUL reports whether a negative length means "up to the NUL", as it does in
// many libraries. It does not if it is a result, which then means failure, or the
// length of data in a struct.
func (n *textNode) mayEndAtNUL(c *call) bool {
	return c.s.Kind != event.System && !n.path && !n.data && n.length.isKnownAtEnter() && (n.stop || c.frame == nil)
}

// upToNUL returns the type of data whose length is given as -1: it ends at a NUL if it
// is text, otherwise it is shown as an address.
func (n *textNode) upToNUL() *textNode {
	text := *n
	text.stop, text.guess = true, n.unit == 1
	return &text
}

// limit returns how many characters are shown at most.
func (n *textNode) limit(c *call) int {
	if n.path {
		return maxPath
	}
	return min(c.s.Shown(), MaxRead)
}

// fetch reads size characters, of which limit are shown.
func (n *textNode) fetch(c *call, addr uint64, size, limit int) event.Value {
	b, ended, whole := c.s.Fetch(addr, size*n.unit, n.unit, n.stop)
	if !ended && size > 0 && (len(b) == 0 || !whole && c.s.Kind == event.System) {
		return event.Unreadable{Addr: addr} // strace shows all or nothing
	}
	cut := !whole && !ended
	// Like strace, show just the address if a system call's data can't be read as far
	// as it would be shown; for a string, one character further, where the NUL may be.
	if wanted := min(size, limit); cut && c.s.Kind == event.System && (n.stop || len(b) < wanted*n.unit) {
		return event.Unreadable{Addr: addr}
	}
	if len(b) > limit*n.unit {
		b, cut = b[:limit*n.unit], true
	}
	if n.guess && len(b) > 0 && !isText(wholeRunes(b)) {
		return event.Pointer{Addr: addr}
	}
	return n.value(c, b, cut)
}

// wholeRunes returns b without its last character if that is incomplete.
func wholeRunes(b []byte) string {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return string(b[:i])
			}
			break
		}
	}
	return string(b)
}

// untilEnd cuts b at the first zero character, if n stops there.
func (n *textNode) untilEnd(b []byte) []byte {
	if i := terminator(b, n.unit); n.stop && i >= 0 {
		return b[:i]
	}
	return b
}

func (n *textNode) value(c *call, b []byte, cut bool) event.Value {
	s := event.Str{Cut: cut, Path: n.path, Wide: n.unit > 1, Hex: n.data}
	if n.unit == 1 {
		s.Text = string(b)
	} else {
		s.Text = wideText(c, b, n.unit)
	}
	return s
}

// terminator returns the offset of the first zero character of unit bytes; -1 if there
// is none.
func terminator(b []byte, unit int) int {
	if unit == 1 {
		return bytes.IndexByte(b, 0)
	}
	for i := 0; i+unit <= len(b); i += unit {
		if allZero(b[i : i+unit]) {
			return i
		}
	}
	return -1
}

// wideText converts characters of 2 (UTF-16) or 4 bytes to UTF-8. An invalid
// character, such as half a surrogate pair, is encoded as if it were valid, so that
// its number can be seen, and that it isn't text.
func wideText(c *call, b []byte, unit int) string {
	out := make([]byte, 0, len(b)/unit)
	for i := 0; i+unit <= len(b); i += unit {
		r := uint32(shape{size: unit}.number(c, b[i:]))
		if next := i + unit; unit == 2 && next+unit <= len(b) {
			if pair := utf16.DecodeRune(rune(r), rune(shape{size: unit}.number(c, b[next:]))); pair != utf8.RuneError {
				r, i = uint32(pair), next
			}
		}
		out = appendCode(out, r)
	}
	return string(out)
}

// appendCode appends r in UTF-8. It extends the encoding to 7 bytes for numbers beyond
// Unicode.
func appendCode(out []byte, r uint32) []byte {
	if utf8.ValidRune(rune(r)) {
		return utf8.AppendRune(out, rune(r))
	}
	more := 2 // bytes after the first, with 6 bits each
	for ; more < 6 && r>>(5*more+6) != 0; more++ {
	}
	out = append(out, byte(0xff<<(7-more)|uint64(r)>>(6*more)))
	for more--; more >= 0; more-- {
		out = append(out, byte(0x80|r>>(6*more)&0x3f))
	}
	return out
}

// Fetch reads at most size bytes at addr, page by page. If stop is set it reads up to
// the first zero character of unit bytes, which it omits; ended reports whether it
// found one. Whole reports whether it read all size bytes. B is valid until the next
// Fetch.
func (s *Source) Fetch(addr uint64, size, unit int, stop bool) (b []byte, ended, whole bool) {
	if s.scratch != nil {
		b = s.scratch.chars[:0]
	}
	for len(b) < size {
		n := min(size-len(b), PageSize-int((addr+uint64(len(b)))%PageSize))
		if len(b) == 0 {
			n = min(n, 256)
		}
		from := len(b)
		b = append(b, make([]byte, n)...)
		got := s.Read(addr+uint64(from), b[from:])
		b = b[:from+got]
		if stop {
			start := from / unit * unit
			if i := terminator(b[start:], unit); i >= 0 {
				return b[:start+i], true, false
			}
		}
		if got < n {
			return b, false, false
		}
	}
	return b, false, true
}

// Text reads the string at addr, at most limit bytes. It reports whether it found the
// terminating NUL.
func (s *Source) Text(addr uint64, limit int) (text string, ended bool) {
	b, ended, _ := s.Fetch(addr, min(limit, MaxRead), 1, true)
	return string(b), ended
}

// textsNode is an array of pointers to strings, up to a null pointer.
type textsNode struct {
	list  *arrayNode
	ptr   int  // bytes of a pointer
	count bool // show only their number, unless verbose
}

// maxCounted limits how many environment variables are counted.
const maxCounted = 1 << 16

func newTexts(ptr int, count bool) *textsNode {
	text := &textNode{stop: true, unit: 1, ptr: ptr}
	return &textsNode{&arrayNode{elem: text, length: Zero(nil), stop: true}, ptr, count}
}

func (n *textsNode) shape() shape { return shape{n.ptr, n.ptr, false, integer} }

func (n *textsNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, n.shape().number(c, b))
}

func (n *textsNode) word(c *call, bits uint64) event.Value {
	if bits == 0 {
		return event.Pointer{}
	}
	if !n.count || c.s.Limits.Verbose {
		return n.list.at(c, bits)
	}
	vars, ended := c.s.countPointers(bits)
	switch {
	case ended:
		return event.Note{Value: event.Pointer{Addr: bits}, Text: counted(vars, "var")}
	case vars > 0:
		return event.Note{Value: event.Pointer{Addr: bits}, Text: counted(vars, "var") + ", unterminated"}
	}
	return event.Pointer{Addr: bits}
}

// countPointers returns the number of pointers at addr before a null pointer. It
// reports whether it found one before the mapped memory ended.
func (s *Source) countPointers(addr uint64) (int, bool) {
	size := s.Arch.PtrSize
	bytesRead := 0
	for bytesRead < maxCounted*size {
		n := PageSize - int((addr+uint64(bytesRead))%PageSize)
		b := make([]byte, n/size*size)
		if len(b) == 0 {
			return 0, false // not aligned like a pointer
		}
		got := s.Read(addr+uint64(bytesRead), b)
		if i := terminator(b[:got/size*size], size); i >= 0 {
			return (bytesRead + i) / size, true
		}
		bytesRead += got
		if got < len(b) {
			break
		}
	}
	return bytesRead / size, false
}

// counted returns "1 var", "2 vars" and so on.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
