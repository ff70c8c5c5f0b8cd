package debuginfo

import (
	"debug/dwarf"
	"fmt"
	"strings"
)

// maxVariants is the most variants of an enum.
const maxVariants = 200

// variants returns what follows the name in the definition of a Rust enum whose variants
// have values: the variant is shown by its name with its values. It returns "" if e is not
// such an enum.
func (w *writer) variants(e *entry, size int64) string {
	text := ""
	e.eachChild(func(child *entry) bool {
		if child.tag != dwarf.TagVariantPart {
			return true
		}
		text = w.variantPart(child, size)
		return false
	})
	return text
}

// variantPart returns the text of the discriminant and of a case for each variant.
func (w *writer) variantPart(e *entry, size int64) string {
	discr, ok := e.ref(dwarf.AttrDiscr)
	if !ok {
		return "" // only one variant is possible
	}
	off, _ := discr.constantLocation(dwarf.AttrDataMemberLoc)
	t := w.typeOf(&discr)
	kind := unsigned[t.size]
	if kind == "" || t.size > 8 || off < 0 || off > maxArray {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, " size %d as value { at %d hide(%s) discr; at 0 switch(discr) {", size, off, kind)
	n := 0
	e.eachChild(func(child *entry) bool {
		if child.tag == dwarf.TagVariant {
			b.WriteString(w.variant(child, off, kind, t.size))
			n++
		}
		return n < maxVariants
	})
	b.WriteString(" } value; }")
	return b.String()
}

// variant returns the text of one case.
func (w *writer) variant(e *entry, off int64, kind string, size int64) string {
	label := "default"
	num, chosen := e.number(dwarf.AttrDiscrValue)
	if chosen {
		label = fmt.Sprintf("%#x", uint64(num)<<(64-8*size)>>(64-8*size))
	}
	text := ""
	e.eachChild(func(child *entry) bool {
		name := identifier(child.text(dwarf.AttrName))
		if child.tag != dwarf.TagMember || name == "" {
			return true
		}
		t := w.typeOf(child)
		at, _ := child.constantLocation(dwarf.AttrDataMemberLoc)
		switch {
		case t.kind != record || t.size == 0:
		case len(leavesOf(&t.entry)) > 0 || !chosen:
			text = fmt.Sprintf(" %s: struct { at %d %s %s; };", label, at, t.text, name)
		default: // only its name
			text = fmt.Sprintf(" %s: struct { at %d enum[%s](%s=%s); };", label, off, kind, name, label)
		}
		return false
	})
	return text
}
