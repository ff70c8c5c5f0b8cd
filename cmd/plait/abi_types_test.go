package main

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
)

// A cType is a type, in the languages of a test of the calling convention.
type cType struct {
	conf, c, rust string // its name; without rust, Rust has no such type
	bits          int    // width of an integer that is narrower than its register, else 0
	value         func(r *rand.Rand) cValue
}

// A cValue is a value of a type: how to write it, and how plait must.
type cValue struct {
	c, rust, shown string
	parts          []cPart // of a struct or array
}

type cPart struct {
	member string // ".m1", "[2]"
	cValue
}

// checks returns conditions in C that hold if expr is the value.
func (v cValue) checks(expr string) []string {
	if v.parts == nil {
		return []string{expr + " == " + v.c}
	}
	var all []string
	for _, p := range v.parts {
		all = append(all, p.checks(expr+p.member)...)
	}
	return all
}

// rustChecks returns the same in Rust.
func (v cValue) rustChecks(expr string) []string {
	if v.parts == nil {
		return []string{expr + " == " + v.rust}
	}
	var all []string
	for _, p := range v.parts {
		all = append(all, p.rustChecks(expr+p.member)...)
	}
	return all
}

// leaves are the types without parts. Those that Rust lacks come last.
var leaves = []cType{
	{"int", "int", "i32", 32, signed(32)},
	{"schar", "signed char", "i8", 8, signed(8)},
	{"uchar", "unsigned char", "u8", 8, unsigned(8)},
	{"short", "short", "i16", 16, signed(16)},
	{"ushort", "unsigned short", "u16", 16, unsigned(16)},
	{"uint", "unsigned", "u32", 32, unsigned(32)},
	{"long", "long", "i64", 0, signed(64)},
	{"ulong", "unsigned long", "u64", 0, unsigned(64)},
	{"bool", "bool", "bool", 8, boolean},
	{"char", "char", "i8", 8, character},
	{"float", "float", "f32", 0, floating("f", 6)},
	{"double", "double", "f64", 0, floating("", 6)},
	{"float", "float", "f32", 0, floating("f", 6)},
	{"double", "double", "f64", 0, floating("", 6)},
	{"__int128", "__int128", "i128", 0, wide},
	{"ldouble", "long double", "", 0, floating("l", -1)},
	{"float complex", "float _Complex", "", 0, complexOf("f", 6)},
	{"double complex", "double _Complex", "", 0, complexOf("", 6)},
	{"long double complex", "long double _Complex", "", 0, complexOf("l", -1)},
}

const rustLeaves = 15

// conversions are arguments of a variadic function, after promotion.
var conversions = []struct {
	spec string
	typ  cType
}{
	{"%d", leaves[0]}, {"%u", leaves[5]}, {"%ld", leaves[6]}, {"%lu", leaves[7]}, {"%f", leaves[11]}, {"%f", leaves[11]},
	{"%Lf", leaves[15]},
}

func plain(text string) cValue { return cValue{c: text, rust: text, shown: text} }

func signed(bits int) func(*rand.Rand) cValue {
	return func(r *rand.Rand) cValue {
		n := int64(r.Uint64()) >> (64 - bits)
		if n == math.MinInt64 {
			n++ // C has no such literal
		}
		v := plain(strconv.FormatInt(n, 10))
		v.c = "(" + v.c + ")"
		if bits == 64 {
			v.c = strings.TrimSuffix(v.c, ")") + "l)"
		}
		return v
	}
}

func unsigned(bits int) func(*rand.Rand) cValue {
	return func(r *rand.Rand) cValue {
		v := plain(strconv.FormatUint(r.Uint64()>>(64-bits), 10))
		if bits >= 32 {
			v.c += map[int]string{32: "u", 64: "ul"}[bits]
		}
		return v
	}
}

func boolean(r *rand.Rand) cValue { return plain(strconv.FormatBool(r.IntN(2) > 0)) }

func character(r *rand.Rand) cValue {
	c := 'a' + rune(r.IntN(26))
	return cValue{c: fmt.Sprintf("'%c'", c), rust: strconv.Itoa(int(c)), shown: fmt.Sprintf("'%c'", c)}
}

// floating makes numbers that all of the types can hold exactly.
func floating(suffix string, digits int) func(*rand.Rand) cValue {
	return func(r *rand.Rand) cValue {
		x := float64(r.IntN(1<<16)-1<<15) / 16
		text := strconv.FormatFloat(x, 'f', 6, 64)
		return cValue{c: "(" + text + suffix + ")", rust: text, shown: strconv.FormatFloat(x, 'f', digits, 64)}
	}
}

func complexOf(suffix string, digits int) func(*rand.Rand) cValue {
	part := floating(suffix, digits)
	return func(r *rand.Rand) cValue {
		re, im := part(r), part(r)
		return cValue{
			c:     "(" + re.c + " + " + im.c + " * 1.0" + suffix + "i)",
			shown: "{" + re.shown + ", " + im.shown + "}",
		}
	}
}

func wide(r *rand.Rand) cValue {
	high, low := int64(r.Uint64())>>r.IntN(64), r.Uint64()
	x := new(big.Int).Lsh(big.NewInt(high), 64)
	x.Or(x, new(big.Int).SetUint64(low))
	return cValue{
		c:    fmt.Sprintf("((__int128)((unsigned __int128)%dul << 64 | %dul))", uint64(high), low),
		rust: x.String(), shown: x.String(),
	}
}

// typ makes up a type of at most that many levels.
func (m *maker) typ(levels int) cType {
	switch n := m.IntN(10); {
	case levels == 0 || n < 5:
		if m.rust {
			return leaves[m.IntN(rustLeaves)]
		}
		return leaves[m.IntN(len(leaves))]
	case n < 9:
		return m.structure(levels)
	}
	return m.union()
}

// structure makes up a struct of up to four members, with arrays among them.
func (m *maker) structure(levels int) cType {
	var members []cType
	var lines, rust, conf []string
	for i := range 1 + m.IntN(4) {
		t := m.typ(levels - 1)
		line, count := fmt.Sprintf("\t%s m%d", t.c, i), 0
		if m.IntN(4) == 0 {
			count = 1 + m.IntN(3)
			line += fmt.Sprintf("[%d]", count)
			t = arrayOf(t, count)
		}
		members = append(members, t)
		lines, conf = append(lines, line+";\n"), append(conf, t.conf)
		rust = append(rust, fmt.Sprintf("m%d: %s", i, t.rust))
	}
	name := m.name("T")
	fmt.Fprintf(&m.types, "struct %s {\n%s};\n", name, strings.Join(lines, ""))
	fmt.Fprintf(&m.rustTypes, "#[repr(C)] #[derive(Clone, Copy)] struct %s { %s }\n", name, strings.Join(rust, ", "))
	return cType{"struct(" + strings.Join(conf, ", ") + ")", "struct " + name, name, 0,
		func(r *rand.Rand) cValue { return structValue(r, name, members) }}
}

func structValue(r *rand.Rand, name string, members []cType) cValue {
	var v cValue
	var c, rust, shown []string
	for i, t := range members {
		p := cPart{fmt.Sprintf(".m%d", i), t.value(r)}
		v.parts = append(v.parts, p)
		c, shown = append(c, p.c), append(shown, p.shown)
		rust = append(rust, fmt.Sprintf("m%d: %s", i, p.rust))
	}
	v.c = "(struct " + name + "){" + strings.Join(c, ", ") + "}"
	v.rust = name + " { " + strings.Join(rust, ", ") + " }"
	v.shown = "{" + strings.Join(shown, ", ") + "}"
	return v
}

func arrayOf(t cType, count int) cType {
	return cType{fmt.Sprintf("array(%s, %d)", t.conf, count), "", fmt.Sprintf("[%s; %d]", t.rust, count), 0, func(r *rand.Rand) cValue {
		var v cValue
		var c, rust, shown []string
		for i := range count {
			p := cPart{fmt.Sprintf("[%d]", i), t.value(r)}
			v.parts = append(v.parts, p)
			c, rust, shown = append(c, p.c), append(rust, p.rust), append(shown, p.shown)
		}
		v.c, v.rust = "{"+strings.Join(c, ", ")+"}", "["+strings.Join(rust, ", ")+"]"
		v.shown = "[" + strings.Join(shown, ", ") + "]"
		return v
	}}
}

// union makes up a union of two members, numbers of different kinds. It is in an
// integer register, even if it holds a double; or in a vector register, if both are
// floating-point; or in memory, if it is too large.
func (m *maker) union() cType {
	name := m.name("U")
	kinds := []struct{ c, rust, conf, shown string }{
		{"double d; unsigned long u;", "d: f64, u: u64", "double d; ulong u;", "{d=%f, u=%d}"},
		{"double d; struct { float x; } s;", "d: f64, u: u64", "double d;", "{d=%[1]f}"},
		{"double d; long pad[3];", "d: f64, pad: [i64; 3]", "double d; hide(array(long, 3)) pad;", "{d=%[1]f}"},
	}
	k := kinds[m.IntN(len(kinds))]
	if m.rust {
		k = kinds[2*m.IntN(2)]
	}
	fmt.Fprintf(&m.types, "union %s { %s };\n", name, k.c)
	fmt.Fprintf(&m.rustTypes, "#[repr(C)] #[derive(Clone, Copy)] union %s { %s }\n", name, k.rust)
	fmt.Fprintf(&m.conf, "union %s { %s }\n", name, k.conf)
	return cType{name, "union " + name, name, 0, func(r *rand.Rand) cValue {
		x := float64(r.IntN(1<<16)) / 16
		text := fmt.Sprintf("%f", x)
		return cValue{
			c: "(union " + name + "){" + text + "}", rust: name + " { d: " + text + " }",
			shown: fmt.Sprintf(k.shown, x, math.Float64bits(x)),
			parts: []cPart{{".d", plain(text)}},
		}
	}}
}
