package syntax

import (
	"fmt"
	"strconv"
	"strings"
)

// Limits for one item, so that hostile files cost little.
const (
	MaxNesting = 32
	MaxParams  = 64
)

// A parser turns one item into a Decl. After the first error it moves to the end of
// its input, so that every loop ends.
type parser struct {
	file  string
	lex   *lexer
	tok   token
	ahead []token // tokens after tok that were peeked at
	depth int
	err   *Error

	sentence bool // expressions have what only sentences have
}

// Parse parses one item of the given file. Its error is an *Error.
func Parse(file string, c Chunk) (*Decl, error) {
	p := &parser{file: file, lex: newLexer(c)}
	p.tok = p.lex.next()
	d := p.item(HeadingOf(c.Text).Kind)
	if p.err == nil && p.tok.kind != tokEOF && !p.is(";") {
		p.unexpected("the end of the item")
	}
	if p.err != nil {
		return nil, p.err
	}
	return d, nil
}

func (p *parser) fail(at Pos, format string, args ...any) {
	if p.err == nil {
		p.err = &Error{p.file, at.Line, at.Col, fmt.Sprintf(format, args...)}
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

// is reports whether the current token is the punctuation or word s.
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

// nest limits the depth of recursion; unnest must follow.
func (p *parser) nest() {
	if p.depth++; p.depth > MaxNesting {
		p.fail(p.tok.at, "nested too deeply")
	}
}

func (p *parser) unnest() { p.depth-- }

func (p *parser) item(kind string) *Decl {
	d := &Decl{Kind: kind, At: p.tok.at}
	if kind == KindPrototype {
		p.prototype(d)
		return d
	}
	p.advance()
	if kind == KindExplain {
		p.explanation(d)
		return d
	}
	if kind != KindImport {
		d.Name = p.word("a name")
	}
	switch kind {
	case KindTypedef:
		p.typedef(d)
	case KindFlags, KindEnum:
		d.Set = p.setOptions()
		d.Entries = p.entries(kind == KindFlags)
	case KindStruct, KindUnion:
		d.Packed = kind == KindStruct && p.accept("packed")
		if kind == KindStruct && p.accept("from") {
			d.AtLeast = p.plain()
		}
		if p.accept("size") {
			d.Size = p.plain()
		}
		if p.accept("as") {
			d.ShownAs = p.word("the name of a member")
		}
		d.Members = p.members()
	case KindConst:
		d.Value = p.value()
	case KindImport:
		p.importItem(d)
	}
	return d
}

func (p *parser) importItem(d *Decl) {
	if p.tok.kind != tokString {
		p.unexpected("a quoted name")
		return
	}
	d.Path = p.advance().text
}

func (p *parser) typedef(d *Decl) {
	p.expect("=")
	if next := p.peek(); p.is("struct") && (next.kind == tokEOF || next.text == ";") {
		p.advance()
		return
	}
	d.Type = p.typ()
}

func (p *parser) prototype(d *Decl) {
	if p.is("function") && p.peek().kind == tokWord {
		p.advance()
	}
	d.Type = p.typ()
	d.At = p.tok.at
	d.Name = p.word("the name of the function")
	p.expect("(")
	p.params(d)
	p.expect(")")
	p.attributes(d)
}

func (p *parser) params(d *Decl) {
	if p.is("void") && p.peek().text == ")" {
		p.advance()
		return
	}
	for !p.is(")") && p.tok.kind != tokEOF {
		if p.is("...") {
			p.advance()
			d.Variadic = true
			return
		}
		if len(d.Params) == MaxParams {
			p.fail(p.tok.at, "more than %d parameters", MaxParams)
			return
		}
		d.Params = append(d.Params, p.param())
		if !p.accept(",") {
			return
		}
		if p.is(")") {
			p.unexpected("a parameter")
		}
	}
}

func (p *parser) param() *Param {
	x := &Param{at: p.tok.at, Dir: p.direction()}
	x.Type = p.typ()
	if p.tok.kind == tokWord && !p.is("if") {
		x.Name = p.advance().text
	}
	x.Cond = p.condition()
	return x
}

func (p *parser) direction() byte {
	if p.is("+") || p.is("=") {
		return p.advance().text[0]
	}
	return 0
}

func (p *parser) condition() *Expr {
	if p.accept("if") {
		return p.expr()
	}
	return nil
}

func (p *parser) attributes(d *Decl) {
	for p.tok.kind == tokWord {
		switch p.tok.text {
		case "noreturn":
			p.advance()
			d.NoReturn = true
		case "go":
			p.advance()
			d.GoCall = true
		case "fails":
			p.advance()
			p.expect("(")
			d.Fails = &FailRule{}
			if p.is("!") || p.is("<") {
				d.Fails.Op = p.advance().text[0]
			}
			d.Fails.Value = p.value()
			p.expect(")")
		case "errno", "errno?":
			d.Errno = p.advance().text
		case "named":
			p.advance()
			d.Named = p.names()
		case "frees":
			p.advance()
			p.expect("(")
			d.Frees = p.expr()
			p.expect(")")
		case "allocates":
			p.advance()
			d.Alloc = p.allocation()
		default:
			p.unexpected("noreturn, go, fails, errno, errno?, frees, allocates or named")
		}
	}
}

// allocation reads what may follow "allocates".
func (p *parser) allocation() *Allocation {
	a := &Allocation{}
	if p.accept("(") {
		a.Size = p.expr()
		if p.accept(",") {
			a.Block = p.expr()
		}
		p.expect(")")
	}
	return a
}

// names reads a list of parameter names in parentheses.
func (p *parser) names() []*Expr {
	p.expect("(")
	list := []*Expr{p.name()}
	for p.accept(",") {
		list = append(list, p.name())
	}
	p.expect(")")
	return list
}

func (p *parser) name() *Expr {
	return &Expr{At: p.tok.at, Op: OpName, Text: p.word("the name of a parameter")}
}

// integer reads an integer with its sign and returns its text and bits.
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

func (p *parser) value() *Value {
	v := &Value{}
	v.Text, v.Num = p.integer()
	for (p.tok.kind == tokWord || p.tok.kind == tokInt) && p.peek().text == ":" {
		a := archValue{arch: p.advance().text}
		p.advance()
		a.text, a.num = p.integer()
		v.archs = append(v.archs, a)
	}
	return v
}

func (p *parser) setOptions() (o SetOptions) {
	for !p.is("{") && p.tok.kind != tokEOF {
		switch {
		case p.accept(":"):
			o.Type = p.typ()
		case p.is("hex") || p.is("octal") || p.is("decimal"):
			o.Base = p.advance().text
		case p.tok.kind == tokWord && strings.Contains(p.tok.text, "?"):
			o.Want = p.advance().text
		default:
			p.unexpected("an option or {")
		}
	}
	return o
}
