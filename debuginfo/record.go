package debuginfo

import (
	"debug/dwarf"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// nameOf returns the name of a type in the prototype language: its name in the program and
// the offset of its entry, which makes it unique.
func nameOf(e *entry) string {
	name := identifier(e.text(dwarf.AttrName))
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

// maxIdentifier bounds the readable part of a name.
const maxIdentifier = 60

// identifier turns any text into an identifier of the prototype language.
func identifier(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' && b.Len() > 0, r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() >= maxIdentifier {
			break
		}
	}
	return b.String()
}

// isIdentifier reports whether a name is an identifier of the prototype language.
func isIdentifier(s string) bool { return s != "" && identifier(s) == s }

// A member is a member of a struct, or a struct that it inherits.
type member struct {
	text string // its type
	name string
	off  int64
	more bool
}

// record returns the type of a struct, class or union, whose definition it writes first.
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
		return typ{text: "addr", kind: incomplete, entry: *e}
	}
	t := typ{text: nameOf(e), kind: record, size: size, entry: *e}
	if w.isKnown(e, name, size) {
		t.text = name
		return t
	}
	if size < 0 || size > maxArray {
		return typ{}
	}
	if w.inProgress[t.text] {
		return typ{} // contains itself
	}
	w.inProgress[t.text] = true
	defer delete(w.inProgress, t.text)
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

// written reports whether a type has been defined.
func (w *writer) written(name string) bool { return w.in.written[name] }

// define writes the definition of a type.
func (w *writer) define(name, text string) {
	if w.in.written[name] {
		return
	}
	w.in.written[name] = true
	w.names = append(w.names, name)
	w.types.WriteString(text)
	w.types.WriteByte('\n')
}

// members returns what follows the name in the definition of an ordinary struct.
func (w *writer) members(e *entry, size int64) string {
	parts := w.parseMembers(e)
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

// parseMembers returns the members of a struct and the structs that it inherits.
func (w *writer) parseMembers(e *entry) (parts []member) {
	e.eachChild(func(child *entry) bool {
		switch child.tag {
		case dwarf.TagMember, dwarf.TagInheritance:
			if p, ok := w.parseMember(child); ok {
				parts = append(parts, p)
			}
		}
		return len(parts) < maxMembers
	})
	slices.SortStableFunc(parts, func(a, b member) int { return int(a.off - b.off) })
	return parts
}

// parseMember returns one member. It reports false for a static one and for what the
// compiler added.
func (w *writer) parseMember(e *entry) (member, bool) {
	virtual := e.has(dwarf.AttrVirtuality) && e.tag == dwarf.TagInheritance
	if e.flag(dwarf.AttrExternal) || e.flag(dwarf.AttrDeclaration) || e.flag(dwarf.AttrArtificial) && e.tag == dwarf.TagMember || virtual {
		return member{}, false
	}
	t := w.typeOf(e)
	if t.text == "" || t.kind == void || t.kind == incomplete || t.size == 0 || isEmptyClass(&t) {
		return member{}, false
	}
	p := member{text: w.valueText(t), name: w.memberName(e, t)}
	if n, ok := e.number(dwarf.AttrBitSize); ok {
		return bitField(e, t, p, n)
	}
	off, _ := e.constantLocation(dwarf.AttrDataMemberLoc)
	p.off = off
	return p, off >= 0 && off < maxArray
}

// memberName returns the name of a member or of an inherited struct.
func (w *writer) memberName(e *entry, t typ) string {
	name := e.text(dwarf.AttrName)
	if e.tag == dwarf.TagInheritance {
		name = t.entry.baseName()
	}
	name = identifier(name)
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

// bitField returns a bit field of n bits. Before DWARF 4 its position counts from the
// highest bit of its storage unit.
func bitField(e *entry, t typ, p member, n int64) (member, bool) {
	if t.kind != number && t.kind != char || n <= 0 {
		return p, false
	}
	from, ok := e.number(attrDataBitOffset)
	if !ok {
		off, _ := e.constantLocation(dwarf.AttrDataMemberLoc)
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

// enum returns the type of an enumeration: a set of flags if its values look like one.
func (w *writer) enum(e *entry) typ {
	size, _ := e.number(dwarf.AttrByteSize)
	under := w.typeOf(e)
	t := typ{text: nameOf(e), kind: number, size: size}
	base := signed[size]
	if (under.kind == number || under.kind == char && under.text != "char") && under.size == size {
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
	w.define(t.text, enumText(t.text, base, names))
	return t
}

type enumerator struct {
	name string
	n    int64
}

func enumerators(e *entry) []enumerator {
	var names []enumerator
	e.eachChild(func(child *entry) bool {
		n, ok := child.number(dwarf.AttrConstValue)
		if name := child.text(dwarf.AttrName); child.tag == dwarf.TagEnumerator && ok && isIdentifier(name) && name != "include" && name != "mask" && name != "shift" {
			names = append(names, enumerator{name, n})
		}
		return len(names) < maxNames
	})
	return names
}

// enumText returns the definition of an enumeration, as flags or as enum.
func enumText(name, base string, names []enumerator) string {
	var b strings.Builder
	kind := "enum"
	if areFlags(names) {
		kind, base = "flags", unsignedOf(base)
		// A value with several bits comes before the single ones.
		slices.SortStableFunc(names, func(a, b enumerator) int { return bitCount(b.n) - bitCount(a.n) })
	}
	fmt.Fprintf(&b, "%s %s : %s {", kind, name, base)
	for _, x := range names {
		fmt.Fprintf(&b, " %s %d;", x.name, x.n)
	}
	b.WriteString(" }")
	return b.String()
}

// areFlags reports whether values are single bits, at least one of them above 2, and
// combinations of these, but not simply consecutive numbers.
func areFlags(names []enumerator) bool {
	single, high, next := int64(0), false, true
	for i, x := range names {
		if bitCount(x.n) == 1 && x.n > 0 {
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

func bitCount(n int64) int { return bits.OnesCount64(uint64(n)) }

// unsignedOf returns the unsigned integer type of the same size.
func unsignedOf(base string) string {
	for size, name := range signed {
		if name == base {
			return unsigned[size]
		}
	}
	return base
}
