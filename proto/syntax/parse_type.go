package syntax

import (
	"strconv"
	"strings"
)

// entries reads the entries of flags or an enum, in braces.
func (p *parser) entries(flags bool) []*Entry {
	p.nest()
	defer p.unnest()
	var list []*Entry
	p.expect("{")
	for !p.is("}") && p.tok.kind != tokEOF {
		list = append(list, p.entry(flags))
		for p.accept(";") || p.accept(",") {
		}
	}
	p.expect("}")
	return list
}

func (p *parser) entry(flags bool) *Entry {
	e := &Entry{At: p.tok.at, Name: p.word("a name")}
	switch {
	case e.Name == "include" && p.tok.kind == tokWord:
		e.Word, e.Name = "include", p.advance().text
	case flags && e.Name == "mask" && p.tok.kind == tokInt:
		p.mask(e)
	case flags && e.Name == "shift" && p.tok.kind == tokInt:
		e.Word, e.Shift, e.Mask = "shift", p.plain(), p.plain()
		e.Name = p.word("a name")
	case p.accept("=") || p.tok.kind == tokInt || p.is("-"):
		e.Value = p.value()
	}
	return e
}

func (p *parser) mask(e *Entry) {
	e.Word, e.Mask, e.Name = "mask", p.plain(), ""
	if p.tok.kind == tokWord && strings.Contains(p.tok.text, "?") {
		e.Name = p.advance().text
	}
	if e.Name != "" || p.is("{") {
		e.Grouped = true
		e.Group = p.entries(false)
		return
	}
	e.Name = p.word("{ or the name of an enum")
}

// plain reads a value that is the same on all architectures.
func (p *parser) plain() *Value {
	v := &Value{}
	v.Text, v.Num = p.integer()
	return v
}

// members reads the members of a struct or union, in braces.
func (p *parser) members() []*Member {
	p.nest()
	defer p.unnest()
	list := []*Member{}
	p.expect("{")
	for !p.is("}") && p.tok.kind != tokEOF {
		m := &Member{At: p.tok.at}
		m.More = p.accept("more")
		if p.is("at") && p.peek().kind == tokInt {
			p.advance()
			m.Off = p.plain()
		}
		m.Type = p.typ()
		if p.tok.kind == tokWord && !p.is("if") {
			m.Name = p.advance().text
		}
		m.Cond = p.condition()
		p.expect(";")
		list = append(list, m)
	}
	p.expect("}")
	return list
}

// typ reads a type with its stars.
func (p *parser) typ() *Type {
	p.nest()
	defer p.unnest()
	konst := p.qualifiers()
	t := &Type{At: p.tok.at}
	t.Word = p.word("a type")
	p.typeRest(t)
	konst = p.qualifiers() || konst
	for p.accept("*") {
		t.Stars++
		p.qualifiers()
	}
	if konst && t.Stars > 0 && t.Length == nil && t.Args == nil {
		constText(t)
	}
	return t
}

// qualifiers skips qualifiers and the keyword before a tag, which don't change how a
// value is decoded. It reports whether const was among them.
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

// constText turns const char * into a string: constant characters are text.
func constText(t *Type) {
	switch t.Word {
	case "char":
		t.Word = "string"
	case "wchar_t":
		t.Word = "wstring"
	default:
		return
	}
	t.Stars--
}

// typeRest reads what follows the word of a type.
func (p *parser) typeRest(t *Type) {
	switch t.Word {
	case "unsigned", "signed", "long", "short":
		p.spelled(t)
	case "float", "double":
		if !p.complex(t) {
			p.plainRest(t)
		}
	case "_Complex":
		t.Word = p.word("float, double or long double")
		p.typeRest(t)
		if !strings.HasPrefix(t.Word, "c") {
			t.Word = "c" + t.Word
		}
	case "itn": // ltrace's grammar accepts it, so somebody's file may have it
		t.Word = "int"
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

// complex makes t complex if the next word is complex or _Complex.
func (p *parser) complex(t *Type) bool {
	if !p.accept("complex") && !p.accept("_Complex") {
		return false
	}
	t.Word = "c" + t.Word
	return true
}

// spelled reads a C number type of several words.
func (p *parser) spelled(t *Type) {
	words := " " + t.Word
	for p.tok.kind == tokWord && strings.Contains(" unsigned signed long short int char double __int128 ", " "+p.tok.text+" ") {
		words += " " + p.advance().text
	}
	count := func(w string) int { return strings.Count(words+" ", " "+w+" ") }
	switch {
	case count("double") > 0:
		t.Word = "ldouble"
		p.complex(t)
		return
	case count("__int128") > 0:
		t.Word = "int128"
	case count("char") > 0:
		t.Word = "schar"
	case count("short") > 0:
		t.Word = "short"
	case strings.Count(words, " long") > 1:
		t.Word = "llong"
	case count("long") > 0:
		t.Word = "long"
	default:
		t.Word = "int"
	}
	if count("unsigned") > 0 {
		t.Word = "u" + strings.TrimPrefix(t.Word, "s")
		if strings.HasSuffix(t.Word, "hort") {
			t.Word = "ushort"
		}
	}
}

func (p *parser) inlineEnum(t *Type) {
	if p.accept("[") {
		t.Base = p.typ()
		p.expect("]")
	}
	p.expect("(")
	for {
		e := &Entry{At: p.tok.at, Name: p.word("a name")}
		if p.accept("=") {
			e.Value = p.plain()
		}
		t.Entries = append(t.Entries, e)
		if !p.accept(",") {
			break
		}
	}
	p.expect(")")
}

func (p *parser) inlineStruct(t *Type) {
	if p.is("{") {
		t.Members = p.members()
		return
	}
	p.expect("(")
	t.Members = nil
	t.Args = p.typeList()
	p.expect(")")
}

// typeList reads the types before a closing parenthesis. There may be none.
func (p *parser) typeList() []*Type {
	list := []*Type{}
	for !p.is(")") && p.tok.kind != tokEOF {
		list = append(list, p.typ())
		if !p.accept(",") {
			break
		}
	}
	return list
}

func (p *parser) choice(t *Type) {
	p.expect("(")
	t.On = p.expr()
	p.expect(")")
	p.expect("{")
	for !p.is("}") && p.tok.kind != tokEOF {
		t.Cases = append(t.Cases, p.caseLine())
		if !p.accept(";") {
			break
		}
	}
	p.expect("}")
}

func (p *parser) caseLine() *Case {
	c := &Case{at: p.tok.at}
	if !p.accept("default") {
		c.Labels = append(c.Labels, p.expr())
		for p.accept(",") {
			c.Labels = append(c.Labels, p.expr())
		}
	}
	p.expect(":")
	c.Dir = p.direction()
	c.Type = p.typ()
	return c
}

func (p *parser) array(t *Type) {
	p.expect("(")
	t.Args = []*Type{p.typ()}
	p.expect(",")
	t.Length = p.expr()
	p.expect(")")
}

func (p *parser) also(t *Type) {
	p.expect("(")
	t.Args = []*Type{p.typ()}
	p.expect(",")
	if p.tok.kind == tokString {
		t.Label = p.advance().text
		p.expect(",")
	}
	t.Args = append(t.Args, p.typ())
	p.expect(")")
}

func (p *parser) becomes(t *Type) {
	p.expect("(")
	t.Args = []*Type{p.typ()}
	p.expect(",")
	t.Args = append(t.Args, p.typ())
	p.expect(")")
}

func (p *parser) after(t *Type) {
	p.expect("(")
	t.Num = p.plain()
	p.expect(",")
	t.Args = []*Type{p.typ()}
	p.expect(")")
}

func (p *parser) bits(t *Type) {
	p.expect("(")
	t.Args = []*Type{p.typ()}
	p.expect(",")
	t.Num = p.plain()
	p.expect(",")
	t.Count = p.plain()
	p.expect(")")
}

// plainRest reads the operands or the length after the name of a lens or type.
func (p *parser) plainRest(t *Type) {
	if n, ok := strings.CutPrefix(t.Word, "string"); ok && n != "" {
		if i, err := strconv.ParseUint(n, 10, 8); err == nil {
			t.Word = "string"
			t.Length = &Expr{At: t.At, Op: OpArg, Num: i}
			return
		}
	}
	switch {
	case p.accept("("):
		t.Args = p.typeList()
		p.expect(")")
	case p.accept("["):
		t.Length = p.expr()
		p.expect("]")
	}
}
