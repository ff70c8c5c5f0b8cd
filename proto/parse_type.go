package proto

import (
	"strconv"
	"strings"
)

// entries reads the entries of a set, in braces.
func (p *parser) entries(flags bool) []*entry {
	p.enter()
	defer p.leave()
	var list []*entry
	p.expect("{")
	for !p.is("}") && p.tok.kind != tokEOF {
		list = append(list, p.entry(flags))
		for p.accept(";") || p.accept(",") {
		}
	}
	p.expect("}")
	return list
}

func (p *parser) entry(flags bool) *entry {
	e := &entry{at: p.tok.at, name: p.word("a name")}
	switch {
	case e.name == "include" && p.tok.kind == tokWord:
		e.word, e.name = "include", p.advance().text
	case flags && e.name == "mask" && p.tok.kind == tokInt:
		p.mask(e)
	case flags && e.name == "shift" && p.tok.kind == tokInt:
		e.word, e.shift, e.mask = "shift", p.plain(), p.plain()
		e.name = p.word("a name")
	case p.accept("=") || p.tok.kind == tokInt || p.is("-"):
		e.val = p.value()
	}
	return e
}

func (p *parser) mask(e *entry) {
	e.word, e.mask, e.name = "mask", p.plain(), ""
	if p.tok.kind == tokWord && strings.Contains(p.tok.text, "?") {
		e.name = p.advance().text
	}
	if e.name != "" || p.is("{") {
		e.grouped = true
		e.group = p.entries(false)
		return
	}
	e.name = p.word("{ or the name of an enum")
}

// plain is a value that is the same everywhere.
func (p *parser) plain() *value {
	v := &value{}
	v.text, v.num = p.integer()
	return v
}

// members reads the members of a struct or union, in braces.
func (p *parser) members() []*member {
	p.enter()
	defer p.leave()
	list := []*member{}
	p.expect("{")
	for !p.is("}") && p.tok.kind != tokEOF {
		m := &member{at: p.tok.at}
		m.more = p.accept("more")
		if p.is("at") && p.peek().kind == tokInt {
			p.advance()
			m.off = p.plain()
		}
		m.typ = p.typ()
		if p.tok.kind == tokWord && !p.is("if") {
			m.name = p.advance().text
		}
		m.cond = p.condition()
		p.expect(";")
		list = append(list, m)
	}
	p.expect("}")
	return list
}

// typ reads a type with its stars.
func (p *parser) typ() *typeExpr {
	p.enter()
	defer p.leave()
	konst := p.qualifiers()
	t := &typeExpr{at: p.tok.at}
	t.word = p.word("a type")
	p.typeRest(t)
	konst = p.qualifiers() || konst
	for p.accept("*") {
		t.stars++
		p.qualifiers()
	}
	if konst && t.stars > 0 && t.length == nil && t.args == nil {
		constText(t)
	}
	return t
}

// qualifiers passes what says nothing about the bits; it tells whether const
// was among it.
func (p *parser) qualifiers() (konst bool) {
	for {
		switch {
		case p.is("const"):
			konst = true
		case p.is("volatile"), p.is("restrict"), p.is("__restrict"):
		case (p.is("struct") || p.is("union") || p.is("enum")) && p.peek().kind == tokWord:
		default:
			return konst
		}
		p.advance()
	}
}

// constText makes const char * a string: what is const and char is text.
func constText(t *typeExpr) {
	switch t.word {
	case "char":
		t.word = "string"
	case "wchar_t":
		t.word = "wstring"
	default:
		return
	}
	t.stars--
}

// typeRest reads what belongs to the word of a type.
func (p *parser) typeRest(t *typeExpr) {
	switch t.word {
	case "unsigned", "signed", "long", "short":
		p.spelled(t)
	case "float", "double":
		if !p.complex(t) {
			p.plainRest(t)
		}
	case "_Complex":
		t.word = p.word("float, double or long double")
		p.typeRest(t)
		if !strings.HasPrefix(t.word, "c") {
			t.word = "c" + t.word
		}
	case "itn": // in ltrace's grammar, and thus perhaps in someone's file
		t.word = "int"
	case "enum":
		p.inlineEnum(t)
	case "struct", "union":
		p.inlineStruct(t)
	case "switch":
		p.choice(t)
	case "array":
		p.array(t)
	case "also":
		p.also(t)
	case "becomes":
		p.becomes(t)
	case "after":
		p.after(t)
	case "bits":
		p.bits(t)
	default:
		p.plainRest(t)
	}
}

// complex makes t complex if the next word says so.
func (p *parser) complex(t *typeExpr) bool {
	if !p.accept("complex") && !p.accept("_Complex") {
		return false
	}
	t.word = "c" + t.word
	return true
}

// spelled reads C's number types of several words.
func (p *parser) spelled(t *typeExpr) {
	words := " " + t.word
	for p.tok.kind == tokWord && strings.Contains(" unsigned signed long short int char double __int128 ", " "+p.tok.text+" ") {
		words += " " + p.advance().text
	}
	count := func(w string) int { return strings.Count(words+" ", " "+w+" ") }
	switch {
	case count("double") > 0:
		t.word = "ldouble"
		p.complex(t)
		return
	case count("__int128") > 0:
		t.word = "int128"
	case count("char") > 0:
		t.word = "schar"
	case count("short") > 0:
		t.word = "short"
	case strings.Count(words, " long") > 1:
		t.word = "llong"
	case count("long") > 0:
		t.word = "long"
	default:
		t.word = "int"
	}
	if count("unsigned") > 0 {
		t.word = "u" + strings.TrimPrefix(t.word, "s")
		if strings.HasSuffix(t.word, "hort") {
			t.word = "ushort"
		}
	}
}

func (p *parser) inlineEnum(t *typeExpr) {
	if p.accept("[") {
		t.base = p.typ()
		p.expect("]")
	}
	p.expect("(")
	for {
		e := &entry{at: p.tok.at, name: p.word("a name")}
		if p.accept("=") {
			e.val = p.plain()
		}
		t.entries = append(t.entries, e)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
}

func (p *parser) inlineStruct(t *typeExpr) {
	if p.is("{") {
		t.members = p.members()
		return
	}
	p.expect("(")
	t.members = nil
	t.args = p.typeList()
	p.expect(")")
}

// typeList reads types up to a closing parenthesis. It may be empty.
func (p *parser) typeList() []*typeExpr {
	list := []*typeExpr{}
	for !p.is(")") && p.tok.kind != tokEOF {
		list = append(list, p.typ())
		if !p.accept(",") {
			break
		}
	}
	return list
}

func (p *parser) choice(t *typeExpr) {
	p.expect("(")
	t.on = p.expr()
	p.expect(")")
	p.expect("{")
	for !p.is("}") && p.tok.kind != tokEOF {
		t.cases = append(t.cases, p.caseLine())
		if !p.accept(";") {
			break
		}
	}
	p.expect("}")
}

func (p *parser) caseLine() *caseExpr {
	c := &caseExpr{at: p.tok.at}
	if !p.accept("default") {
		c.labels = append(c.labels, p.expr())
		for p.accept(",") {
			c.labels = append(c.labels, p.expr())
		}
	}
	p.expect(":")
	c.dir = p.direction()
	c.typ = p.typ()
	return c
}

func (p *parser) array(t *typeExpr) {
	p.expect("(")
	t.args = []*typeExpr{p.typ()}
	p.expect(",")
	t.length = p.expr()
	p.expect(")")
}

func (p *parser) also(t *typeExpr) {
	p.expect("(")
	t.args = []*typeExpr{p.typ()}
	p.expect(",")
	if p.tok.kind == tokString {
		t.label = p.advance().text
		p.expect(",")
	}
	t.args = append(t.args, p.typ())
	p.expect(")")
}

func (p *parser) becomes(t *typeExpr) {
	p.expect("(")
	t.args = []*typeExpr{p.typ()}
	p.expect(",")
	t.args = append(t.args, p.typ())
	p.expect(")")
}

func (p *parser) after(t *typeExpr) {
	p.expect("(")
	t.num = p.plain()
	p.expect(",")
	t.args = []*typeExpr{p.typ()}
	p.expect(")")
}

func (p *parser) bits(t *typeExpr) {
	p.expect("(")
	t.args = []*typeExpr{p.typ()}
	p.expect(",")
	t.num = p.plain()
	p.expect(",")
	t.count = p.plain()
	p.expect(")")
}

// plainRest reads the arguments or the length after the name of a lens or type.
func (p *parser) plainRest(t *typeExpr) {
	if n, ok := strings.CutPrefix(t.word, "string"); ok && n != "" {
		if i, err := strconv.ParseUint(n, 10, 8); err == nil {
			t.word = "string"
			t.length = &expr{at: t.at, op: opArg, num: i}
			return
		}
	}
	switch {
	case p.accept("("):
		t.args = p.typeList()
		p.expect(")")
	case p.accept("["):
		t.length = p.expr()
		p.expect("]")
	}
}
