package debuginfo

import (
	"debug/dwarf"
	"strings"
)

// isMangled reports whether a function has a mangled Rust name. It then uses Rust's own
// calling convention, unlike those exported to C.
func isMangled(name string) bool {
	return strings.HasPrefix(name, "_R") || strings.HasPrefix(name, "_ZN")
}

// rustParam returns a struct as Rust passes it: one or two numbers or pointers each in a
// register, and a struct of more than two words by its address. It reports false for other
// structs, of which this is unknown.
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
			list = append(list, param{typ: t, name: identifier(l.name)})
		}
		list[0].name = p.name
		return list, true
	}
	return nil, false
}

// rustResult returns the type of a struct that Rust returns.
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
