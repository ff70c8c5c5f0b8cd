package text

import (
	"strconv"
	"unicode/utf8"

	"plait/event"
)

// maxDepth bounds the nesting of values.
const maxDepth = 32

// value writes a decoded argument or result.
func (l *line) value(v event.Value, k *look) {
	if l.depth >= maxDepth {
		l.str("...")
		return
	}
	l.depth++
	defer func() { l.depth-- }()
	switch v := v.(type) {
	case event.Int:
		l.integer(v, k)
	case event.Float:
		l.float(v)
	case event.Pointer:
		l.pointer(v, k)
	case event.Str:
		l.text(v)
	case event.Name:
		l.name(v, k)
	case event.Flags:
		l.flags(v, k)
	case event.List:
		l.list(v, k)
	case event.Record:
		l.record(v, k)
	case event.Unreadable:
		l.pointer(event.Pointer{Addr: v.Addr}, k)
	case event.Pointee:
		l.at(v, k)
	case event.Void:
		l.str("<void>")
	case event.Errno:
		l.errno(v)
	case event.FD:
		l.fd(v, k)
	case event.PID:
		l.pid(v, k)
	case event.Change:
		l.change(v, k)
	case event.Note:
		l.note(v, k)
	case event.Verbatim:
		l.macro(v, k)
	default: // Pending, nil: nothing is known
		l.byte('?')
	}
}

// change writes what a value was and, if it is known, what it became.
func (l *line) change(v event.Change, k *look) {
	l.value(v.Before, k)
	l.changeAfter(v, k)
}

func (l *line) changeAfter(v event.Change, k *look) {
	if !pending(v) {
		l.str(" => ")
		l.value(v.After, k)
	}
}

func (l *line) pointer(v event.Pointer, k *look) {
	l.tint(l.number)
	defer l.plain()
	if v.Addr == 0 && !v.Numeric {
		l.str(k.null)
		return
	}
	l.hex(v.Addr)
	if v.Symbol != "" {
		l.byte('<')
		l.safe(l.placeName(v.Symbol))
		l.byte('>')
	} else if v.Region != "" {
		l.bracketed(v.Region)
	}
	if v.Stream != nil {
		l.byte('<')
		l.fd(*v.Stream, k)
		l.byte('>')
	}
}

// placeName returns the name that is shown for the symbol of an address.
func (l *line) placeName(symbol string) string {
	if l.names == nil {
		return symbol
	}
	return l.names.symbolOffset(symbol)
}

// at writes what is at an address, after the address itself if that is to be shown:
// `0x55e31f8d52a0 "abc"`.
func (l *line) at(v event.Pointee, k *look) {
	if v.Shown {
		l.pointer(event.Pointer{Addr: v.Addr}, k)
		l.byte(' ')
	}
	l.value(v.Value, k)
}

func (l *line) text(v event.Str) {
	l.tint(stringTint)
	if v.Hex {
		l.hexQuoted(v.Text)
	} else {
		l.quoted(l.trimmed(v))
	}
	l.plain()
	if v.Cut {
		l.str("...")
	}
}

// trimmed returns a string without the partial character at its cut, if characters are
// shown.
func (l *line) trimmed(v event.Str) string {
	if v.Cut && l.utf8 {
		if text := event.TrimPartialRune(v.Text); utf8.ValidString(text) {
			return text
		}
	}
	return v.Text
}

func (l *line) list(v event.List, k *look) {
	switch {
	case v.Bits && allInts(v.Items):
		l.bitvec(v)
	case v.Set:
		l.set(v, k)
	default:
		l.array(v, k)
	}
}

func (l *line) array(v event.List, k *look) {
	l.byte('[')
	for i, item := range v.Items {
		if i > 0 {
			l.str(", ")
		}
		l.value(item, k)
	}
	switch {
	case v.Rest != 0:
		l.unreadRest(v, k)
	case v.Cut:
		l.more(len(v.Items), k)
	}
	l.byte(']')
}

// unreadRest writes where an array reaches memory that cannot be read.
func (l *line) unreadRest(v event.List, k *look) {
	l.more(len(v.Items), k)
	l.str(" /* ")
	l.hex(v.Rest)
	l.str(" */")
}

// more says that a list goes on after n items.
func (l *line) more(n int, k *look) {
	if n == 0 {
		l.str("...")
		return
	}
	l.str(k.more)
}

func (l *line) set(v event.List, k *look) {
	l.complement(v)
	l.byte('[')
	for i, item := range v.Items {
		if i > 0 {
			l.byte(' ')
		}
		l.value(item, k)
	}
	l.byte(']')
}

func (l *line) complement(v event.List) {
	if v.Not {
		l.byte('~')
	}
}

func allInts(items []event.Value) bool {
	for _, item := range items {
		if _, ok := item.(event.Int); !ok {
			return false
		}
	}
	return true
}

// bitvec writes a set of numbers as ltrace does: "<3-5,7>".
func (l *line) bitvec(v event.List) {
	l.complement(v)
	l.byte('<')
	for i := 0; i < len(v.Items); {
		first := v.Items[i].(event.Int).Bits
		n := run(v.Items[i:])
		if i > 0 {
			l.byte(',')
		}
		l.uint(first, 10)
		if n > 1 {
			l.byte('-')
			l.uint(first+uint64(n-1), 10)
		}
		i += n
	}
	l.byte('>')
}

// run counts how many of the items follow each other by one.
func run(items []event.Value) int {
	n := 1
	for n < len(items) && items[n].(event.Int).Bits == items[n-1].(event.Int).Bits+1 {
		n++
	}
	return n
}

func (l *line) record(v event.Record, k *look) {
	l.byte('{')
	for i, f := range v.Fields {
		if i > 0 {
			l.str(", ")
		}
		if f.Name != "" {
			l.safe(f.Name)
			l.byte('=')
		}
		l.value(f.Value, k)
	}
	if v.Cut && len(v.Fields) > 0 {
		l.str(", ")
	}
	if v.Cut {
		l.str("...")
	}
	l.byte('}')
}

// errno writes a failure. The kernel's internal codes never reach the program: the call
// will be restarted or return EINTR, so there is no result yet.
func (l *line) errno(v event.Errno) {
	l.tint(errorTint)
	defer l.plain()
	if v.Restart {
		l.str("? ")
	} else {
		l.str("-1 ")
	}
	l.reason(v)
}

// libraryErrno writes why a library call failed, after its result.
func (l *line) libraryErrno(v event.Errno) {
	l.tint(errorTint)
	l.reason(v)
	l.plain()
}

// reason writes the name of an error and what it means.
func (l *line) reason(v event.Errno) {
	if v.Name == "" {
		l.str("(errno ")
		l.int(int64(v.Num))
		l.byte(')')
		return
	}
	l.safe(v.Name)
	if v.Text != "" {
		l.str(" (")
		l.safe(v.Text)
		l.byte(')')
	}
}

func (l *line) fd(v event.FD, k *look) {
	if v.Cwd {
		l.name(event.Name{Name: "AT_FDCWD", Int: number(v.Num)}, k)
	} else {
		l.integer(number(v.Num), k)
	}
	switch {
	case v.Description != "":
		l.byte('<')
		l.safe(v.Description)
		l.byte('>')
	case v.Path != "" || v.Device != "":
		l.file(v)
	}
}

// pid writes a process ID, with the process's name and its ID in plait's own namespace.
func (l *line) pid(v event.PID, k *look) {
	l.integer(number(v.Num), k)
	if v.Comm != "" {
		l.bracketed(v.Comm)
	}
	if v.Outer != 0 {
		l.comment(strconv.Itoa(v.Outer) + " in strace's PID NS")
	}
}

// file writes what a descriptor refers to: "</dev/pts/3<char 136:3>>".
func (l *line) file(v event.FD) {
	l.byte('<')
	l.encoded(v.Path, &pathEscapes)
	if v.Device != "" {
		l.bracketed(v.Device)
	}
	l.byte('>')
	if v.Deleted {
		l.str("(deleted)")
	}
}

func (l *line) note(v event.Note, k *look) {
	l.value(v.Value, k)
	if v.Text != "" {
		l.comment(v.Text)
	}
	if v.Brief == "" && v.Extra == nil {
		return
	}
	l.str(" (")
	l.safe(v.Brief)
	if v.Brief != "" && v.Extra != nil {
		l.byte(' ')
	}
	if v.Extra != nil {
		l.value(v.Extra, k)
	}
	if v.Remaining != nil {
		l.str(", left ")
		l.value(v.Remaining, k)
	}
	l.byte(')')
}
