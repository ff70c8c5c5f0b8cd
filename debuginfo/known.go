package debuginfo

import (
	"debug/dwarf"
	"fmt"
	"strings"
)

// langRust is DW_LANG_Rust.
const langRust = 0x1c

// A wellKnown is a struct of the libraries of C++ or Rust that is shown as what it means.
// It is recognized by the prefix of its name. write returns what follows the name in its
// definition, given its leaves, or "" if the struct is built in another way.
type wellKnown struct {
	prefix string
	lang   int64 // 0: C++
	write  func(w *writer, e *entry, m leaves) string
}

func allWellKnown() []wellKnown {
	return []wellKnown{
		{"basic_string<char,", 0, textIn("_M_p", "_M_string_length")},
		{"basic_string_view<char,", 0, textIn("_M_str", "_M_len")},
		{"vector<", 0, vector},
		{"unique_ptr<", 0, pointerIn("_M_head_impl")},
		{"shared_ptr<", 0, pointerIn("_M_ptr")},
		{"map<", 0, sizeIn("_M_node_count")},
		{"multimap<", 0, sizeIn("_M_node_count")},
		{"set<", 0, sizeIn("_M_node_count")},
		{"multiset<", 0, sizeIn("_M_node_count")},
		{"unordered_map<", 0, sizeIn("_M_element_count")},
		{"unordered_set<", 0, sizeIn("_M_element_count")},
		{"&str", langRust, textIn("data_ptr", "length")},
		{"&mut str", langRust, textIn("data_ptr", "length")},
		{"alloc::boxed::Box<str", langRust, textIn("data_ptr", "length")},
		{"Box<str", langRust, textIn("data_ptr", "length")},
		{"&[", langRust, slice("data_ptr", "length")},
		{"&mut [", langRust, slice("data_ptr", "length")},
		{"String", langRust, textIn("*", "len")},
		{"PathBuf", langRust, textIn("*", "len")},
		{"OsString", langRust, textIn("*", "len")},
		{"CString", langRust, textIn("data_ptr", "length")},
		{"Vec<", langRust, rustVec},
	}
}

// meaning returns what follows the name in the definition of a well-known struct, or "" if
// e is not one.
func (w *writer) meaning(e *entry, size int64) string {
	name, lang := e.text(dwarf.AttrName), e.u.lang()
	if lang == langRust && e.tag == dwarf.TagStructType {
		if text := w.variants(e, size); text != "" {
			return text
		}
	}
	if lang == langGo {
		if text := w.goMeaning(e); text != "" {
			return fmt.Sprintf(" size %d%s", size, text)
		}
		return ""
	}
	for _, x := range allWellKnown() {
		if (x.lang != 0 || lang == langRust) && x.lang != lang || !strings.HasPrefix(name, x.prefix) {
			continue
		}
		if text := x.write(w, e, leavesOf(e)); text != "" {
			return fmt.Sprintf(" size %d%s", size, text)
		}
	}
	return ""
}

// A leaf is a member of a struct, or of a struct in it, that is not a struct itself.
type leaf struct {
	name string
	off  int64
	typ  entry
}

type leaves []leaf

// Bounds on looking for leaves.
const (
	maxLeaves    = 64
	maxLeafDepth = 10
	maxBranches  = 256 // structs
)

func leavesOf(e *entry) leaves {
	var list leaves
	branches := maxBranches
	list.add(e, 0, 0, &branches)
	return list
}

// add adds the leaves of a struct at an offset. Each struct takes one of branches, since
// very many structs may have no leaf at all.
func (l *leaves) add(e *entry, off int64, depth int, branches *int) {
	*branches--
	e.eachChild(func(child *entry) bool {
		if child.tag != dwarf.TagMember && child.tag != dwarf.TagInheritance || child.flag(dwarf.AttrExternal) || child.flag(dwarf.AttrDeclaration) {
			return true
		}
		at, _ := child.constantLocation(dwarf.AttrDataMemberLoc)
		t, ok := child.plainType()
		switch {
		case !ok:
		case t.tag == dwarf.TagStructType || t.tag == dwarf.TagClassType:
			if depth < maxLeafDepth {
				l.add(&t, off+at, depth+1, branches)
			}
		default:
			*l = append(*l, leaf{child.text(dwarf.AttrName), off + at, t})
		}
		return len(*l) < maxLeaves && *branches > 0
	})
}

// plainType returns the type of an entry without qualifiers and typedefs.
func (e *entry) plainType() (entry, bool) {
	t, ok := e.ref(dwarf.AttrType)
	for range maxNesting {
		if !ok || !isAlias(t.tag) {
			return t, ok
		}
		t, ok = t.ref(dwarf.AttrType)
	}
	return t, false
}

func isAlias(t dwarf.Tag) bool {
	switch t {
	case dwarf.TagConstType, dwarf.TagVolatileType, dwarf.TagRestrictType, dwarf.TagAtomicType, dwarf.TagTypedef:
		return true
	}
	return false
}

// find returns the leaf of that name; "*": the only pointer.
func (l leaves) find(name string) (leaf, bool) {
	var found leaf
	n := 0
	for _, x := range l {
		if x.name == name || name == "*" && x.typ.tag == dwarf.TagPointerType {
			found = x
			n++
		}
	}
	return found, n == 1
}

// textIn writes a struct as the text that a pointer in it points to.
func textIn(ptr, length string) func(*writer, *entry, leaves) string {
	return func(_ *writer, _ *entry, m leaves) string {
		p, ok := m.find(ptr)
		n, ok2 := m.find(length)
		if !ok || !ok2 {
			return ""
		}
		return fmt.Sprintf(" as text { at %d string[length] text; at %d ulong length; }", p.off, n.off)
	}
}

// slice writes a struct as the elements that a pointer in it points to: Rust's &[T] and
// Go's []T.
func slice(ptr, length string) func(*writer, *entry, leaves) string {
	return func(w *writer, _ *entry, m leaves) string {
		p, ok := m.find(ptr)
		n, ok2 := m.find(length)
		elem, ok3 := p.typ.ref(dwarf.AttrType)
		if !ok || !ok2 || !ok3 {
			return ""
		}
		text := w.items(&elem, p.off, n.off)
		if room, ok := m.find("cap"); ok {
			text = strings.Replace(text, "; }", fmt.Sprintf("; at %d ulong cap; }", room.off), 1)
		}
		return text
	}
}

// rustVec writes Vec<T>, whose pointer has no element type.
func rustVec(w *writer, e *entry, m leaves) string {
	p, ok := m.find("*")
	n, ok2 := m.find("len")
	elem, ok3 := e.templateType()
	if !ok || !ok2 || !ok3 {
		return ""
	}
	return w.items(&elem, p.off, n.off)
}

// items writes a struct as the elements that the pointer at offset ptr points to; their
// number is at offset length.
func (w *writer) items(elem *entry, ptr, length int64) string {
	t := w.typ(elem)
	switch {
	case t.kind == char || t.text == "uchar":
		return fmt.Sprintf(" as items { at %d buffer[length] items; at %d ulong length; }", ptr, length)
	case t.text == "" || t.size == 0:
		return ""
	}
	return fmt.Sprintf(" as items { at %d array(%s, length)* items; at %d ulong length; }", ptr, w.valueText(t), length)
}

// vector writes libstdc++'s std::vector<T>, which has pointers to its first element and
// past its last one.
func vector(w *writer, _ *entry, m leaves) string {
	first, ok := m.find("_M_start")
	last, ok2 := m.find("_M_finish")
	if !ok || !ok2 || first.typ.tag != dwarf.TagPointerType {
		return ""
	}
	elem, ok := first.typ.ref(dwarf.AttrType)
	if !ok {
		return ""
	}
	t := w.typ(&elem)
	if t.text == "" || t.size <= 0 {
		return ""
	}
	return fmt.Sprintf(" as items { at %d array(%s, (last - first) / %d)* items; at %d ulong first; at %d ulong last; }",
		first.off, w.valueText(t), t.size, first.off, last.off)
}

// pointerIn writes a struct as the pointer in it. The pointee is the first type argument
// of the template.
func pointerIn(name string) func(*writer, *entry, leaves) string {
	return func(w *writer, e *entry, m leaves) string {
		p, ok := m.find(name)
		if !ok || p.typ.tag != dwarf.TagPointerType {
			return ""
		}
		text := "addr"
		if to, ok := e.templateType(); ok {
			if t := w.pointee(&to); t.kind == number {
				text = t.text + "*"
			}
		}
		return fmt.Sprintf(" as pointer { at %d %s pointer; }", p.off, text)
	}
}

// templateType returns the first type argument of a template.
func (e *entry) templateType() (t entry, ok bool) {
	e.eachChild(func(child *entry) bool {
		if child.tag == dwarf.TagTemplateTypeParameter {
			t, ok = child.ref(dwarf.AttrType)
		}
		return !ok
	})
	return t, ok
}

// sizeIn writes a container as the number of its elements.
func sizeIn(name string) func(*writer, *entry, leaves) string {
	return func(_ *writer, _ *entry, m leaves) string {
		n, ok := m.find(name)
		if !ok {
			return ""
		}
		return fmt.Sprintf(" { at %d ulong size; }", n.off)
	}
}

// declaredString returns libstdc++'s std::string, which clang only declares because the
// library defines it.
func (w *writer) declaredString() typ {
	w.define("std_string", "struct std_string size 32 as text { at 0 string[length] text; at 8 ulong length; }")
	return typ{text: "std_string", kind: record, size: 32, indirect: true}
}
