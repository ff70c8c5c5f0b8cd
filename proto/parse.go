package proto

import (
	"fmt"
	"strconv"
	"strings"
)

// Bounds on what one item may say, so that hostile files cost little.
const (
	maxNesting = 32
	maxParams  = 64
)

// A parser turns one item into a decl. After the first error it is at the end
// of its input, so that every loop ends.
type parser struct {
	file  string
	lex   *lexer
	tok   token
	ahead []token // read but not consumed, after tok
	depth int
	err   *SyntaxError
}

// parseItem parses one item of the kind that its heading tells.
func parseItem(file string, c chunk) (*decl, error) {
	p := &parser{file: file, lex: newLexer(c)}
	p.tok = p.lex.next()
	d := p.item(headingOf(c.text).kind)
	if p.err == nil && p.tok.kind != tokEOF && !p.is(";") {
		p.unexpected("the end of the item")
	}
	if p.err != nil {
		return nil, p.err
	}
	return d, nil
}

func (p *parser) fail(at pos, format string, args ...any) {
	if p.err == nil {
		p.err = &SyntaxError{p.file, at.line, at.col, fmt.Sprintf(format, args...)}
	}
	p.tok, p.ahead = token{at: at}, nil
	p.lex.off = len(p.lex.text)
}

func (p *parser) unexpected(want string) {
	if p.tok.kind == tokEOF {
		p.fail(p.tok.at, "the item ends where %s should be", want)
		return
	}
	p.fail(p.tok.at, "%q where %s should be", p.tok.text, want)
}

func (p *parser) advance() token {
	t := p.tok
	if len(p.ahead) > 0 {
		p.tok, p.ahead = p.ahead[0], p.ahead[1:]
	} else {
		p.tok = p.lex.next()
	}
	return t
}

func (p *parser) peek() token {
	if len(p.ahead) == 0 {
		p.ahead = append(p.ahead, p.lex.next())
	}
	return p.ahead[0]
}

// is tells whether the current token is the punctuation or word s.
func (p *parser) is(s string) bool {
	return (p.tok.kind == tokPunct || p.tok.kind == tokWord) && p.tok.text == s
}

// accept consumes s if it is there.
func (p *parser) accept(s string) bool {
	if p.is(s) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(s string) {
	if !p.accept(s) {
		p.unexpected(strconv.Quote(s))
	}
}

func (p *parser) word(what string) string {
	if p.tok.kind != tokWord {
		p.unexpected(what)
		return ""
	}
	return p.advance().text
}

// enter guards against bottomless nesting; leave must follow.
func (p *parser) enter() {
	if p.depth++; p.depth > maxNesting {
		p.fail(p.tok.at, "nested too deeply")
	}
}

func (p *parser) leave() { p.depth-- }

func (p *parser) item(kind string) *decl {
	d := &decl{kind: kind, at: p.tok.at}
	if kind == kindPrototype {
		p.prototype(d)
		return d
	}
	p.advance()
	if kind != kindImport {
		d.name = p.word("a name")
	}
	switch kind {
	case kindTypedef:
		p.typedef(d)
	case kindFlags, kindEnum:
		d.set = p.setOptions()
		d.entries = p.entries(kind == kindFlags)
	case kindStruct, kindUnion:
		d.packed = kind == kindStruct && p.accept("packed")
		if kind == kindStruct && p.accept("from") {
			d.atLeast = p.plain()
		}
		if p.accept("size") {
			d.size = p.plain()
		}
		if p.accept("as") {
			d.sole = p.word("the name of a member")
		}
		d.members = p.members()
	case kindConst:
		d.val = p.value()
	case kindImport:
		p.importItem(d)
	}
	return d
}

func (p *parser) importItem(d *decl) {
	if p.tok.kind != tokString {
		p.unexpected("a quoted name")
		return
	}
	d.path = p.advance().text
}

func (p *parser) typedef(d *decl) {
	p.expect("=")
	if next := p.peek(); p.is("struct") && (next.kind == tokEOF || next.text == ";") {
		p.advance()
		return
	}
	d.typ = p.typ()
}

func (p *parser) prototype(d *decl) {
	if p.is("function") && p.peek().kind == tokWord {
		p.advance()
	}
	d.typ = p.typ()
	d.at = p.tok.at
	d.name = p.word("the name of the function")
	p.expect("(")
	p.params(d)
	p.expect(")")
	p.attributes(d)
}

func (p *parser) params(d *decl) {
	if p.is("void") && p.peek().text == ")" {
		p.advance()
		return
	}
	for !p.is(")") && p.tok.kind != tokEOF {
		if p.is("...") {
			p.advance()
			d.dots = true
			return
		}
		if len(d.params) == maxParams {
			p.fail(p.tok.at, "more than %d parameters", maxParams)
			return
		}
		d.params = append(d.params, p.param())
		if !p.accept(",") {
			return
		}
		if p.is(")") {
			p.unexpected("a parameter")
		}
	}
}

func (p *parser) param() *param {
	x := &param{at: p.tok.at, dir: p.direction()}
	x.typ = p.typ()
	if p.tok.kind == tokWord && !p.is("if") {
		x.name = p.advance().text
	}
	x.cond = p.condition()
	return x
}

func (p *parser) direction() byte {
	if p.is("+") || p.is("=") {
		return p.advance().text[0]
	}
	return 0
}

func (p *parser) condition() *expr {
	if p.accept("if") {
		return p.expr()
	}
	return nil
}

func (p *parser) attributes(d *decl) {
	for p.tok.kind == tokWord {
		switch p.tok.text {
		case "noreturn":
			p.advance()
			d.noReturn = true
		case "go":
			p.advance()
			d.goCall = true
		case "fails":
			p.advance()
			p.expect("(")
			d.fails = &failRule{}
			if p.is("!") || p.is("<") {
				d.fails.op = p.advance().text[0]
			}
			d.fails.val = p.value()
			p.expect(")")
		case "errno":
			p.advance()
			d.errno = true
		case "named":
			p.advance()
			d.named = p.names()
		default:
			p.unexpected("noreturn, go, fails, errno or named")
		}
	}
}

// names reads a list of parameters, in parentheses.
func (p *parser) names() []*expr {
	p.expect("(")
	list := []*expr{p.name()}
	for p.accept(",") {
		list = append(list, p.name())
	}
	p.expect(")")
	return list
}

func (p *parser) name() *expr {
	return &expr{at: p.tok.at, op: opName, text: p.word("the name of a parameter")}
}

// integer reads an INT with its sign and returns its text and bits.
func (p *parser) integer() (string, uint64) {
	sign := ""
	if p.is("-") || p.is("+") {
		sign = p.advance().text
	}
	if p.tok.kind != tokInt {
		p.unexpected("a number")
		return "0", 0
	}
	t := p.advance()
	if sign == "-" {
		return "-" + t.text, -t.num
	}
	return t.text, t.num
}

func (p *parser) value() *value {
	v := &value{}
	v.text, v.num = p.integer()
	for (p.tok.kind == tokWord || p.tok.kind == tokInt) && p.peek().text == ":" {
		a := archValue{arch: p.advance().text}
		p.advance()
		a.text, a.num = p.integer()
		v.archs = append(v.archs, a)
	}
	return v
}

func (p *parser) setOptions() (o setOpts) {
	for !p.is("{") && p.tok.kind != tokEOF {
		switch {
		case p.accept(":"):
			o.typ = p.typ()
		case p.is("hex") || p.is("octal") || p.is("decimal"):
			o.base = p.advance().text
		case p.tok.kind == tokWord && strings.Contains(p.tok.text, "?"):
			o.want = p.advance().text
		default:
			p.unexpected("an option or {")
		}
	}
	return o
}
