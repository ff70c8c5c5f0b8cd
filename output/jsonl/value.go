package jsonl

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"plait/event"
)

// maxDepth bounds the nesting of values.
const maxDepth = 32

// value writes a decoded value. Members are in the order of docs/JSONL.md, those of a
// struct in its own order.
func (l *line) value(v event.Value, depth int) {
	if depth > maxDepth {
		l.raw(`{"cut":true}`)
		return
	}
	switch v := v.(type) {
	case event.Int:
		l.integer(v)
	case event.Float:
		l.float(v)
	case event.Pointer:
		l.pointer(v)
	case event.Str:
		l.string(v)
	case event.Name:
		l.name(v)
	case event.Flags:
		l.flags(v)
	case event.List:
		l.list(v, depth)
	case event.Record:
		l.record(v, depth)
	case event.FD:
		l.descriptor(v)
	case event.PID:
		l.process(v)
	case event.Errno:
		l.int(-1)
	case event.Unreadable, event.Pointee, event.Change, event.Note, event.Verbatim:
		l.open('{')
		l.wrapper(v, depth)
		l.close('}')
	default: // Void, Pending, nothing
		l.raw("null")
	}
}

// wrapper writes a value that contains another or stands for one.
func (l *line) wrapper(v event.Value, depth int) {
	switch v := v.(type) {
	case event.Unreadable:
		l.key("ptr")
		l.hex(v.Addr)
		l.flag("unreadable", true)
	case event.Pointee:
		l.hexMember("ptr", v.Addr)
		l.valueMember("value", v.Value, depth)
	case event.Change:
		l.valueMember("before", v.Before, depth)
		l.valueMember("after", v.After, depth)
	case event.Note:
		l.valueMember("value", v.Value, depth)
		l.member("note", v.Text)
		l.member("brief", v.Brief)
		if v.Extra != nil {
			l.valueMember("extra", v.Extra, depth)
		}
		if v.Remaining != nil {
			l.valueMember("left", v.Remaining, depth)
		}
	case event.Verbatim:
		l.key("text")
		l.text(v.Text)
	}
}

func (l *line) valueMember(name string, v event.Value, depth int) {
	l.key(name)
	l.value(v, depth+1)
}

func (l *line) integer(v event.Int) {
	switch {
	case v.Base == event.Bool:
		l.raw(strconv.FormatBool(v.Bits != 0))
	case v.Signed:
		l.signed(int64(v.Bits))
	default:
		l.unsigned(v.Bits)
	}
}

// float writes a number. If JSON does not have it or a double can't hold it, it is an
// object with its text.
func (l *line) float(v event.Float) {
	f, text := v.F, v.Text
	if text == "" {
		text = strconv.FormatFloat(f, 'g', -1, 64)
	} else if g, err := strconv.ParseFloat(text, 64); err != nil || strconv.FormatFloat(g, 'g', -1, 64) != text {
		f = math.NaN() // no number that a reader could have
	} else {
		f = g
	}
	if !math.IsNaN(f) && !math.IsInf(f, 0) {
		l.double(f)
		return
	}
	switch strings.TrimLeft(strings.ToLower(text), "+-") {
	case "nan":
		text = "NaN"
	case "inf":
		text = map[bool]string{false: "Infinity", true: "-Infinity"}[text[0] == '-']
	}
	l.open('{')
	l.member("float", text)
	l.close('}')
}

func (l *line) pointer(v event.Pointer) {
	if v.Addr == 0 && v.Symbol == "" {
		l.raw("null")
		return
	}
	l.open('{')
	l.key("ptr")
	l.hex(v.Addr)
	l.member("symbol", v.Symbol)
	l.member("region", v.Region)
	if v.Stream != nil {
		l.key("stream")
		l.descriptor(*v.Stream)
	}
	l.close('}')
}

// pointee writes what a pointer points to, for a record that shows the pointer beside it.
// It returns the pointer: addr, or else the one that v contains. It returns 0 if that is
// unknown or if only the pointer was written.
func (l *line) pointee(v event.Value, addr uint64) uint64 {
	switch at := v.(type) {
	case event.Pointee:
		if addr == 0 {
			v, addr = at.Value, at.Addr
		}
	case event.Pointer, event.Unreadable:
		addr = 0
	}
	l.value(v, 0)
	return addr
}

// string writes a text, or an object if there is more to say.
func (l *line) string(v event.Str) {
	text, ok := trimmed(v)
	if ok && !v.Cut {
		l.str(text)
		return
	}
	l.open('{')
	if ok {
		l.key("str")
		l.str(text)
	} else {
		l.bytes(v.Text)
	}
	l.flag("cut", v.Cut)
	l.close('}')
}

// trimmed returns a string without the partial character at its cut, or false if it is
// not UTF-8.
func trimmed(v event.Str) (string, bool) {
	text := v.Text
	if v.Cut {
		text = event.TrimPartialRune(text)
	}
	return text, utf8.ValidString(text)
}

func (l *line) name(v event.Name) {
	n := v.Int
	if v.Negative && n.Size < 8 {
		shift := 64 - 8*n.Size
		n.Bits = uint64(int64(n.Bits<<shift) >> shift)
	}
	n.Signed = n.Signed || v.Negative
	l.open('{')
	l.key("name")
	l.text(v.Name)
	l.key("value")
	l.integer(n)
	l.close('}')
}

func (l *line) flags(v event.Flags) {
	l.open('{')
	l.key("flags")
	l.open('[')
	for _, name := range v.Names {
		l.text(name)
	}
	l.close(']')
	l.key("value")
	l.unsigned(v.Bits)
	l.close('}')
}

func (l *line) list(v event.List, depth int) {
	plain := !v.Set && !v.Cut && v.Rest == 0
	if !plain {
		l.open('{')
		l.key(map[bool]string{false: "items", true: "set"}[v.Set])
	}
	l.open('[')
	for _, item := range v.Items {
		l.value(item, depth+1)
	}
	l.close(']')
	if plain {
		return
	}
	l.flag("not", v.Not)
	l.flag("cut", v.Cut)
	l.hexMember("unreadable", v.Rest)
	l.close('}')
}

// record writes a struct as an object.
func (l *line) record(v event.Record, depth int) {
	l.open('{')
	l.key("struct")
	l.open('{')
	var taken map[string]bool
	if !distinct(v.Fields) {
		taken = map[string]bool{}
	}
	for i, f := range v.Fields {
		name := toUTF8(f.Name)
		if taken != nil {
			name = untaken(taken, name, i)
		}
		l.valueMember(name, f.Value, depth)
	}
	l.close('}')
	l.flag("cut", v.Cut)
	l.close('}')
}

// maxPlain is how many members a struct may have that is compared without a map.
const maxPlain = 40

// distinct reports whether it is easy to see that the members of a struct have names, and
// different ones, as nearly all structs have.
func distinct(fields []event.Field) bool {
	if len(fields) > maxPlain {
		return false
	}
	for i := range fields {
		if fields[i].Name == "" || !utf8.ValidString(fields[i].Name) {
			return false
		}
		for k := range i {
			if fields[k].Name == fields[i].Name {
				return false
			}
		}
	}
	return true
}

// untaken returns a name for member i of a struct, and takes it: its own; if that is
// empty, or an earlier member has it, with the member's index appended.
func untaken(taken map[string]bool, name string, i int) string {
	for name == "" || taken[name] {
		name += strconv.Itoa(i)
	}
	taken[name] = true
	return name
}

// descriptor writes an object, or a number for the -1 of a failed call.
func (l *line) descriptor(v event.FD) {
	if v.Num < 0 && !v.Cwd {
		l.int(int64(v.Num))
		return
	}
	l.open('{')
	l.key("fd")
	l.int(int64(v.Num))
	if v.Cwd {
		l.member("name", "AT_FDCWD")
	}
	l.member("path", v.Path)
	l.member("device", v.Device)
	l.member("about", v.Description)
	l.flag("deleted", v.Deleted)
	l.close('}')
}

func (l *line) process(v event.PID) {
	if v.Comm == "" && v.Outer == 0 {
		l.int(int64(v.Num))
		return
	}
	l.open('{')
	l.key("pid")
	l.int(int64(v.Num))
	l.member("comm", v.Comm)
	l.intMember("outside", int64(v.Outer))
	l.close('}')
}
