package text

import (
	"strconv"
	"unicode/utf8"
)

// A line is the text that an Emit appends to. Its last line may go on in the next Emit.
// It knows the width of that last line.
type line struct {
	b                  []byte
	start              int // where in b the last line starts
	widthBefore        int // width of what earlier Emits wrote of the last line
	hidden             int // bytes of the last line that take no column: colours
	depth              int // nesting of values
	utf8               bool
	form               HexForm
	colors             *palette // nil: none
	tinted             bool
	tintStart, tintEnd int    // if tinted: where in b the colour's sequence begins and ends
	number             tint   // of numbers
	names              *names // nil: symbols are shown as they are
}

func newLine(o Options) line {
	l := line{utf8: o.UTF8, form: o.Hex, number: numberTint}
	if o.Color {
		l.colors = paletteOf(o)
	}
	return l
}

// maxKept bounds the buffer that is kept between two Emits.
const maxKept = 1 << 16

func (l *line) str(s string) { l.b = append(l.b, s...) }

func (l *line) byte(c byte) { l.b = append(l.b, c) }

func (l *line) int(n int64) { l.b = strconv.AppendInt(l.b, n, 10) }

func (l *line) uint(n uint64, base int) { l.b = strconv.AppendUint(l.b, n, base) }

// hex writes n as C's %#x does: zero is "0".
func (l *line) hex(n uint64) {
	if n != 0 {
		l.str("0x")
	}
	l.uint(n, 16)
}

// padded writes n in decimal, padded to width with pad.
func (l *line) padded(n int64, width int, pad byte) {
	var digits [20]byte
	d := strconv.AppendInt(digits[:0], n, 10)
	for range width - len(d) {
		l.byte(pad)
	}
	l.b = append(l.b, d...)
}

func (l *line) spaces(n int) {
	for range n {
		l.byte(' ')
	}
}

// end ends the line.
func (l *line) end() {
	l.byte('\n')
	l.start, l.widthBefore, l.hidden = len(l.b), 0, 0
}

// width returns the number of columns that the line takes so far.
func (l *line) width() int {
	text := l.b[l.start:]
	if l.utf8 {
		return l.widthBefore + utf8.RuneCount(text) - l.hidden
	}
	return l.widthBefore + len(text) - l.hidden
}

// pad writes blanks up to a column, if the line is shorter.
func (l *line) pad(column int) {
	if n := column - l.width(); n > 0 {
		l.spaces(n)
	}
}

// carry notes the width of a line that has not ended, before its text is handed on.
func (l *line) carry() { l.widthBefore, l.hidden = l.width(), 0 }

func (l *line) reset() {
	l.start = 0
	if cap(l.b) > maxKept {
		l.b = nil
		return
	}
	l.b = l.b[:0]
}
