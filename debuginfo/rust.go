package debuginfo

import (
	"debug/dwarf"
	"strings"
)

// isMangled tells Rust's own functions, which have a calling convention of their
// own, from those that it offers to C.
func isMangled(name string) bool {
	return strings.HasPrefix(name, "_R") || strings.HasPrefix(name, "_ZN")
}

// rustParam writes a struct as Rust passes it: one or two numbers or pointers in
// registers of their own, what is larger than two words by its address. What lies
// between is not told.
func (w *writer) rustParam(p param) ([]param, bool) {
	if p.size > 16 {
		p.text += "*"
		return []param{p}, true
	}
	m := leavesOf(&p.entry)
	switch {
	case len(m) == 1 || len(m) == 2 && p.size == 16:
		return []param{p}, true // as C passes it
	case len(m) == 2:
		var list []param
		for _, l := range m {
			t := w.typ(&l.typ)
			if t.kind != number && t.kind != pointer {
				return nil, false
			}
			list = append(list, param{typ: t, name: word(l.name)})
		}
		list[0].name = p.name
		return list, true
	}
	return nil, false
}

// rustResult is the type of a struct that Rust returns.
func (w *writer) rustResult(t typ) string {
	m := leavesOf(&t.entry)
	switch {
	case t.size == 0:
		return "void"
	case t.size > 16:
		return "=" + t.text + "*"
	case len(m) == 1 || len(m) == 2 && t.size == 16 && m[0].typ.tag != dwarf.TagBaseType:
		return t.text
	}
	return "evident" // in which registers its parts are is not known
}
