package decode

import (
	"strings"

	"plait/event"
)

// formatParser finds the conversions of a printf(3) or scanf(3) format.
type formatParser struct {
	text  string
	off   int
	found *formatArgs
}

// A conversion is one parsed directive of a format.
type conversion struct {
	arg     int // from 1, of "%n$"; 0: the next
	prec    int
	precArg int // 1 + index of the argument that is the precision
	hasPrec bool
	discard bool // scanf: "*"
	alloc   bool // scanf: "m"
	length  string
	verb    byte
}

func (f *formatParser) peek() byte {
	if f.off < len(f.text) {
		return f.text[f.off]
	}
	return 0
}

// next consumes the current byte and returns it; 0 at the end.
func (f *formatParser) next() byte {
	b := f.peek()
	if b != 0 || f.off < len(f.text) {
		f.off++
	}
	return b
}

func (f *formatParser) accept(chars string) bool {
	if b := f.peek(); b != 0 && strings.IndexByte(chars, b) >= 0 {
		f.off++
		return true
	}
	return false
}

// number reads digits; -1 if there are none.
func (f *formatParser) number() int {
	n := -1
	for c := f.peek(); c >= '0' && c <= '9'; c = f.peek() {
		n = min(max(n, 0)*10+int(c-'0'), 1<<24)
		f.off++
	}
	return n
}

// position reads "n$"; 0 if it is not there.
func (f *formatParser) position() int {
	from := f.off
	if n := f.number(); n > 0 && f.accept("$") {
		return n
	}
	f.off = from
	return 0
}

// directive moves past the next percent sign; false at the end.
func (f *formatParser) directive() bool {
	i := strings.IndexByte(f.text[f.off:], '%')
	if i < 0 {
		return false
	}
	f.off += i + 1
	return f.off < len(f.text)
}

func (f *formatParser) printf() {
	for len(f.found.args) < maxVarargs && f.directive() {
		if f.accept("%") {
			continue
		}
		c := conversion{arg: f.position()}
		for f.accept("-+ #0'I") {
		}
		f.width()
		f.precision(&c)
		c.length = f.lengthModifier()
		c.verb = f.next()
		if a, ok := c.printf(); ok {
			f.put(c.arg, a)
		}
	}
}

// width reads a field width, which may be an argument itself.
func (f *formatParser) width() {
	if f.accept("*") {
		f.put(f.position(), starred)
		return
	}
	f.number()
}

func (f *formatParser) precision(c *conversion) {
	if !f.accept(".") {
		return
	}
	c.hasPrec = true
	if f.accept("*") {
		c.precArg = f.put(f.position(), starred) + 1
		return
	}
	c.prec = max(f.number(), 0)
}

var starred = vararg{kind: varInt, size: 4, signed: true, prec: -1}

// put stores an argument at position pos, from 1, or at the end if pos is 0, and
// returns its index. Positions that no directive mentions are words.
func (f *formatParser) put(pos int, a vararg) int {
	if pos == 0 {
		pos = len(f.found.args) + 1
	}
	if pos > maxVarargs {
		return maxVarargs - 1
	}
	for len(f.found.args) < pos {
		f.found.args = append(f.found.args, vararg{kind: varInt, size: 8, base: event.Guess, prec: -1})
	}
	f.found.args[pos-1] = a
	return pos - 1
}

// lengthModifier reads h, hh, l, ll, q, L, j, t, z, Z and C23's wN and wfN.
func (f *formatParser) lengthModifier() string {
	from := f.off
	switch {
	case f.accept("h"):
		f.accept("h")
	case f.accept("l"):
		f.accept("l")
	case f.accept("w"):
		f.accept("f")
		f.number()
	default:
		f.accept("qLjtzZ")
	}
	return f.text[from:f.off]
}

// intSize returns the bytes of an integer with the conversion's length modifier.
func (c *conversion) intSize() int {
	switch c.length {
	case "hh", "w8", "wf8":
		return 1
	case "h", "w16":
		return 2
	case "", "w32":
		return 4
	}
	return 8
}

// printf returns the argument of the conversion; false if it takes none.
func (c *conversion) printf() (vararg, bool) {
	a := vararg{size: c.intSize(), prec: -1}
	switch c.verb {
	case 'd', 'i':
		a.signed = true
	case 'u':
	case 'x', 'X':
		a.base = event.Hex
	case 'o':
		a.base = event.Octal
	case 'b', 'B':
		a.base = event.Binary
	case 'c', 'C':
		a.char(c)
	case 's', 'S':
		a.text(c)
	case 'p', 'n':
		a.kind, a.size = varPointer, 8
	case 'e', 'E', 'f', 'F', 'g', 'G', 'a', 'A':
		a.float(c)
		if a.size == 4 {
			a.size = 8
		}
	default:
		return a, false
	}
	return a, true
}

func (v *vararg) char(c *conversion) {
	v.size, v.signed, v.base = 1, true, event.Char
	if c.verb == 'C' || c.length == "l" {
		v.size, v.base = 4, event.WideChar
	}
}

func (v *vararg) text(c *conversion) {
	v.kind, v.size = varText, 8
	if c.verb == 'S' || c.length == "l" {
		v.kind = varWide
	}
	if c.hasPrec {
		v.prec, v.precFrom = c.prec, c.precArg
	}
}

// float makes a the argument of a floating-point conversion: float, unless the length
// modifier says otherwise. (In printf it is then a double.)
func (v *vararg) float(c *conversion) {
	v.kind, v.size, v.signed = varFloat, 4, true
	switch c.length {
	case "l":
		v.size = 8
	case "L", "ll", "q":
		v.size = 16
	}
	if c.verb == 'a' || c.verb == 'A' {
		v.base = event.Hex
	}
}

func (f *formatParser) scanf() {
	for len(f.found.args) < maxVarargs && f.directive() {
		if f.accept("%") {
			continue
		}
		c := conversion{arg: f.position(), prec: -1}
		c.discard = f.accept("*")
		f.accept("'")
		c.prec = f.number()
		c.alloc = f.accept("m")
		c.length = f.lengthModifier()
		c.verb = f.next()
		if c.verb == '[' {
			f.charSet()
		}
		if a, ok := c.scanf(); ok && !c.discard {
			f.put(c.arg, a)
		}
	}
}

// charSet skips the set of "%[…]". Its first character may be a bracket.
func (f *formatParser) charSet() {
	f.accept("^")
	f.accept("]")
	if i := strings.IndexByte(f.text[f.off:], ']'); i >= 0 {
		f.off += i + 1
		return
	}
	f.off = len(f.text)
}

func (c *conversion) scanf() (vararg, bool) {
	a := vararg{size: c.intSize(), signed: true, prec: -1}
	switch c.verb {
	case 'd', 'i':
	case 'n':
		a.uncounted = true
	case 'u':
		a.signed = false
	case 'o':
		a.signed, a.base = false, event.Octal
	case 'x', 'X':
		a.signed, a.base = false, event.Hex
	case 'e', 'E', 'f', 'F', 'g', 'G', 'a', 'A':
		a.float(c)
	case 'p':
		a.kind, a.size = varPointer, 8
	case 's', 'S', '[', 'c', 'C':
		a.scanText(c)
	default:
		return a, false
	}
	return a, true
}

// scanText makes a the argument of a conversion that stores text. "%c" stores no NUL,
// but one character, or as many as the width says.
func (v *vararg) scanText(c *conversion) {
	v.kind = varText
	if c.verb == 'S' || c.verb == 'C' || c.length == "l" {
		v.kind = varWide
	}
	if c.verb == 'c' || c.verb == 'C' {
		v.exact, v.prec = true, max(c.prec, 1)
	}
	v.alloc = c.alloc
}
