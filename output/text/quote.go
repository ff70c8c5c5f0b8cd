package text

import (
	"unicode"
	"unicode/utf8"
)

// An escapeKind says how a byte is written inside quotes: 0 for the byte itself, octal
// for an octal escape, else a backslash and that letter.
type escapeKind byte

const octal escapeKind = 1

var quoteEscapes = func() (t [256]escapeKind) {
	for c := range t {
		if c < 0x20 || c > 0x7e {
			t[c] = octal
		}
	}
	t['"'], t['\\'], t['\t'], t['\n'] = '"', '\\', 't', 'n'
	t['\v'], t['\f'], t['\r'] = 'v', 'f', 'r'
	return t
}()

// quoted writes a string in quotes with C's escapes, as strace does: an octal escape has
// as few digits as the next character allows.
func (l *line) quoted(s string) {
	shows := l.utf8
	l.utf8 = shows && isUTF8(s)
	l.byte('"')
	l.encoded(s, &quoteEscapes)
	l.byte('"')
	l.utf8 = shows
}

// isUTF8 reports whether s is UTF-8. It may end within a character. If it is not, what
// looks like characters in it is chance.
func isUTF8(s string) bool {
	for i := len(s) - 1; i >= 0 && i >= len(s)-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			if !utf8.FullRuneInString(s[i:]) {
				s = s[:i]
			}
			break
		}
	}
	return utf8.ValidString(s)
}

// hexQuoted writes bytes in quotes, each in hexadecimal.
func (l *line) hexQuoted(s string) {
	l.byte('"')
	l.hexBytes(s)
	l.byte('"')
}

// encoded writes s in hexadecimal if the user wants that, else like escaped.
func (l *line) encoded(s string, t *[256]escapeKind) {
	if l.form == HexAll || l.form == HexNonASCII && !isText(s) {
		l.hexBytes(s)
		return
	}
	l.escaped(s, t)
}

// isText reports whether s has only printable characters and white space of ASCII.
func isText(s string) bool {
	for i := range len(s) {
		if quoteEscapes[s[i]] == octal {
			return false
		}
	}
	return true
}

func (l *line) hexBytes(s string) {
	for i := range len(s) {
		l.hexByte(s[i])
	}
}

func (l *line) hexByte(c byte) {
	l.str(`\x`)
	l.zeros(uint64(c), 2)
}

// escaped writes each byte of s as t says. It leaves UTF-8 alone if the terminal can show
// it.
func (l *line) escaped(s string, t *[256]escapeKind) {
	done := 0
	for i := 0; i < len(s); {
		e := t[s[i]]
		if e == 0 {
			i++
			continue
		}
		if n := l.printable(s[i:]); n > 0 {
			i += n
			continue
		}
		l.str(s[done:i])
		l.escape(s, i, e)
		i++
		done = i
	}
	l.str(s[done:])
}

// printable returns the length of the character at the start of s if it is beyond ASCII
// and may be shown, else 0. Characters that only control the layout, such as a change of
// direction, may not.
func (l *line) printable(s string) int {
	if !l.utf8 || s[0] < utf8.RuneSelf {
		return 0
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError || !unicode.IsPrint(r) {
		return 0
	}
	return n
}

func (l *line) escape(s string, i int, e escapeKind) {
	if e == octal && l.form == HexNonASCIIChars {
		l.hexByte(s[i])
		return
	}
	l.byte('\\')
	if e != octal {
		l.byte(byte(e))
		return
	}
	c := s[i]
	long := i+1 < len(s) && '0' <= s[i+1] && s[i+1] <= '7'
	if long || c >= 0o100 {
		l.byte('0' + c>>6)
	}
	if long || c >= 0o10 {
		l.byte('0' + c>>3&7)
	}
	l.byte('0' + c&7)
}

// plainEscapes are for text outside quotes: names, paths, messages. A backslash is not
// escaped: it does no harm, and names seldom have one.
var plainEscapes = func() (t [256]escapeKind) {
	for c := range t {
		if c < 0x20 || c > 0x7e {
			t[c] = octal
		}
	}
	return t
}()

// safe writes text that is not quoted, so that it can't control the terminal.
func (l *line) safe(s string) { l.escaped(s, &plainEscapes) }

// pathEscapes are for paths between < and >.
var pathEscapes = func() (t [256]escapeKind) {
	t = quoteEscapes
	t['<'], t['>'] = octal, octal
	return t
}()

func (l *line) bracketed(s string) {
	l.byte('<')
	l.encoded(s, &pathEscapes)
	l.byte('>')
}

// character writes one byte in single quotes, as ltrace does.
func (l *line) character(c byte) {
	l.byte('\'')
	switch {
	case c == '\a':
		l.str(`\a`)
	case c == '\b':
		l.str(`\b`)
	case c == '\'':
		l.str(`\'`)
	case c == '"':
		l.byte(c)
	case c == 0:
		l.str(`\0`)
	case quoteEscapes[c] == octal:
		l.byte('\\')
		l.b = append(l.b, '0'+c>>6, '0'+c>>3&7, '0'+c&7)
	case quoteEscapes[c] != 0:
		l.byte('\\')
		l.byte(byte(quoteEscapes[c]))
	default:
		l.byte(c)
	}
	l.byte('\'')
}
