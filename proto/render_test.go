package proto

import (
	"fmt"
	"strconv"
	"strings"

	"plait/event"
)

// render writes a value for tests, much like the text output.
func render(v event.Value) string {
	switch v := v.(type) {
	case event.Int:
		return renderInt(v)
	case event.Float:
		if v.Text != "" {
			return v.Text
		}
		return strconv.FormatFloat(v.F, 'g', -1, 64)
	case event.Pointer:
		if v.Symbol != "" {
			return v.Symbol
		}
		return renderPointer(v.Addr)
	case event.Unreadable:
		return "unread " + renderPointer(v.Addr)
	case event.Str:
		return renderStr(v)
	case event.Name:
		if v.Name != "" {
			return v.Name
		}
		return strings.TrimSpace(renderInt(v.Int) + " " + v.Want)
	case event.Flags:
		return renderFlags(v)
	case event.List:
		return renderList(v)
	case event.Record:
		return renderRecord(v)
	case event.Pointee:
		if v.Shown {
			return renderPointer(v.Addr) + " " + render(v.Value)
		}
		return render(v.Value)
	case event.Void:
		return "<void>"
	case event.Errno:
		return "-1 errno " + strconv.Itoa(v.Num)
	case event.FD:
		if v.Cwd {
			return "AT_FDCWD"
		}
		return "fd:" + strconv.Itoa(v.Num)
	case event.Change:
		return render(v.Before) + " => " + render(v.After)
	case event.Note:
		return renderNote(v)
	case event.Verbatim:
		if v.Into != "" {
			return strings.TrimSuffix(v.Text, ")") + ", &" + v.Into + ")"
		}
		return v.Text
	case event.Pending:
		return "..."
	}
	return fmt.Sprintf("%#v", v)
}

func renderPointer(addr uint64) string {
	if addr == 0 {
		return "NULL"
	}
	return fmt.Sprintf("%#x", addr)
}

func renderInt(v event.Int) string {
	switch v.Base {
	case event.Hex:
		return fmt.Sprintf("%#x", low(v))
	case event.Octal:
		return fmt.Sprintf("%#o", low(v))
	case event.Binary:
		return fmt.Sprintf("%#b", v.Bits)
	case event.WideChar:
		if v.Signed && int64(v.Bits) == -1 {
			return "WEOF"
		}
		return fmt.Sprintf("%q", rune(v.Bits))
	case event.Char:
		if v.Size > 1 && int32(v.Bits) == -1 {
			return "EOF"
		}
		return fmt.Sprintf("%q", rune(low(v)))
	case event.Bool:
		return strconv.FormatBool(v.Bits != 0)
	case event.Guess:
		if int64(v.Bits) < -10000 || int64(v.Bits) > 10000 {
			return fmt.Sprintf("%#x", v.Bits)
		}
	}
	if v.Signed {
		return strconv.FormatInt(int64(v.Bits), 10)
	}
	return strconv.FormatUint(v.Bits, 10)
}

func renderStr(v event.Str) string {
	s := strconv.Quote(v.Text)
	if v.Path {
		s = "path " + s
	}
	if v.Wide {
		s = "L" + s
	}
	if v.Cut {
		s += "..."
	}
	return s
}

func renderFlags(v event.Flags) string {
	parts := append([]string(nil), v.Names...)
	if v.Rest != 0 || len(parts) == 0 {
		parts = append(parts, renderInt(event.Int{Bits: v.Rest, Size: v.Size, Base: v.Base}))
	}
	s := strings.Join(parts, "|")
	if len(v.Names) == 0 && v.Rest != 0 && v.Want != "" {
		s += " " + v.Want
	}
	return s
}

func renderList(v event.List) string {
	var parts []string
	for _, x := range v.Items {
		parts = append(parts, render(x))
	}
	if v.Set {
		s := "<" + strings.Join(parts, " ") + ">"
		if v.Not {
			s = "~" + s
		}
		return s
	}
	if v.Cut {
		parts = append(parts, "...")
	}
	if v.Rest != 0 {
		parts = append(parts, fmt.Sprintf("unread %#x", v.Rest))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func renderRecord(v event.Record) string {
	var parts []string
	for _, f := range v.Fields {
		s := render(f.Value)
		if f.Name != "" {
			s = f.Name + "=" + s
		}
		parts = append(parts, s)
	}
	if v.Cut {
		parts = append(parts, "...")
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func renderNote(v event.Note) string {
	s := render(v.Value)
	if v.Text != "" {
		s += " /* " + v.Text + " */"
	}
	if v.Extra != nil {
		s += " (" + strings.TrimSpace(v.Brief+" "+render(v.Extra)) + ")"
	}
	return s
}

func renderArgs(args []event.Arg) string {
	var parts []string
	for _, a := range args {
		parts = append(parts, render(a.Value))
	}
	return strings.Join(parts, ", ")
}

// low returns the bits of v that its size has.
func low(v event.Int) uint64 {
	if v.Size >= 8 || v.Size == 0 {
		return v.Bits
	}
	return v.Bits & (1<<(8*v.Size) - 1)
}
