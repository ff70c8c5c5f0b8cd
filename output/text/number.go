package text

import (
	"bytes"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"

	"plait/event"
)

// integer writes a number in its customary base.
func (l *line) integer(n event.Int, k *look) {
	l.tint(l.number)
	defer l.plain()
	switch n.Base {
	case event.Hex:
		l.hex(masked(n))
	case event.Octal:
		l.octal(masked(n), k.digits)
	case event.Binary:
		l.str("0b")
		l.uint(masked(n), 2)
	case event.Char:
		l.charInt(n)
	case event.WideChar:
		l.wideChar(n)
	case event.Guess:
		l.guess(n)
	case event.Bool:
		l.str(strconv.FormatBool(n.Bits != 0))
	default:
		l.decimal(n)
	}
}

func (l *line) decimal(n event.Int) {
	if n.Signed {
		l.int(int64(n.Bits))
		return
	}
	l.uint(masked(n), 10)
}

// masked returns the bits that the integer's own size holds.
func masked(n event.Int) uint64 {
	if n.Size == 0 || n.Size >= 8 {
		return n.Bits
	}
	return n.Bits & (1<<(8*n.Size) - 1)
}

// octal writes n with a leading zero and at least that many digits, so that a file mode
// of zero is "000".
func (l *line) octal(n uint64, digits int) {
	var b [24]byte
	d := strconv.AppendUint(b[:0], n, 8)
	l.byte('0')
	for range digits - 1 - len(d) {
		l.byte('0')
	}
	l.b = append(l.b, d...)
}

// charInt writes a character. An int may also be EOF, or no character at all.
func (l *line) charInt(n event.Int) {
	switch v := int64(n.Bits); {
	case n.Size == 1:
		l.character(byte(n.Bits))
	case v == -1 || masked(n) == masked(event.Int{Bits: math.MaxUint64, Size: n.Size}):
		l.str("EOF")
	case v >= 0 && v <= math.MaxUint8:
		l.character(byte(n.Bits))
	default:
		l.decimal(n)
	}
}

// wideChar writes a Unicode character. The number may also be WEOF, or no character at
// all.
func (l *line) wideChar(n event.Int) {
	switch v := masked(n); {
	case n.Signed && int64(n.Bits) == -1:
		l.str("WEOF")
	case v < utf8.RuneSelf:
		l.character(byte(v))
	case v > unicode.MaxRune || !utf8.ValidRune(rune(v)):
		l.hex(v)
	default:
		l.byte('\'')
		l.rune(rune(v))
		l.byte('\'')
	}
}

// rune writes a character beyond ASCII: as it is if the terminal can show it, otherwise
// as C spells it.
func (l *line) rune(r rune) {
	switch {
	case l.utf8 && unicode.IsPrint(r):
		l.b = utf8.AppendRune(l.b, r)
	case r > 0xffff:
		l.str(`\U`)
		l.zeros(uint64(r), 8)
	default:
		l.str(`\u`)
		l.zeros(uint64(r), 4)
	}
}

// guess writes a word of unknown type as ltrace does: a small one in decimal, a big one,
// which is an address or a mask, in hexadecimal.
func (l *line) guess(n event.Int) {
	if v := int64(n.Bits); -10000 <= v && v <= 10000 {
		l.int(v)
		return
	}
	l.hex(masked(n))
}

// float writes a number as %f does, or as %g where %f would be misleading.
func (l *line) float(f event.Float) {
	switch abs := math.Abs(f.F); {
	case f.Text != "":
		l.safe(f.Text)
	case math.IsNaN(f.F):
		l.str("nan")
	case math.IsInf(f.F, 0):
		l.str([]string{"inf", "-inf"}[b2i(f.F < 0)])
	case f.Hex:
		l.hexFloat(f)
	case f.F != 0 && (abs < 1e-4 || abs >= 1e15):
		l.b = strconv.AppendFloat(l.b, f.F, 'g', -1, floatBits(f))
	default:
		l.b = strconv.AppendFloat(l.b, f.F, 'f', 6, 64)
	}
}

// hexFloat writes as C's %a does, whose exponent has no leading zero.
func (l *line) hexFloat(f event.Float) {
	s := strconv.AppendFloat(nil, f.F, 'x', -1, 64)
	if i := bytes.IndexByte(s, 'p'); i >= 0 && i+2 < len(s)-1 && s[i+2] == '0' {
		s = append(s[:i+2], s[i+3:]...)
	}
	l.b = append(l.b, s...)
}

func floatBits(f event.Float) int {
	if f.Size == 4 {
		return 32
	}
	return 64
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
