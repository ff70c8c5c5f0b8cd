package jsonl

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// A line is a record that is being written. Its methods write members and elements, and
// the commas between them.
type line []byte

// sep writes a comma unless the line ends in an opening bracket or a colon.
func (l *line) sep() {
	switch b := *l; {
	case len(b) == 0:
	case b[len(b)-1] != '{' && b[len(b)-1] != '[' && b[len(b)-1] != ':':
		*l = append(b, ',')
	}
}

// open begins an object or a list; shut ends it.
func (l *line) open(bracket byte) {
	l.sep()
	*l = append(*l, bracket)
}

func (l *line) close(bracket byte) { *l = append(*l, bracket) }

// key begins a member. Its value is written next.
func (l *line) key(name string) {
	l.str(name)
	*l = append(*l, ':')
}

// raw writes text that is JSON already.
func (l *line) raw(s string) {
	l.sep()
	*l = append(*l, s...)
}

func (l *line) int(n int64) {
	l.sep()
	*l = strconv.AppendInt(*l, n, 10)
}

// maxExact is the largest integer up to which a double holds every integer exactly.
const maxExact = 1 << 53

// signed writes n: as a string if a double can't hold it exactly, because many readers
// use doubles.
func (l *line) signed(n int64) {
	if n < -maxExact || n > maxExact {
		l.str(strconv.FormatInt(n, 10))
		return
	}
	l.int(n)
}

func (l *line) unsigned(n uint64) {
	if n > maxExact {
		l.str(strconv.FormatUint(n, 10))
		return
	}
	l.int(int64(n))
}

// hex writes an address.
func (l *line) hex(n uint64) { l.str("0x" + strconv.FormatUint(n, 16)) }

// double writes a finite number. A negative zero keeps its sign, which an integer would
// lose.
func (l *line) double(f float64) {
	if f == 0 && math.Signbit(f) {
		l.raw("-0.0")
		return
	}
	form := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		form = 'e'
	}
	l.raw(strconv.FormatFloat(f, form, -1, 64))
}

// str writes valid UTF-8 in quotes. It escapes characters that are not printable, because
// a trace may be shown on a terminal.
func (l *line) str(s string) {
	l.sep()
	b := append(*l, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case ' ' <= r && r < 0x7f:
			b = append(b, byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r < 0x7f || !unicode.IsPrint(r):
			b = escape(b, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	*l = append(b, '"')
}

// escape appends a character as \uXXXX, or as two of these for a surrogate pair.
func escape(b []byte, r rune) []byte {
	const hexits = "0123456789abcdef"
	if r > 0xffff {
		const high, low = 0xd800, 0xdc00
		r -= 0x10000
		return escape(escape(b, high+r>>10), low+r&0x3ff)
	}
	return append(b, '\\', 'u', hexits[r>>12&15], hexits[r>>8&15], hexits[r>>4&15], hexits[r&15])
}

// text writes bytes that need not be text: a string if they are UTF-8, else an object.
func (l *line) text(s string) {
	if utf8.ValidString(s) {
		l.str(s)
		return
	}
	l.open('{')
	l.bytes(s)
	l.close('}')
}

// bytes writes the member with bytes that are not UTF-8.
func (l *line) bytes(s string) {
	l.key("b64")
	l.str(base64.StdEncoding.EncodeToString([]byte(s)))
}

// member writes a member with a text, unless the text is empty.
func (l *line) member(name, s string) {
	if s != "" {
		l.key(name)
		l.text(s)
	}
}

func (l *line) intMember(name string, n int64) {
	if n != 0 {
		l.key(name)
		l.int(n)
	}
}

func (l *line) hexMember(name string, n uint64) {
	if n != 0 {
		l.key(name)
		l.hex(n)
	}
}

// flag writes a member if it is true.
func (l *line) flag(name string, b bool) {
	if b {
		l.key(name)
		l.raw("true")
	}
}

// toUTF8 returns a text of plait's own, which may quote foreign bytes, as UTF-8: invalid
// bytes become octal escapes.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b []byte
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(b, '\\', '0'+s[i]>>6, '0'+s[i]>>3&7, '0'+s[i]&7)
		} else {
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return string(b)
}
