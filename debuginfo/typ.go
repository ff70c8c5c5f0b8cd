package debuginfo

import (
	"debug/dwarf"
	"fmt"
	"strings"
)

// A writer writes the text of one function and of the types that it needs.
type writer struct {
	in         *Info
	types      strings.Builder // definitions
	rust       bool            // the function has Rust's own calling convention
	cxx11      bool            // its name contains libstdc++'s std::string
	depth      int
	inProgress map[string]bool // structs that are being written: in a hostile file they may contain each other
	names      []string        // names that types defines
}

// A typ is a type in the prototype language.
type typ struct {
	text    string // without stars
	kind    kind
	size    int64
	isConst bool  // const
	entry   entry // of a record

	indirect bool // always passed by reference
}

type kind uint8

const (
	other      kind = iota // unknown: ends a prototype
	void                   // no type
	number                 // integer, enum, float
	char                   // char, signed or not
	wideChar               // wchar_t
	pointer                // its text is complete
	record                 // struct or union
	incomplete             // struct or union that is only declared
	arrayed                // array
	code                   // function
)

// Bounds on the text for a hostile file.
const (
	maxNesting = 24
	maxMembers = 200
	maxNames   = 1000
	maxShown   = 24 // members; further ones are shown only when verbose
	maxWritten = 1 << 18
)

// typeOf returns the type of an entry.
func (w *writer) typeOf(e *entry) typ {
	o, ok := e.inherited(dwarf.AttrType)
	if !ok {
		return typ{text: "void", kind: void}
	}
	t, ok := o.ref(dwarf.AttrType)
	if !ok {
		return typ{}
	}
	return w.typ(&t)
}

func (w *writer) typ(e *entry) typ {
	if w.depth >= maxNesting || w.types.Len() > maxWritten {
		return typ{}
	}
	w.depth++
	defer func() { w.depth-- }()
	switch e.tag {
	case dwarf.TagConstType:
		t := w.typeOf(e)
		t.isConst = true
		return t
	case dwarf.TagVolatileType, dwarf.TagRestrictType, dwarf.TagAtomicType, dwarf.TagPackedType, dwarf.TagSubrangeType:
		return w.typeOf(e)
	case dwarf.TagTypedef:
		return w.typedef(e)
	case dwarf.TagBaseType:
		return baseType(e)
	case dwarf.TagPointerType, dwarf.TagReferenceType, dwarf.TagRvalueReferenceType:
		return typ{text: w.pointerText(e), kind: pointer, size: 8}
	case dwarf.TagEnumerationType:
		return w.enum(e)
	case dwarf.TagStructType, dwarf.TagClassType, dwarf.TagUnionType:
		return w.record(e)
	case dwarf.TagArrayType:
		return w.array(e)
	case dwarf.TagSubroutineType:
		return typ{text: "func", kind: code}
	case dwarf.TagPtrToMemberType:
		return w.memberPointer(e)
	case dwarf.TagUnspecifiedType:
		return typ{text: "addr", kind: pointer, size: 8}
	}
	return typ{}
}

// memberPointer returns the type of a pointer to a member: an offset, or two words if the
// member is a function.
func (w *writer) memberPointer(e *entry) typ {
	if w.typeOf(e).kind == code {
		return typ{text: "struct(func, long)", kind: record, size: 16}
	}
	return typ{text: "long", kind: number, size: 8}
}

// typedef returns the type of a typedef: its name if the prototype language knows that,
// otherwise the type it stands for.
func (w *writer) typedef(e *entry) typ {
	name := e.text(dwarf.AttrName)
	t := w.typeOf(e)
	if w.isKnown(e, name, t.size) && t.kind != char {
		t.text = name
		return t
	}
	switch {
	case name == "wchar_t" && t.kind == number:
		return typ{text: name, kind: wideChar, size: t.size, isConst: t.isConst}
	case t.kind == char && name != "char" && strings.Contains(name, "int8"), t.kind == char && t.text == "uchar" && name != "":
		t.kind = number // a number of one byte
	case name == "va_list" || name == "__gnuc_va_list":
		return typ{text: "addr", kind: pointer, size: 8}
	}
	return t
}

// isKnown reports whether the prototype language knows a type of the system's headers.
func (w *writer) isKnown(e *entry, name string, size int64) bool {
	return w.in.known != nil && name != "" && size > 0 && w.in.known(name, size) && e.isSystem()
}

// Encodings of DW_AT_encoding (DWARF 5, table 7.11).
const (
	encBoolean      = 0x02
	encComplexFloat = 0x03
	encFloat        = 0x04
	encSigned       = 0x05
	encSignedChar   = 0x06
	encUnsigned     = 0x07
	encUnsignedChar = 0x08
	encUTF          = 0x10
)

// baseType returns a type that is built into the language.
func baseType(e *entry) typ {
	size, _ := e.number(dwarf.AttrByteSize)
	enc, _ := e.number(dwarf.AttrEncoding)
	name := e.text(dwarf.AttrName)
	t := typ{kind: number, size: size}
	switch enc {
	case encBoolean:
		t.text = map[int64]string{1: "bool", 2: "bool(short)", 4: "bool(int)", 8: "bool(long)"}[size]
	case encFloat:
		t.text = map[int64]string{4: "float", 8: "double", 16: "ldouble"}[size]
		if isFloat128(name) {
			t.text = "float128"
		}
	case encComplexFloat:
		t.text = map[int64]string{8: "cfloat", 16: "cdouble", 32: "cldouble"}[size]
		if isFloat128(name) {
			t.text = "cfloat128"
		}
	case encSigned:
		t.text = signed[size]
	case encUnsigned:
		t.text = unsigned[size]
	case encSignedChar:
		t.text, t.kind = "char", char
		if name != "char" {
			t.text = "schar"
		}
	case encUnsignedChar:
		t.text, t.kind = "uchar", char
	case encUTF:
		t.text = map[int64]string{1: "char", 2: "char16_t", 4: "char32_t"}[size]
	}
	if name == "wchar_t" && size == 4 {
		t.text, t.kind = name, wideChar
	}
	if t.text == "" {
		return typ{}
	}
	return t
}

// isFloat128 tells _Float128, __float128 and their complex types from long double, which
// has the same size and encoding.
func isFloat128(name string) bool { return strings.Contains(name, "loat128") }

var (
	signed   = map[int64]string{1: "schar", 2: "short", 4: "int", 8: "long", 16: "int128"}
	unsigned = map[int64]string{1: "uchar", 2: "ushort", 4: "uint", 8: "ulong", 16: "uint128"}
)

// array returns the type of an array. With several dimensions it is an array of arrays.
func (w *writer) array(e *entry) typ {
	elem := w.typeOf(e)
	if elem.text == "" || elem.kind == void || elem.kind == incomplete || elem.kind == code || elem.size <= 0 {
		return typ{}
	}
	var counts []int64
	e.eachChild(func(child *entry) bool {
		if child.tag == dwarf.TagSubrangeType {
			counts = append(counts, count(child))
		}
		return len(counts) < maxNesting
	})
	t := typ{text: w.valueText(elem), kind: arrayed, size: elem.size, isConst: elem.isConst}
	for i := len(counts) - 1; i >= 0; i-- {
		n := counts[i]
		if n < 0 || n > maxArray || n*t.size > maxArray {
			return typ{}
		}
		if elem.kind == char && i == len(counts)-1 && elem.text != "schar" {
			t.text = fmt.Sprintf("string(array(%s, %d))", t.text, n)
		} else {
			t.text = fmt.Sprintf("array(%s, %d)", t.text, n)
		}
		t.size *= n
	}
	if len(counts) == 0 {
		return typ{}
	}
	return t
}

const maxArray = 1 << 18 // bytes

// count returns the number of elements of a dimension, or 0 if it is unknown.
func count(e *entry) int64 {
	if n, ok := e.number(dwarf.AttrCount); ok {
		return n
	}
	if n, ok := e.number(dwarf.AttrUpperBound); ok {
		low, _ := e.number(dwarf.AttrLowerBound)
		return n - low + 1
	}
	return 0
}

// valueText returns the text of a type for a member or element.
func (w *writer) valueText(t typ) string {
	if t.kind == code {
		return "addr"
	}
	return t.text
}

// pointerText returns the text of a pointer that is a pointee or in a struct: strings are
// shown, anything else is an address.
func (w *writer) pointerText(e *entry) string {
	o, ok := e.inherited(dwarf.AttrType)
	if !ok {
		return "addr"
	}
	to, ok := o.ref(dwarf.AttrType)
	if !ok {
		return "addr"
	}
	t := w.pointee(&to)
	switch {
	case t.kind == char || t.kind == wideChar || t.kind == code:
		return textOf(t)
	}
	return "addr"
}

// textOf returns the text of a pointer to characters or code.
func textOf(t typ) string {
	switch {
	case t.kind == code:
		return "func"
	case t.kind == wideChar && t.isConst:
		return "wstring"
	case t.kind == char && t.isConst && t.text == "char":
		return "string"
	case t.kind == char:
		return "guess(string)"
	}
	return "addr"
}

// pointee returns the type that a pointer in a struct points to, without the members of a
// struct.
func (w *writer) pointee(e *entry) typ {
	konst := false
	for range maxOrigins {
		switch e.tag {
		case dwarf.TagConstType:
			konst = true
		case dwarf.TagVolatileType, dwarf.TagRestrictType, dwarf.TagAtomicType, dwarf.TagTypedef:
			if e.tag == dwarf.TagTypedef && e.text(dwarf.AttrName) == "wchar_t" {
				return typ{text: "wchar_t", kind: wideChar, isConst: konst}
			}
		case dwarf.TagBaseType:
			t := baseType(e)
			t.isConst = konst
			return t
		case dwarf.TagSubroutineType:
			return typ{text: "func", kind: code}
		default:
			return typ{kind: incomplete}
		}
		next, ok := e.ref(dwarf.AttrType)
		if !ok {
			return typ{kind: void}
		}
		e = &next
	}
	return typ{kind: incomplete}
}
