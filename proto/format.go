package proto

import (
	"strconv"
	"strings"
)

// Format parses text and writes it in one form: the formatter of prototype
// files. Items that can't be parsed, and comments, are left out. What it
// returns means the same as text, and is its own Format.
func Format(text string) string {
	w := &writer{}
	for _, c := range split(text) {
		if d, err := parseItem("", c); err == nil {
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

func (w *writer) decl(d *decl) {
	switch d.kind {
	case kindPrototype:
		w.prototype(d)
	case kindTypedef:
		w.put("typedef ", d.name, " = ")
		if d.typ == nil {
			w.put("struct")
		} else {
			w.typ(d.typ)
		}
		w.put(";\n")
	case kindFlags, kindEnum:
		w.put(d.kind, " ", d.name)
		w.setOptions(d.set)
		w.put(" {\n")
		w.entries(d.entries, "\t", "\n")
		w.put("}\n")
	case kindStruct, kindUnion:
		w.put(d.kind, " ", d.name)
		if d.packed {
			w.put(" packed")
		}
		if d.atLeast != nil {
			w.put(" from ", d.atLeast.text)
		}
		if d.size != nil {
			w.put(" size ", d.size.text)
		}
		if d.sole != "" {
			w.put(" as ", d.sole)
		}
		w.put(" ")
		w.members(d.members, "\t")
		w.put("\n")
	case kindConst:
		w.put("const ", d.name)
		w.value(d.val)
		w.put(";\n")
	case kindImport:
		w.put("import \"", d.path, "\";\n")
	}
}

func (w *writer) setOptions(o setOpts) {
	if o.typ != nil {
		w.put(" : ")
		w.typ(o.typ)
	}
	for _, s := range []string{o.base, o.want} {
		if s != "" {
			w.put(" ", s)
		}
	}
}

// entries writes each entry between before and after.
func (w *writer) entries(list []*entry, before, after string) {
	for _, e := range list {
		w.put(before)
		switch {
		case e.grouped:
			w.put("mask ", e.mask.text)
			if e.name != "" {
				w.put(" ", e.name)
			}
			w.put(" {")
			w.entries(e.group, " ", "")
			w.put(" }")
		case e.word == "mask":
			w.put("mask ", e.mask.text, " ", e.name)
		case e.word == "shift":
			w.put("shift ", e.shift.text, " ", e.mask.text, " ", e.name)
		case e.word == "include":
			w.put("include ", e.name)
		default:
			w.put(e.name)
			w.value(e.val)
		}
		w.put(";", after)
	}
}

func (w *writer) value(v *value) {
	if v == nil {
		return
	}
	w.put(" ", v.text)
	for _, a := range v.archs {
		w.put(" ", a.arch, ":", a.text)
	}
}

func (w *writer) prototype(d *decl) {
	w.typ(d.typ)
	w.put(" ", d.name, "(")
	for i, p := range d.params {
		if i > 0 {
			w.put(", ")
		}
		w.direction(p.dir)
		w.typ(p.typ)
		w.named(p.name, p.cond)
	}
	w.ending(d)
}

// ending writes what comes after the last parameter.
func (w *writer) ending(d *decl) {
	switch {
	case d.dots && len(d.params) > 0:
		w.put(", ...")
	case d.dots:
		w.put("...")
	case len(d.params) == 0:
		w.put("void")
	}
	w.put(")")
	if d.noReturn {
		w.put(" noreturn")
	}
	if d.goCall {
		w.put(" go")
	}
	if d.fails != nil {
		w.put(" fails(")
		w.direction(d.fails.op)
		w.put(d.fails.val.text, ")")
	}
	if d.errno {
		w.put(" errno")
	}
	for i, x := range d.named {
		if i == 0 {
			w.put(" named(")
		} else {
			w.put(", ")
		}
		w.put(x.text)
	}
	if d.named != nil {
		w.put(")")
	}
	w.put(";\n")
}

func (w *writer) direction(dir byte) {
	if dir != 0 {
		w.WriteByte(dir)
	}
}

func (w *writer) named(name string, cond *expr) {
	if name != "" {
		w.put(" ", name)
	}
	if cond != nil {
		w.put(" if ")
		w.expr(cond)
	}
}

func (w *writer) typ(t *typeExpr) {
	w.put(t.word)
	switch {
	case t.word == "array":
		w.put("(")
		w.typ(t.args[0])
		w.put(", ")
		w.expr(t.length)
		w.put(")")
	case t.word == "switch":
		w.choice(t)
	case t.word == "enum":
		w.inlineEnum(t)
	case t.members != nil:
		w.put(" ")
		w.members(t.members, " ")
	case t.args != nil:
		w.args(t)
	case t.length != nil:
		w.put("[")
		w.expr(t.length)
		w.put("]")
	}
	w.put(strings.Repeat("*", t.stars))
}

func (w *writer) args(t *typeExpr) {
	w.put("(")
	if t.num != nil && t.count == nil {
		w.put(t.num.text, ", ")
	}
	for i, a := range t.args {
		if i > 0 {
			w.put(", ")
		}
		if i == 1 && t.label != "" {
			w.put("\"", t.label, "\", ")
		}
		w.typ(a)
	}
	if t.count != nil {
		w.put(", ", t.num.text, ", ", t.count.text)
	}
	w.put(")")
}

func (w *writer) inlineEnum(t *typeExpr) {
	if t.base != nil {
		w.put("[")
		w.typ(t.base)
		w.put("]")
	}
	w.put("(")
	for i, e := range t.entries {
		if i > 0 {
			w.put(", ")
		}
		w.put(e.name)
		if e.val != nil {
			w.put("=", e.val.text)
		}
	}
	w.put(")")
}

func (w *writer) choice(t *typeExpr) {
	w.put("(")
	w.expr(t.on)
	w.put(") {")
	for _, c := range t.cases {
		w.put(" ")
		for i, l := range c.labels {
			if i > 0 {
				w.put(", ")
			}
			w.expr(l)
		}
		if len(c.labels) == 0 {
			w.put("default")
		}
		w.put(": ")
		w.direction(c.dir)
		w.typ(c.typ)
		w.put(";")
	}
	w.put(" }")
}

// members writes the members in braces, each after the given blank: a tab
// stands for lines of their own.
func (w *writer) members(list []*member, blank string) {
	w.put("{")
	for _, m := range list {
		if blank == "\t" {
			w.put("\n")
		}
		w.put(blank)
		if m.more {
			w.put("more ")
		}
		if m.off != nil {
			w.put("at ", m.off.text, " ")
		}
		w.typ(m.typ)
		w.named(m.name, m.cond)
		w.put(";")
	}
	if blank == "\t" {
		blank = "\n"
	}
	w.put(blank, "}")
}

var opText = map[exprOp]string{
	opAdd: " + ", opSub: " - ", opOr: " | ", opMul: " * ", opDiv: " / ", opAnd: " & ", opShift: " >> ",
}

// expr writes sums inside terms in parentheses, and no others.
func (w *writer) expr(x *expr) {
	switch x.op {
	case opInt, opName:
		w.put(x.text)
	case opArg:
		w.put("arg", strconv.FormatUint(x.num, 10))
	case opElt:
		w.put("elt", strconv.FormatUint(x.num, 10))
	case opResult:
		w.put("retval")
	case opDeref:
		w.put("*", x.text)
	case opZero:
		w.put("zero")
		if x.x != nil {
			w.put("(")
			w.expr(x.x)
			w.put(")")
		}
	case opMin:
		w.put("min(")
		w.expr(x.x)
		w.put(", ")
		w.expr(x.y)
		w.put(")")
	default:
		w.operand(x.x, x.op, false)
		w.put(opText[x.op])
		w.operand(x.y, x.op, true)
	}
}

// operand puts x in parentheses if it would bind otherwise without them.
func (w *writer) operand(x *expr, op exprOp, right bool) {
	if isSum(x.op) && !isSum(op) || right && (isSum(x.op) || isTerm(x.op)) && isSum(x.op) == isSum(op) {
		w.put("(")
		w.expr(x)
		w.put(")")
		return
	}
	w.expr(x)
}

func isSum(op exprOp) bool { return op == opAdd || op == opSub || op == opOr }

func isTerm(op exprOp) bool { return op >= opMul && op <= opShift }
