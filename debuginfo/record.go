package debuginfo

import (
	"debug/dwarf"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// nameOf is the name of a type in the prototype language: what it is called in
// the program, and where it is described, which makes it unlike any other.
func nameOf(e *entry) string {
	name := word(e.text(dwarf.AttrName))
	if name == "" {
		name = "unnamed"
	}
	suffix := ""
	switch {
	case e.u.in.altInfo:
		suffix = "s" // shared; no digit of the number
	case e.u.sec == e.u.in.types:
		suffix = "t"
	}
	return fmt.Sprintf("%s.%x%s", name, e.off, suffix)
}

// maxWord bounds a name that is only there to be read.
const maxWord = 60

// word makes a name of the prototype language of any text.
func word(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' && b.Len() > 0, r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() >= maxWord {
			break
		}
	}
	return b.String()
}

// isWord tells whether a name can stand as it is.
func isWord(s string) bool { return s != "" && word(s) == s }

// A part is a member of a struct.
type part struct {
	text string // its type
	name string
	off  int64
	more bool
}

// record is a struct, class or union: its name, once it has been written.
func (w *writer) record(e *entry) typ {
	size, sized := e.number(dwarf.AttrByteSize)
	name := e.text(dwarf.AttrName)
	if e.flag(dwarf.AttrDeclaration) || !sized {
		if s, ok := e.ref(dwarf.AttrSignature); ok {
			return w.record(&s)
		}
		if w.cxx11 && strings.HasPrefix(name, "basic_string<char,") {
			return w.declaredString()
		}
		return typ{text: "addr", kind: opaque, entry: *e}
	}
	t := typ{text: nameOf(e), kind: record, size: size, entry: *e}
	if w.isKnown(e, name, size) {
		t.text = name
		return t
	}
	if size < 0 || size > maxArray {
		return typ{}
	}
	if w.busy[t.text] {
		return typ{} // within itself
	}
	w.busy[t.text] = true
	defer delete(w.busy, t.text)
	if w.written(t.text) {
		return t
	}
	text := w.meaning(e, size)
	if text == "" {
		text = w.members(e, size)
	}
	w.define(t.text, keyword(e)+" "+t.text+text)
	return t
}

func keyword(e *entry) string {
	if e.tag == dwarf.TagUnionType {
		return "union"
	}
	return "struct"
}

// written tells whether a type needs no definition any more.
func (w *writer) written(name string) bool { return w.in.written[name] }

// define writes a definition.
func (w *writer) define(name, text string) {
	if w.in.written[name] {
		return
	}
	w.in.written[name] = true
	w.names = append(w.names, name)
	w.types.WriteString(text)
	w.types.WriteByte('\n')
}

// members is what comes behind the name of a struct that is shown as it is.
func (w *writer) members(e *entry, size int64) string {
	parts := w.parts(e)
	var b strings.Builder
	fmt.Fprintf(&b, " size %d {", size)
	for i, p := range parts {
		b.WriteString(" ")
		if p.more || i >= maxShown {
			b.WriteString("more ")
		}
		fmt.Fprintf(&b, "at %d %s %s;", p.off, p.text, p.name)
	}
	b.WriteString(" }")
	return b.String()
}

// parts are the members of a struct, and what it inherits.
func (w *writer) parts(e *entry) (parts []part) {
	e.each(func(child *entry) bool {
		switch child.tag {
		case dwarf.TagMember, dwarf.TagInheritance:
			if p, ok := w.part(child); ok {
				parts = append(parts, p)
			}
		}
		return len(parts) < maxMembers
	})
	slices.SortStableFunc(parts, func(a, b part) int { return int(a.off - b.off) })
	return parts
}

// part is one member. Static ones, and what the compiler added, are none.
func (w *writer) part(e *entry) (part, bool) {
	virtual := e.has(dwarf.AttrVirtuality) && e.tag == dwarf.TagInheritance
	if e.flag(dwarf.AttrExternal) || e.flag(dwarf.AttrDeclaration) || e.flag(dwarf.AttrArtificial) && e.tag == dwarf.TagMember || virtual {
		return part{}, false
	}
	t := w.typeOf(e)
	if t.text == "" || t.kind == void || t.kind == opaque || t.size == 0 || isEmptyClass(&t) {
		return part{}, false
	}
	p := part{text: w.use(t), name: w.nameOfPart(e, t)}
	if n, ok := e.number(dwarf.AttrBitSize); ok {
		return bitPart(e, t, p, n)
	}
	off, _ := e.location(dwarf.AttrDataMemberLoc)
	p.off = off
	return p, off >= 0 && off < maxArray
}

// nameOfPart is the name of a member, or of the struct that is inherited.
func (w *writer) nameOfPart(e *entry, t typ) string {
	name := e.text(dwarf.AttrName)
	if e.tag == dwarf.TagInheritance {
		name = t.entry.baseName()
	}
	name = word(name)
	if name == "if" || strings.HasPrefix(name, "__") && len(name) > 2 && name[2] >= '0' && name[2] <= '9' { // Rust's __0
		return ""
	}
	return name
}

func (e *entry) baseName() string {
	if e.u == nil {
		return ""
	}
	return e.text(dwarf.AttrName)
}

// attrDataBitOffset is DW_AT_data_bit_offset.
const attrDataBitOffset dwarf.Attr = 0x6b

// bitPart is a bit field of n bits. Before DWARF 4 its place is counted from the
// highest bit of the bytes that it is in.
func bitPart(e *entry, t typ, p part, n int64) (part, bool) {
	if t.kind != number && t.kind != letter || n <= 0 {
		return p, false
	}
	from, ok := e.number(attrDataBitOffset)
	if !ok {
		off, _ := e.location(dwarf.AttrDataMemberLoc)
		high, _ := e.number(dwarf.AttrBitOffset)
		size, ok := e.number(dwarf.AttrByteSize)
		if !ok {
			size = t.size
		}
		from = 8*off + 8*size - high - n
	}
	if from < 0 || from > 8*maxArray || from%8+n > 64 {
		return p, false
	}
	p.off = from / 8
	p.text = fmt.Sprintf("bits(%s, %d, %d)", t.text, from%8, n)
	return p, true
}

// enum is an enumeration: a set of flags if its values look like one.
func (w *writer) enum(e *entry) typ {
	size, _ := e.number(dwarf.AttrByteSize)
	under := w.typeOf(e)
	t := typ{text: nameOf(e), kind: number, size: size}
	base := signed[size]
	if (under.kind == number || under.kind == letter && under.text != "char") && under.size == size {
		base = under.text
	}
	if name := e.text(dwarf.AttrName); w.isKnown(e, name, size) {
		t.text = name
		return t
	}
	if base == "" || strings.ContainsAny(base, "(.") {
		if base = unsigned[size]; base == "" {
			return typ{}
		}
	}
	if w.written(t.text) {
		return t
	}
	names := enumerators(e)
	if len(names) == 0 {
		t.text = base
		return t
	}
	w.define(t.text, setText(t.text, base, names))
	return t
}

type enumerator struct {
	name string
	n    int64
}

func enumerators(e *entry) []enumerator {
	var names []enumerator
	e.each(func(child *entry) bool {
		n, ok := child.number(dwarf.AttrConstValue)
		if name := child.text(dwarf.AttrName); child.tag == dwarf.TagEnumerator && ok && isWord(name) && name != "include" && name != "mask" && name != "shift" {
			names = append(names, enumerator{name, n})
		}
		return len(names) < maxNames
	})
	return names
}

// setText writes an enumeration as flags or enum.
func setText(name, base string, names []enumerator) string {
	var b strings.Builder
	kind := "enum"
	if areFlags(names) {
		kind, base = "flags", unsignedOf(base)
		// What is made of several bits stands before them.
		slices.SortStableFunc(names, func(a, b enumerator) int { return bitsIn(b.n) - bitsIn(a.n) })
	}
	fmt.Fprintf(&b, "%s %s : %s {", kind, name, base)
	for _, x := range names {
		fmt.Fprintf(&b, " %s %d;", x.name, x.n)
	}
	b.WriteString(" }")
	return b.String()
}

// areFlags tells whether values are single bits, of which at least one is above
// 2, and what can be made of them; but not simply one after another.
func areFlags(names []enumerator) bool {
	single, high, next := int64(0), false, true
	for i, x := range names {
		if bitsIn(x.n) == 1 && x.n > 0 {
			single |= x.n
			high = high || x.n > 2
		}
		next = next && (i == 0 || x.n == names[i-1].n+1)
	}
	for _, x := range names {
		if x.n < 0 || x.n&^single != 0 {
			return false
		}
	}
	return high && !next && len(names) > 1
}

func bitsIn(n int64) int { return bits.OnesCount64(uint64(n)) }

// unsignedOf is the integer type without a sign that is as wide.
func unsignedOf(base string) string {
	for size, name := range signed {
		if name == base {
			return unsigned[size]
		}
	}
	return base
}
