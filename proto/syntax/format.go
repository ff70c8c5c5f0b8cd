package syntax

import "strings"

// Format returns text in canonical form. It drops comments and items that can't be
// parsed. The result means the same as text, and formatting it again changes nothing.
func Format(text string) string {
	w := &writer{}
	for _, c := range Split(text) {
		if d, err := Parse("", c); err == nil {
			w.decl(d)
		}
	}
	return w.String()
}

type writer struct{ strings.Builder }

// put writes its arguments one after another.
func (w *writer) put(parts ...string) {
	for _, s := range parts {
		w.WriteString(s)
	}
}

func (w *writer) decl(d *Decl) {
	switch d.Kind {
	case KindPrototype:
		w.prototype(d)
	case KindTypedef:
		w.put("typedef ", d.Name, " = ")
		if d.Type == nil {
			w.put("struct")
		} else {
			w.typ(d.Type)
		}
		w.put(";\n")
	case KindFlags, KindEnum:
		w.put(d.Kind, " ", d.Name)
		w.setOptions(d.Set)
		w.put(" {\n")
		w.entries(d.Entries, "\t", "\n")
		w.put("}\n")
	case KindStruct, KindUnion:
		w.put(d.Kind, " ", d.Name)
		if d.Packed {
			w.put(" packed")
		}
		if d.AtLeast != nil {
			w.put(" from ", d.AtLeast.Text)
		}
		if d.Size != nil {
			w.put(" size ", d.Size.Text)
		}
		if d.ShownAs != "" {
			w.put(" as ", d.ShownAs)
		}
		w.put(" ")
		w.members(d.Members, "\t")
		w.put("\n")
	case KindConst:
		w.put("const ", d.Name)
		w.value(d.Value)
		w.put(";\n")
	case KindImport:
		w.put("import \"", d.Path, "\";\n")
	case KindExplain:
		w.explanation(d)
	}
}

func (w *writer) setOptions(o SetOptions) {
	if o.Type != nil {
		w.put(" : ")
		w.typ(o.Type)
	}
	for _, s := range []string{o.Base, o.Want} {
		if s != "" {
			w.put(" ", s)
		}
	}
}

// entries writes each entry between before and after.
func (w *writer) entries(list []*Entry, before, after string) {
	for _, e := range list {
		w.put(before)
		switch {
		case e.Grouped:
			w.put("mask ", e.Mask.Text)
			if e.Name != "" {
				w.put(" ", e.Name)
			}
			w.put(" {")
			w.entries(e.Group, " ", "")
			w.put(" }")
		case e.Word == "mask":
			w.put("mask ", e.Mask.Text, " ", e.Name)
		case e.Word == "shift":
			w.put("shift ", e.Shift.Text, " ", e.Mask.Text, " ", e.Name)
		case e.Word == "include":
			w.put("include ", e.Name)
		default:
			w.put(e.Name)
			w.value(e.Value)
		}
		w.put(";", after)
	}
}

func (w *writer) value(v *Value) {
	if v == nil {
		return
	}
	w.put(" ", v.Text)
	for _, a := range v.archs {
		w.put(" ", a.arch, ":", a.text)
	}
}

func (w *writer) prototype(d *Decl) {
	w.typ(d.Type)
	w.put(" ", d.Name, "(")
	for i, p := range d.Params {
		if i > 0 {
			w.put(", ")
		}
		w.direction(p.Dir)
		w.typ(p.Type)
		w.named(p.Name, p.Cond)
	}
	w.ending(d)
}

// ending writes everything after the last parameter.
func (w *writer) ending(d *Decl) {
	switch {
	case d.Variadic && len(d.Params) > 0:
		w.put(", ...")
	case d.Variadic:
		w.put("...")
	case len(d.Params) == 0:
		w.put("void")
	}
	w.put(")")
	if d.NoReturn {
		w.put(" noreturn")
	}
	if d.GoCall {
		w.put(" go")
	}
	if d.Fails != nil {
		w.put(" fails(")
		w.direction(d.Fails.Op)
		w.put(d.Fails.Value.Text, ")")
	}
	if d.Errno != "" {
		w.put(" ", d.Errno)
	}
	w.heap(d)
	for i, x := range d.Named {
		if i == 0 {
			w.put(" named(")
		} else {
			w.put(", ")
		}
		w.put(x.Text)
	}
	if d.Named != nil {
		w.put(")")
	}
	w.put(";\n")
}

func (w *writer) heap(d *Decl) {
	if d.Frees != nil {
		w.put(" frees(")
		w.expr(d.Frees)
		w.put(")")
	}
	if d.Alloc == nil {
		return
	}
	w.put(" allocates")
	if d.Alloc.Size != nil {
		w.put("(")
		w.expr(d.Alloc.Size)
		if d.Alloc.Block != nil {
			w.put(", ")
			w.expr(d.Alloc.Block)
		}
		w.put(")")
	}
}

func (w *writer) direction(dir byte) {
	if dir != 0 {
		w.WriteByte(dir)
	}
}

func (w *writer) named(name string, cond *Expr) {
	if name != "" {
		w.put(" ", name)
	}
	if cond != nil {
		w.put(" if ")
		w.expr(cond)
	}
}

// String returns t as Format writes it.
func (t *Type) String() string {
	w := &writer{}
	w.typ(t)
	return strings.TrimSpace(w.String())
}

func (w *writer) typ(t *Type) {
	w.put(t.Word)
	switch {
	case t.Word == "array":
		w.put("(")
		w.typ(t.Args[0])
		w.put(", ")
		w.expr(t.Length)
		w.put(")")
	case t.Word == "switch":
		w.choice(t)
	case t.Word == "enum":
		w.inlineEnum(t)
	case t.Members != nil:
		w.put(" ")
		w.members(t.Members, " ")
	case t.Args != nil:
		w.args(t)
	case t.Length != nil:
		w.put("[")
		w.expr(t.Length)
		w.put("]")
	}
	w.put(strings.Repeat("*", t.Stars))
}

func (w *writer) args(t *Type) {
	w.put("(")
	if t.Num != nil && t.Count == nil {
		w.put(t.Num.Text, ", ")
	}
	for i, a := range t.Args {
		if i > 0 {
			w.put(", ")
		}
		if i == 1 && t.Label != "" {
			w.put("\"", t.Label, "\", ")
		}
		w.typ(a)
	}
	if t.Count != nil {
		w.put(", ", t.Num.Text, ", ", t.Count.Text)
	}
	w.put(")")
}

func (w *writer) inlineEnum(t *Type) {
	if t.Base != nil {
		w.put("[")
		w.typ(t.Base)
		w.put("]")
	}
	w.put("(")
	for i, e := range t.Entries {
		if i > 0 {
			w.put(", ")
		}
		w.put(e.Name)
		if e.Value != nil {
			w.put("=", e.Value.Text)
		}
	}
	w.put(")")
}

func (w *writer) choice(t *Type) {
	w.put("(")
	w.expr(t.On)
	w.put(") {")
	for _, c := range t.Cases {
		w.put(" ")
		for i, l := range c.Labels {
			if i > 0 {
				w.put(", ")
			}
			w.expr(l)
		}
		if len(c.Labels) == 0 {
			w.put("default")
		}
		w.put(": ")
		w.direction(c.Dir)
		w.typ(c.Type)
		w.put(";")
	}
	w.put(" }")
}

// members writes members in braces, each after the given blank. If that is a tab,
// each has a line of its own.
func (w *writer) members(list []*Member, blank string) {
	w.put("{")
	for _, m := range list {
		if blank == "\t" {
			w.put("\n")
		}
		w.put(blank)
		if m.More {
			w.put("more ")
		}
		if m.Off != nil {
			w.put("at ", m.Off.Text, " ")
		}
		w.typ(m.Type)
		w.named(m.Name, m.Cond)
		w.put(";")
	}
	if blank == "\t" {
		blank = "\n"
	}
	w.put(blank, "}")
}
