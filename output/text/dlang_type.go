package text

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// dBasic are the types with codes of one letter.
var dBasic = map[byte]string{
	'a': "char", 'u': "wchar", 'w': "dchar", 'v': "void", 'g': "byte", 'h': "ubyte", 's': "short", 't': "ushort",
	'i': "int", 'k': "uint", 'l': "long", 'm': "ulong", 'f': "float", 'd': "double", 'e': "real",
	'o': "ifloat", 'p': "idouble", 'j': "ireal", 'q': "cfloat", 'r': "cdouble", 'c': "creal",
	'b': "bool", 'n': "typeof(null)",
}

// dWrapped are the types that contain another.
var dWrapped = []struct{ mark, before, after string }{
	{"x", "const(", ")"}, {"y", "immutable(", ")"}, {"O", "shared(", ")"}, {"Ng", "inout(", ")"}, {"Nh", "__vector(", ")"},
	{"A", "", "[]"}, {"P", "", "*"},
}

// dWords are the types with codes of two letters.
var dWords = []struct{ mark, text string }{{"zi", "cent"}, {"zk", "ucent"}, {"Nn", "typeof(*null)"}}

// typ reads a type.
func (d *dName) typ() string {
	if !d.step() {
		return ""
	}
	for _, w := range dWords {
		if d.accept(w.mark) {
			return w.text
		}
	}
	if d.peek() == 'P' && d.at+1 < len(d.s) && strings.IndexByte("FUWVR", d.s[d.at+1]) >= 0 {
		d.next()
		return d.function("function")
	}
	for _, w := range dWrapped {
		if d.accept(w.mark) {
			return d.join(w.before, d.typ(), w.after)
		}
	}
	return d.compound()
}

// compound reads a type that is made of names, lengths or several types.
func (d *dName) compound() string {
	switch b := d.next(); b {
	case 'G':
		n := d.number()
		return d.join(d.typ(), "[", strconv.Itoa(n), "]")
	case 'H':
		key := d.typ()
		return d.join(d.typ(), "[", key, "]")
	case 'E', 'C', 'S', 'I':
		return d.qualified()
	case 'D':
		modifiers := d.modifiers()
		return d.function("delegate") + modifiers
	case 'F', 'U', 'W', 'V', 'R':
		d.at--
		return d.function("")
	case 'Q':
		d.at--
		return d.follow(d.typ)
	case 'B':
		return d.tuple()
	default:
		if text := dBasic[b]; text != "" {
			return text
		}
	}
	return d.fail()
}

func (d *dName) tuple() string {
	var list []string
	for range d.number() {
		if !d.step() {
			return ""
		}
		list = append(list, d.parameter())
	}
	return d.join("tuple(", strings.Join(list, ", "), ")")
}

// linkages are the marks of functions' linkage.
var linkages = map[byte]string{'F': "", 'U': "extern(C) ", 'W': "extern(Windows) ", 'V': "extern(Pascal) ", 'R': "extern(C++) "}

// function reads the type of a function pointer or delegate.
func (d *dName) function(kind string) string {
	linkage, ok := linkages[d.next()]
	if !ok {
		return d.fail()
	}
	d.attributes()
	arguments := d.arguments()
	text := d.join(linkage, d.typ(), "(", arguments, ")")
	if kind != "" {
		text += " " + kind
	}
	return text
}

// template reads what follows __T: a name, arguments, and Z.
func (d *dName) template() string {
	name := d.name()
	var list []string
	for d.step() && !d.accept("Z") {
		d.accept("H") // specialized
		switch d.next() {
		case 'T':
			list = append(list, d.typ())
		case 'V':
			list = append(list, d.typedValue())
		case 'S':
			list = append(list, d.symbol())
		case 'X':
			n := d.number()
			if n > len(d.s)-d.at {
				return d.fail()
			}
			list = append(list, d.s[d.at:d.at+n])
			d.at += n
		default:
			return d.fail()
		}
	}
	return d.join(name, "!(", strings.Join(list, ", "), ")")
}

// symbol reads a template argument that is a name, which may be mangled.
func (d *dName) symbol() string {
	if d.accept("_D") {
		return d.mangled()
	}
	return d.qualified()
}

// typedValue reads a type and a value, which is written as its type demands.
func (d *dName) typedValue() string {
	kind := d.peek()
	if kind == 'Q' {
		if to, ok := d.reference(); ok {
			kind = d.s[to]
		}
	}
	name := d.typ()
	return d.value(kind, name)
}

func (d *dName) value(kind byte, name string) string {
	switch b := d.next(); {
	case !d.step():
		return ""
	case b == 'n':
		return "null"
	case b == 'i' && isDigit(d.peek()):
		return dInteger(kind, d.digits())
	case b == 'N' && isDigit(d.peek()):
		return "-" + dInteger(kind, d.digits())
	case isDigit(b):
		d.at--
		return dInteger(kind, d.digits())
	case b == 'a' || b == 'w' || b == 'd':
		return d.textValue(b)
	case b == 'A':
		return d.join("[", d.values(), "]")
	case b == 'S':
		return d.join(name, "(", d.values(), ")")
	case b == 'f':
		return d.mangled()
	}
	return d.fail()
}

func (d *dName) digits() string {
	start := d.at
	for isDigit(d.peek()) {
		d.at++
	}
	return d.s[start:d.at]
}

// dInteger returns an integer as a value of the type kind.
func dInteger(kind byte, digits string) string {
	switch kind {
	case 'b':
		return strconv.FormatBool(strings.Trim(digits, "0") != "")
	case 'a':
		if n, err := strconv.Atoi(digits); err == nil && ' ' <= n && n < 0x7f {
			return "'" + string(rune(n)) + "'"
		}
	case 'h', 't', 'k':
		return digits + "u"
	case 'l':
		return digits + "L"
	case 'm':
		return digits + "uL"
	}
	return digits
}

// textValue reads a string: a length and hexadecimal digits.
func (d *dName) textValue(kind byte) string {
	n := d.number()
	if !d.accept("_") || 2*n > len(d.s)-d.at {
		return d.fail()
	}
	b, err := hex.DecodeString(d.s[d.at : d.at+2*n])
	if err != nil {
		return d.fail()
	}
	d.at += 2 * n
	text := `"` + string(b) + `"`
	if kind != 'a' {
		text += string(kind)
	}
	return d.join(text)
}

// values reads a number and as many values.
func (d *dName) values() string {
	var list []string
	for range d.number() {
		if !d.step() {
			return ""
		}
		list = append(list, d.value(0, ""))
	}
	return strings.Join(list, ", ")
}
