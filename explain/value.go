package explain

import (
	"math"
	"strconv"
	"strings"
	"time"

	"plait/event"
	"plait/output/text"
	"plait/proto/syntax"
)

// slot returns a value as a sentence has it. It returns false if the value is not known.
func (x *subject) slot(p syntax.Part) (string, bool) {
	if p.Form == "" {
		if v, known := x.value(p.Slot); known {
			return x.text(v), true
		}
	}
	if p.Form == formTime {
		v, _ := x.value(p.Slot)
		return span(v)
	}
	if p.Form == formText {
		v, _ := x.value(p.Slot)
		s, known := word(v)
		return x.cut(text.Escaped(s, x.s.o.Look), maxText), known
	}
	n, known := x.number(p.Slot)
	if p.Form == formHex && known {
		return x.hex(n), true
	}
	return formed(n, p.Form), known
}

// hex writes a number that may be an address.
func (x *subject) hex(n uint64) string {
	v := event.Int{Bits: n, Size: 8, Base: event.Hex}
	return text.Value(x.labelled(v), x.e.Call, x.s.o.Look)
}

// The forms of values in sentences.
const (
	formBytes = "bytes"
	formTime  = "time" // a timespec or timeval
	formText  = "text" // a text or name as it is, without quotes
	formHex   = "hex"
	formOctal = "octal"
	formMS    = "ms" // a number of milliseconds
)

// formed writes a number in a form: bytes, octal, ms, or the singular and the plural
// of what is counted, "file|files".
func formed(n uint64, form string) string {
	one, many, counted := strings.Cut(form, "|")
	switch {
	case form == formBytes:
		return bytes(n)
	case form == formOctal && n == 0:
		return "0"
	case form == formOctal:
		return "0" + strconv.FormatUint(n, 8)
	case form == formMS:
		return (time.Duration(n) * time.Millisecond).String()
	case counted && n == 1:
		return "1 " + one
	case counted:
		return strconv.FormatInt(int64(n), 10) + " " + many
	}
	return strconv.FormatInt(int64(n), 10)
}

// bytes writes a size. Large ones are rounded.
func bytes(n uint64) string {
	const exact = 10000
	switch {
	case n == 1:
		return "1 byte"
	case n < exact:
		return strconv.FormatUint(n, 10) + " bytes"
	}
	units := []string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	value, unit := float64(n)/1024, 0
	for value >= 1024 && unit < len(units)-1 {
		value, unit = value/1024, unit+1
	}
	return strconv.FormatFloat(math.Round(value*10)/10, 'f', -1, 64) + " " + units[unit]
}

// span writes a timespec(3) or timeval(3type).
func span(v event.Value) (string, bool) {
	r, ok := v.(event.Record)
	if !ok || len(r.Fields) < 2 {
		return "", false
	}
	sec, ok := numberOf(r.Fields[0].Value)
	part, ok2 := numberOf(r.Fields[1].Value)
	unit := time.Nanosecond
	if r.Fields[1].Name == "tv_usec" {
		unit = time.Microsecond
	}
	if !ok || !ok2 || int64(sec) < 0 || sec > 1<<31 || part >= 1e9 {
		return "", false
	}
	d := time.Duration(sec)*time.Second + time.Duration(part)*unit
	return d.String(), true
}

// maxText is how many characters of a value a sentence has.
const maxText = 60

// text writes a value as the trace does, but short, and a file name without quotes.
func (x *subject) text(v event.Value) string {
	switch w := v.(type) {
	case event.Str:
		if w.Path && w.Text != "" && !strings.ContainsAny(w.Text, " \t\n,;") {
			return x.cutPath(text.Escaped(w.Text, x.s.o.Look))
		}
	case event.FD:
		return x.descriptor(w)
	case event.Pointer:
		if w.Addr == 0 {
			return "NULL"
		}
		if w.Stream == nil && w.Symbol != "" {
			return text.Escaped(w.Symbol, x.s.o.Look)
		}
	case event.Record:
		if isAddress(w) {
			return x.cut(address(x.s.o.Look, w), maxText)
		}
	case event.Int:
		if w.Base == event.Decimal || w.Base == event.Guess {
			return decimal(w)
		}
	}
	return x.cut(text.Value(x.labelled(v), x.e.Call, x.s.o.Look), maxText)
}

// labelled returns a value with labels, if the trace has them.
func (x *subject) labelled(v event.Value) event.Value {
	if x.s.o.Label == nil {
		return v
	}
	return x.s.o.Label(x.e.PID, x.e.Call, v)
}

func decimal(n event.Int) string {
	if n.Signed {
		return strconv.FormatInt(int64(n.Bits), 10)
	}
	return strconv.FormatUint(n.Bits, 10)
}

// descriptor writes a descriptor, and what it stands for if that is known.
func (x *subject) descriptor(fd event.FD) string {
	if fd.Cwd {
		return "the current directory"
	}
	name := "fd " + strconv.Itoa(fd.Num)
	if fd.Num < 0 {
		return name
	}
	x.refine(fd.Num)
	what := x.process.describe(fd.Num)
	if strings.HasPrefix(fd.Path, "/") && x.process.files[fd.Num].name == "" {
		what = fd.Path
	}
	if what == "" {
		return name
	}
	return name + " (" + x.cutPath(text.Escaped(what, x.s.o.Look)) + ")"
}

// cut shortens a text that sentences would be too long with.
func (x *subject) cut(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + x.dots()
}

// cutPath shortens a file name, of which the end tells most.
func (x *subject) cutPath(s string) string {
	r := []rune(s)
	if len(r) <= maxText {
		return s
	}
	return x.dots() + string(r[len(r)-maxText:])
}

func (x *subject) dots() string {
	if x.s.o.Look.UTF8 {
		return "…"
	}
	return "..."
}
