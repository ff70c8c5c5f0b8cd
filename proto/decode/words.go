package decode

import (
	"errors"
	"fmt"

	"plait/arch"
	"plait/event"
)

// wordType describes an integer type of the language.
type wordType struct {
	size   int // 0: as wide as a pointer
	signed bool
	base   event.Base
}

var intTypes = map[string]wordType{
	"char": {1, true, event.Char}, "schar": {1, true, event.Decimal}, "uchar": {1, false, event.Decimal},
	"short": {2, true, event.Decimal}, "ushort": {2, false, event.Decimal},
	"int": {4, true, event.Decimal}, "uint": {4, false, event.Decimal},
	"long": {0, true, event.Decimal}, "ulong": {0, false, event.Decimal},
	"llong": {8, true, event.Decimal}, "ullong": {8, false, event.Decimal},
	"int8_t": {1, true, event.Decimal}, "uint8_t": {1, false, event.Decimal},
	"int16_t": {2, true, event.Decimal}, "uint16_t": {2, false, event.Decimal},
	"int32_t": {4, true, event.Decimal}, "uint32_t": {4, false, event.Decimal},
	"int64_t": {8, true, event.Decimal}, "uint64_t": {8, false, event.Decimal},
	"size_t": {0, false, event.Decimal}, "ssize_t": {0, true, event.Decimal},
	"off_t": {8, true, event.Decimal}, "intptr_t": {0, true, event.Decimal}, "uintptr_t": {0, false, event.Hex},
	"wchar_t": {4, true, event.WideChar}, "char16_t": {2, false, event.WideChar}, "char32_t": {4, false, event.WideChar}, "wint_t": {4, true, event.WideChar},
	"bool": {1, false, event.Bool}, "_Bool": {1, false, event.Bool},
}

// bases are the words that show a type in another base. Alone they are an int.
var bases = map[string]event.Base{
	"hex": event.Hex, "oct": event.Octal, "octal": event.Octal, "dec": event.Decimal,
	"bin": event.Binary, "guess": event.Guess, "char": event.Char, "bool": event.Bool,
}

// IsBase reports whether Wrap(word, n) is n in another base.
func IsBase(word string) bool {
	_, ok := bases[word]
	return ok
}

// Integer returns the named integer type as it is on a; nil if there is none.
func Integer(word string, a *arch.Arch) Node {
	if w, ok := intTypes[word]; ok {
		return newInt(w, a)
	}
	return nil
}

func newInt(w wordType, a *arch.Arch) *intNode {
	size := w.size
	if size == 0 {
		size = a.PtrSize
	}
	return &intNode{shape{size, alignedOn(size, a), w.signed, integer}, w.base}
}

// alignedOn returns the alignment on a of a type that is otherwise aligned to n bytes.
func alignedOn(n int, a *arch.Arch) int {
	if a.MaxAlign > 0 {
		return min(n, a.MaxAlign)
	}
	return n
}

// Word returns the type that a word of the language means by itself on a; nil if it
// means none.
func Word(word string, a *arch.Arch) Node {
	if w, ok := intTypes[word]; ok {
		return newInt(w, a)
	}
	if b, ok := bases[word]; ok {
		return newInt(wordType{4, true, b}, a)
	}
	if n := numberWord(word); n != nil {
		return n
	}
	return pointerWord(word, a)
}

// numberWord is Word for types that are the same on all architectures.
func numberWord(word string) Node {
	switch word {
	case "void":
		return voidNode{}
	case "none":
		return &hiddenNode{&addrNode{}}
	case "evident":
		return guessNode{}
	case "float":
		return &floatNode{size: 4}
	case "double":
		return &floatNode{size: 8}
	case "ldouble":
		return &floatNode{size: 16}
	case "float128", "_Float128", "__float128":
		return float128Node{}
	case "cfloat128":
		return complexOf(float128Node{})
	case "cfloat":
		return newComplex(4)
	case "cdouble":
		return newComplex(8)
	case "cldouble":
		return newComplex(16)
	case "int128", "__int128", "__int128_t":
		return &int128Node{signed: true}
	case "uint128", "__uint128_t":
		return &int128Node{}
	}
	return nil
}

// pointerWord is Word for types that are addresses.
func pointerWord(word string, a *arch.Arch) Node {
	address := addrNode{size: a.PtrSize}
	switch word {
	case "addr64":
		return &addrNode{size: 8, align: alignedOn(8, a)}
	case "addr":
		return &address
	case "func":
		address.symbol = true
		return &address
	case "file":
		return &streamNode{address}
	case "strings":
		return newTexts(a.PtrSize, false)
	case "envp":
		return newTexts(a.PtrSize, true)
	case "format", "scanf", "wformat", "wscanf":
		return newFormat(word, a.PtrSize)
	case "system":
		return &systemNode{address}
	case "va_list":
		return &vaNode{address}
	case "string", "wstring", "path":
		return Text(word, nil, a)
	}
	return nil
}

// Wrap returns the type word(n). The error says why n does not fit.
func Wrap(word string, n Node, a *arch.Arch) (Node, error) {
	if b, ok := bases[word]; ok {
		return base(n, b), nil
	}
	switch word {
	case "hide":
		return &hiddenNode{n}, nil
	case "wide":
		return &ptrNode{n, 8}, nil
	case "always":
		return &alwaysNode{n}, nil
	case "at":
		if !points(n) {
			return nil, errors.New("at of what is no pointer")
		}
		return &atNode{n}, nil
	case "bitvec":
		return bitvec(n), nil
	case "pairs":
		return &pairsNode{n}, nil
	case "sentinel":
		return &sentinelNode{n}, nil
	case "string":
		if c, ok := n.(*intNode); ok && c.sh.size <= 4 {
			return wideCharacter(c), nil // ltrace.conf(5): of a number, a character
		}
		if text := asText(n); text != nil {
			return text, nil
		}
	case "format", "scanf", "wformat", "wscanf":
		if text, ok := asText(n).(*textNode); ok && !text.inline {
			f := newFormat(word, a.PtrSize)
			f.text.unit = text.unit
			return f, nil
		}
	}
	return nil, fmt.Errorf("%s of a type that is no text", word)
}

// Text returns the type that word means, "string", "wstring", "path" or "buffer", with
// a length. That may be nil, except for a buffer.
func Text(word string, length *Expr, a *arch.Arch) Node {
	n := &textNode{length: length, stop: true, unit: 1, ptr: a.PtrSize}
	switch word {
	case "wstring":
		n.unit = 4
	case "path":
		n.stop, n.path = length == nil, true
	case "buffer":
		n.stop = false
	}
	return n
}

// Pointer returns the type of a pointer to n on a.
func Pointer(n Node, a *arch.Arch) Node {
	if _, void := n.(voidNode); void {
		return &addrNode{size: a.PtrSize}
	}
	return &ptrNode{n, a.PtrSize}
}

// Passed returns n as the type of a parameter or result: an array becomes a pointer to
// its first element.
func Passed(n Node, a *arch.Arch) Node {
	switch x := n.(type) {
	case *arrayNode, manyBits:
		return Pointer(n, a)
	case *bitvecNode:
		if _, ok := x.Node.(*arrayNode); ok {
			return Pointer(n, a)
		}
	case *textNode:
		if x.inline {
			return Pointer(n, a)
		}
	}
	return n
}

// wideCharacter returns the integer type n shown as a character.
func wideCharacter(n *intNode) Node {
	base := event.WideChar
	if n.sh.size == 1 {
		base = event.Char
	}
	return &intNode{n.sh, base}
}

// asText returns n, an array of characters or a pointer to them, as text; nil if it is
// something else.
func asText(n Node) Node {
	switch n := n.(type) {
	case *textNode:
		return n
	case *arrayNode:
		unit := n.elem.shape()
		if unit.class != integer || unit.size > 4 || unit.size == 0 || unit.size == 3 {
			return nil
		}
		return &textNode{length: n.length, stop: n.stop || n.length == nil, unit: unit.size, inline: true, count: n.count, ptr: 8}
	case *ptrNode:
		if a, ok := n.elem.(*arrayNode); ok {
			text, _ := asText(a).(*textNode)
			if text == nil {
				return nil
			}
			text.inline, text.ptr = false, n.size
			if text.length == nil && text.count > 0 {
				text.length = Const(uint64(text.count))
			}
			return text
		}
		if unit := n.elem.shape(); unit.class == integer && (unit.size == 1 || unit.size == 2 || unit.size == 4) {
			return &textNode{stop: true, unit: unit.size, ptr: n.size}
		}
	}
	return nil
}

// bitvec returns n as a set of bits. A pointer becomes a pointer to a set.
func bitvec(n Node) Node {
	if p, ok := n.(*ptrNode); ok {
		return &ptrNode{bitvec(p.elem), p.size}
	}
	if a, ok := n.(*arrayNode); ok && a.length != nil {
		return manyBits{a}
	}
	return &bitvecNode{n}
}

// SizeOf returns the bytes of a value of type n in memory; 0 if they depend on the
// call.
func SizeOf(n Node) int { return n.shape().size }

// IsInteger reports whether n is an integer type, flags and enums included.
func IsInteger(n Node) bool {
	switch n.(type) {
	case *intNode, *enumNode, *flagsNode:
		return true
	}
	return false
}

// Fillable reports whether a parameter of type n may be an out-parameter.
func Fillable(n Node) bool {
	_, format := n.(*formatNode)
	return points(n) && !format
}

// Resized returns n with the width and sign of the integer type as; nil if n can't
// have another width.
func Resized(n, as Node) Node {
	if r, ok := n.(resizable); ok {
		return r.resized(as.shape())
	}
	return nil
}
