package jsonl

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode/utf8"

	"plait/event"
)

// maxDepth bounds how deep values are followed into each other.
const maxDepth = 32

// object is a JSON object. encoding/json writes its fields sorted by name, so that
// equal values are equal text.
type object = map[string]any

// value turns a decoded value into what encoding/json writes.
func value(v event.Value, depth int) any {
	if depth > maxDepth {
		return object{"cut": true}
	}
	switch v := v.(type) {
	case event.Int:
		return integer(v)
	case event.Float:
		return float(v)
	case event.Pointer:
		return pointer(v)
	case event.Str:
		return text(v)
	case event.Name:
		return object{"name": v.Name, "value": integer(v.Int)}
	case event.Flags:
		return object{"flags": append([]string{}, v.Names...), "value": number(v.Bits)}
	case event.List:
		return list(v, depth)
	case event.Record:
		return record(v, depth)
	case event.Unread:
		return object{"ptr": hex(v.Addr), "unreadable": true}
	case event.At:
		return object{"ptr": hex(v.Addr), "value": value(v.Value, depth+1)}
	case event.FD:
		return descriptor(v)
	case event.PID:
		return person(v)
	case event.Change:
		return object{"before": value(v.Before, depth+1), "after": value(v.After, depth+1)}
	case event.Note:
		return note(v, depth)
	case event.Raw:
		return object{"text": valid(v.Text)}
	case event.Errno:
		return -1
	}
	return nil // Void, Pending, nothing
}

func hex(n uint64) string { return "0x" + strconv.FormatUint(n, 16) }

// exact is the largest integer that a double holds with all that are smaller.
const exact = 1 << 53

// number is n, as a string where readers with doubles would lose some of it.
func number(n uint64) any {
	if n > exact {
		return strconv.FormatUint(n, 10)
	}
	return n
}

func integer(v event.Int) any {
	switch {
	case v.Base == event.Bool:
		return v.Bits != 0
	case !v.Signed:
		return number(v.Bits)
	}
	if n := int64(v.Bits); n < -exact || n > exact {
		return strconv.FormatInt(n, 10)
	}
	return int64(v.Bits)
}

// float is a number; those that JSON has not, and those beyond a double, are text.
func float(v event.Float) any {
	switch {
	case v.Text != "":
		return v.Text
	case math.IsNaN(v.F) || math.IsInf(v.F, 0):
		return strconv.FormatFloat(v.F, 'g', -1, 64)
	}
	return v.F
}

func pointer(v event.Pointer) any {
	if v.Addr == 0 && v.Symbol == "" {
		return nil
	}
	o := object{"ptr": hex(v.Addr)}
	if v.Symbol != "" {
		o["symbol"] = valid(v.Symbol)
	}
	if v.Stream != nil {
		o["stream"] = descriptor(*v.Stream)
	}
	return o
}

// target is a value as a record has it beside the pointer to it.
func target(v event.Value, addr uint64) (any, string) {
	switch v := v.(type) {
	case event.At:
		if addr == 0 {
			return value(v.Value, 0), hex(v.Addr)
		}
	case event.Pointer, event.Unread: // the pointer is all there is
		return value(v, 0), ""
	}
	if addr == 0 {
		return value(v, 0), ""
	}
	return value(v, 0), hex(addr)
}

// text is a string, or an object if it is cut or no UTF-8.
func text(v event.Str) any {
	if utf8.ValidString(v.Text) && !v.Cut {
		return v.Text
	}
	o := object{}
	if utf8.ValidString(v.Text) {
		o["str"] = v.Text
	} else {
		o["b64"] = base64.StdEncoding.EncodeToString([]byte(v.Text))
	}
	if v.Cut {
		o["cut"] = true
	}
	return o
}

// valid makes UTF-8 of a name: bytes that are none become octal escapes.
func valid(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	var b []byte
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		if r == utf8.RuneError && n == 1 {
			b = append(b, '\\', '0'+name[i]>>6, '0'+name[i]>>3&7, '0'+name[i]&7)
		} else {
			b = append(b, name[i:i+n]...)
		}
		i += n
	}
	return string(b)
}

func list(v event.List, depth int) any {
	items := make([]any, len(v.Items))
	for i, item := range v.Items {
		items[i] = value(item, depth+1)
	}
	if !v.Set && !v.Cut && v.Rest == 0 {
		return items
	}
	o := object{"items": items}
	if v.Set {
		o = object{"set": items}
	}
	if v.Not {
		o["not"] = true
	}
	if v.Cut {
		o["cut"] = true
	}
	if v.Rest != 0 {
		o["unreadable"] = hex(v.Rest)
	}
	return o
}

// record is an object with the members; those without a name are called by their
// place.
func record(v event.Record, depth int) any {
	o := object{}
	for i, f := range v.Fields {
		name := valid(f.Name)
		if name == "" {
			name = strconv.Itoa(i)
		}
		o[name] = value(f.Value, depth+1)
	}
	if v.Cut {
		return object{"struct": o, "cut": true}
	}
	return object{"struct": o}
}

// descriptor is an object; a failed call's -1 is a number.
func descriptor(v event.FD) any {
	if v.Num < 0 && !v.Cwd {
		return v.Num
	}
	o := object{"fd": v.Num}
	for name, s := range map[string]string{"path": v.Path, "device": v.Device, "about": v.About} {
		if s != "" {
			o[name] = valid(s)
		}
	}
	if v.Gone {
		o["deleted"] = true
	}
	if v.Cwd {
		o["name"] = "AT_FDCWD"
	}
	return o
}

func person(v event.PID) any {
	if v.Comm == "" && v.Outer == 0 {
		return v.Num
	}
	o := object{"pid": v.Num}
	if v.Comm != "" {
		o["comm"] = valid(v.Comm)
	}
	if v.Outer != 0 {
		o["outside"] = v.Outer
	}
	return o
}

func note(v event.Note, depth int) any {
	o := object{"value": value(v.Value, depth+1)}
	for name, s := range map[string]string{"note": v.Text, "brief": v.Brief} {
		if s != "" {
			o[name] = valid(s)
		}
	}
	if v.Extra != nil {
		o["extra"] = value(v.Extra, depth+1)
	}
	if v.Left != nil {
		o["left"] = value(v.Left, depth+1)
	}
	return o
}
