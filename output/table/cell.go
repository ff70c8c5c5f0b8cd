package table

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Cell is the contents of one column of a row.
type Cell interface {
	Text(Look) string // for people
	Plain() string    // for CSV
	Value() any       // for JSON
}

// A Word is a text.
type Word string

// Text returns the word.
func (w Word) Text(Look) string { return string(w) }

// Plain returns the word.
func (w Word) Plain() string { return string(w) }

// Value returns the word.
func (w Word) Value() any { return string(w) }

// A Number counts something.
type Number uint64

// Text returns the number with commas between thousands.
func (n Number) Text(Look) string { return Grouped(uint64(n)) }

// Plain returns the number.
func (n Number) Plain() string { return strconv.FormatUint(uint64(n), 10) }

// Value returns the number.
func (n Number) Value() any { return uint64(n) }

// A Span is a time.
type Span time.Duration

// Text returns the time in the unit that suits it: "41 µs", "8.1 ms".
func (s Span) Text(look Look) string {
	d := time.Duration(s)
	switch {
	case d < time.Microsecond:
		return strconv.FormatInt(d.Nanoseconds(), 10) + " ns"
	case d < time.Millisecond && look.UTF8:
		return three(d, time.Microsecond) + " µs"
	case d < time.Millisecond:
		return three(d, time.Microsecond) + " us"
	case d < time.Second:
		return three(d, time.Millisecond) + " ms"
	}
	return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
}

// three writes d in units, with a decimal where that is less than ten.
func three(d, unit time.Duration) string {
	if d < 10*unit-unit/20 { // 9.95 and more is 10
		return strconv.FormatFloat(float64(d)/float64(unit), 'f', 1, 64)
	}
	return strconv.FormatInt(int64((d+unit/2)/unit), 10)
}

// Plain returns the time in seconds.
func (s Span) Plain() string { return strconv.FormatFloat(time.Duration(s).Seconds(), 'f', 9, 64) }

// Value returns the time in seconds.
func (s Span) Value() any { return json.Number(s.Plain()) }

// A Share is a part of a whole: 1 is all of it.
type Share float64

// Text returns the share in percent.
func (s Share) Text(Look) string { return strconv.FormatFloat(100*float64(s), 'f', 1, 64) + " %" }

// Plain returns the share, from 0 to 1.
func (s Share) Plain() string { return strconv.FormatFloat(float64(s), 'f', 4, 64) }

// Value returns the share, from 0 to 1.
func (s Share) Value() any { return json.Number(s.Plain()) }

// A Count is how often there was something.
type Count struct {
	Name string
	N    uint64
}

// Counts are several, in the order in which they are shown.
type Counts struct {
	Whose string // who caused them; "" if that is clear
	All   []Count
}

// shortCounts is how many of Counts are shown where lines are not wide.
const shortCounts = 4

// Text returns the counts: "brk ×6 mmap ×1".
func (c Counts) Text(look Look) string {
	times := " x"
	if look.UTF8 {
		times = " ×"
	}
	var parts []string
	for i, one := range c.All {
		if i == shortCounts && !look.Wide {
			parts = append(parts, "...")
			break
		}
		parts = append(parts, one.Name+times+Grouped(one.N))
	}
	if text := strings.Join(parts, " "); c.Whose == "" {
		return text
	} else {
		return c.Whose + ": " + text
	}
}

// Plain returns the counts: "brk=6 mmap=1".
func (c Counts) Plain() string {
	var parts []string
	for _, one := range c.All {
		parts = append(parts, one.Name+"="+strconv.FormatUint(one.N, 10))
	}
	return strings.Join(parts, " ")
}

// Value returns the counts as an object with a member for each name.
func (c Counts) Value() any { return members(c.All) }

// members is an object of JSON that keeps its order.
type members []Count

// String returns the object.
func (m members) String() string {
	var parts []string
	for _, one := range m {
		parts = append(parts, encode(one.Name)+": "+strconv.FormatUint(one.N, 10))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// Grouped returns n with commas between thousands.
func Grouped(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// printable escapes what is not printable, and what is not ASCII unless UTF-8 is shown.
func printable(s string, utf bool) string {
	var b strings.Builder
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(octal(s[i]))
		case r < utf8.RuneSelf && unicode.IsPrint(r), r >= utf8.RuneSelf && utf && unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			for _, c := range []byte(s[i : i+size]) {
				b.WriteString(octal(c))
			}
		}
	}
	return b.String()
}

func octal(c byte) string {
	return `\` + string([]byte{'0' + c>>6, '0' + c>>3&7, '0' + c&7})
}
