package syscalls

import (
	"fmt"
	"strconv"
	"strings"

	"plait/event"
)

// text writes a value like strace, as far as the tests need it. The outputs have forms
// of their own; here only the facts in the values count.
func text(v event.Value) string {
	switch v := v.(type) {
	case event.Int:
		return number(v)
	case event.Pointer:
		if v.Numeric && v.Addr == 0 {
			return "0"
		}
		return pointer(v.Addr)
	case event.Unreadable:
		return pointer(v.Addr)
	case event.Str:
		if v.Hex {
			return `"` + hexed(v.Text) + `"` + cut(v.Cut)
		}
		return quoted(v.Text) + cut(v.Cut)
	case event.Name:
		return named(v)
	case event.Flags:
		return flags(v)
	case event.List:
		return list(v)
	case event.Record:
		return record(v)
	case event.PID:
		return strconv.Itoa(v.Num)
	case event.FD:
		if v.Cwd {
			return "AT_FDCWD"
		}
		return strconv.Itoa(v.Num)
	case event.Change:
		return text(v.Before) + " => " + text(v.After)
	case event.Note:
		return note(v)
	case event.Verbatim:
		if v.Into != "" {
			return strings.TrimSuffix(v.Text, ")") + ", &" + v.Into + ")"
		}
		return v.Text
	case event.Void:
		return "?"
	case event.Errno:
		name, message := Errno(v.Num)
		if IsRestart(v.Num) {
			return fmt.Sprintf("? %s (%s)", name, message)
		}
		return fmt.Sprintf("-1 %s (%s)", name, message)
	}
	return fmt.Sprintf("%T", v)
}

func number(n event.Int) string {
	switch {
	case n.Base == event.Hex && n.Bits != 0:
		return fmt.Sprintf("%#x", n.Bits)
	case n.Base == event.Octal:
		return fmt.Sprintf("%#03o", n.Bits)
	case n.Signed:
		return strconv.FormatInt(int64(n.Bits), 10)
	}
	return strconv.FormatUint(n.Bits, 10)
}

func pointer(addr uint64) string {
	if addr == 0 {
		return "NULL"
	}
	return fmt.Sprintf("%#x", addr)
}

func quoted(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case c == '\n', c == '\t', c == '\v', c == '\f', c == '\r':
			b.WriteString(strings.Trim(strconv.Quote(string(c)), `"`))
		case c >= ' ' && c < 0x7f:
			b.WriteByte(c)
		case i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '7':
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			fmt.Fprintf(&b, `\%o`, c)
		}
	}
	return `"` + b.String() + `"`
}

func hexed(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, `\x%02x`, c)
	}
	return b.String()
}

func cut(more bool) string {
	if more {
		return "..."
	}
	return ""
}

func named(n event.Name) string {
	if n.Name != "" {
		return n.Name
	}
	if n.Want == "" {
		return number(n.Int)
	}
	return number(n.Int) + " /* " + n.Want + " */"
}

func flags(f event.Flags) string {
	if f.Rest == 0 && len(f.Names) > 0 {
		return strings.Join(f.Names, "|")
	}
	rest := number(event.Int{Bits: f.Rest, Base: f.Base})
	if len(f.Names) > 0 {
		return strings.Join(f.Names, "|") + "|" + rest
	}
	if f.Rest != 0 && f.Want != "" {
		return rest + " /* " + f.Want + " */"
	}
	return rest
}

func list(l event.List) string {
	var items []string
	for _, v := range l.Items {
		items = append(items, text(v))
	}
	if l.Rest != 0 {
		items = append(items, fmt.Sprintf("... /* %#x */", l.Rest))
	} else if l.Cut {
		items = append(items, "...")
	}
	if !l.Set {
		return "[" + strings.Join(items, ", ") + "]"
	}
	not := ""
	if l.Not {
		not = "~"
	}
	return not + "[" + strings.Join(items, " ") + "]"
}

func record(r event.Record) string {
	var fields []string
	for _, f := range r.Fields {
		if f.Name == "" {
			fields = append(fields, text(f.Value))
		} else {
			fields = append(fields, f.Name+"="+text(f.Value))
		}
	}
	if r.Cut {
		fields = append(fields, "...")
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

func note(n event.Note) string {
	s := text(n.Value)
	if n.Text != "" {
		s += " /* " + n.Text + " */"
	}
	if n.Extra == nil && n.Brief != "" {
		s += " (" + n.Brief + ")"
	}
	if n.Extra != nil {
		extra := text(n.Extra)
		if n.Brief != "" {
			extra = n.Brief + " " + extra
		}
		if n.Remaining != nil {
			extra += ", left " + text(n.Remaining)
		}
		s += " (" + extra + ")"
	}
	return s
}
