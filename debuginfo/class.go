package debuginfo

import (
	"debug/dwarf"
	"strings"
)

// attrCallingConvention is DW_AT_calling_convention.
const attrCallingConvention dwarf.Attr = 0x36

// passByReference is DW_CC_pass_by_reference: a class is passed as the address of a copy.
const passByReference = 4

// attrDefaulted is DW_AT_defaulted.
const attrDefaulted dwarf.Attr = 0x8b

// byReference reports whether a class is passed as the address of a copy, because copying
// or destroying it takes more than moving bytes.
func (t *typ) byReference() bool {
	return t.indirect || t.entry.u != nil && t.entry.isNontrivial(0)
}

// maxBases bounds the nesting of classes that isNontrivial examines.
const maxBases = 8

// isNontrivial reports whether the compiler says that a class is passed by reference. If
// it says nothing, isNontrivial looks for a destructor, a copy constructor, virtual
// functions, or a base or member with any of these.
func (e *entry) isNontrivial(depth int) bool {
	if n, ok := e.number(attrCallingConvention); ok {
		return n == passByReference
	}
	if !e.isCPlusPlus() || depth > maxBases {
		return false
	}
	found := false
	e.eachChild(func(child *entry) bool {
		switch child.tag {
		case dwarf.TagSubprogram:
			found = child.flag(dwarf.AttrVirtuality) || e.isSpecial(child)
		case dwarf.TagMember, dwarf.TagInheritance:
			t, ok := child.plainType()
			isClass := t.tag == dwarf.TagStructType || t.tag == dwarf.TagClassType
			found = ok && isClass && !child.flag(dwarf.AttrExternal) && !child.flag(dwarf.AttrDeclaration) && t.isNontrivial(depth+1)
		}
		return !found
	})
	return found
}

// isSpecial reports whether a member function is a destructor or a copy or move
// constructor that the programmer wrote. Before DWARF 5 constructors that the compiler
// generated can't be distinguished, so that only destructors count.
func (e *entry) isSpecial(f *entry) bool {
	if f.has(attrDefaulted) {
		return false
	}
	name := f.text(dwarf.AttrName)
	if strings.HasPrefix(name, "~") {
		return true
	}
	class, _, _ := strings.Cut(e.text(dwarf.AttrName), "<")
	if name == "" || name != class || e.u.version < 5 {
		return false
	}
	list, _ := f.ownParameters(false)
	if len(list) != 2 {
		return false
	}
	to, ok := list[1].ref(dwarf.AttrType)
	if !ok || to.tag != dwarf.TagReferenceType && to.tag != dwarf.TagRvalueReferenceType {
		return false
	}
	same, ok := to.plainType()
	return ok && same.off == e.off && same.u == e.u
}

// isCPlusPlus reports whether an entry is in a C++ unit.
func (e *entry) isCPlusPlus() bool {
	switch e.u.lang() {
	case 0x04, 0x1a, 0x21, 0x2b: // DW_LANG_C_plus_plus, _11, _14, _20
		return true
	}
	return false
}

// isContainer reports whether a class that is only declared has the name of one in C++'s
// library that is passed by reference.
func (t *typ) isContainer() bool {
	if t.entry.u == nil || !t.entry.isCPlusPlus() {
		return false
	}
	name := t.entry.text(dwarf.AttrName)
	for _, prefix := range []string{
		"vector<", "map<", "multimap<", "set<", "multiset<", "unordered_map<", "unordered_set<", "list<", "deque<",
		"unique_ptr<", "shared_ptr<", "weak_ptr<", "function<", "basic_string<",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
