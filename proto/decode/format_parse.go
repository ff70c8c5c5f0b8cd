package decode

import (
	"strings"

	"plait/event"
)

// formatParser finds the conversions of a printf(3) or scanf(3) format.
type formatParser struct {
	text string
	off  int
	pack *pack
}

// A conversion is one directive of a format, on its way to a vararg.
type conversion struct {
	arg     int // from 1, of "%n$"; 0: the next
	prec    int
	precArg int // 1 + index of the argument with the precision
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

// next is the byte at hand, which it passes; 0 at the end.
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
	for len(f.pack.args) < maxVarargs && f.directive() {
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

// width reads a field width, which may be an argument of its own.
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

// put enters an argument at position pos, from 1, or, if that is 0, at the end,
// and returns its index. Positions that no directive names are words.
func (f *formatParser) put(pos int, a vararg) int {
	if pos == 0 {
		pos = len(f.pack.args) + 1
	}
	if pos > maxVarargs {
		return maxVarargs - 1
	}
	for len(f.pack.args) < pos {
		f.pack.args = append(f.pack.args, vararg{kind: varInt, size: 8, base: event.Guess, prec: -1})
	}
	f.pack.args[pos-1] = a
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

// intSize is how many bytes an integer of that length modifier has.
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

// printf makes an argument of the conversion; false if it takes none.
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

func (a *vararg) char(c *conversion) {
	a.size, a.signed, a.base = 1, true, event.Char
	if c.verb == 'C' || c.length == "l" {
		a.size, a.base = 4, event.WideChar
	}
}

func (a *vararg) text(c *conversion) {
	a.kind, a.size = varText, 8
	if c.verb == 'S' || c.length == "l" {
		a.kind = varWide
	}
	if c.hasPrec {
		a.prec, a.from = c.prec, c.precArg
	}
}

// float is a float of scanf, a double unless the length says otherwise.
func (a *vararg) float(c *conversion) {
	a.kind, a.size, a.signed = varFloat, 4, true
	switch c.length {
	case "l":
		a.size = 8
	case "L", "ll", "q":
		a.size = 16
	}
	if c.verb == 'a' || c.verb == 'A' {
		a.base = event.Hex
	}
}

func (f *formatParser) scanf() {
	for len(f.pack.args) < maxVarargs && f.directive() {
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

// charSet passes the set of "%[…]", in which a bracket may come first.
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
		a.silent = true
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

// scanText is text that scanf stores. "%c" stores no NUL: it has one
// character, or as many as the width says.
func (a *vararg) scanText(c *conversion) {
	a.kind = varText
	if c.verb == 'S' || c.verb == 'C' || c.length == "l" {
		a.kind = varWide
	}
	if c.verb == 'c' || c.verb == 'C' {
		a.whole, a.prec = true, max(c.prec, 1)
	}
	a.alloc = c.alloc
}
