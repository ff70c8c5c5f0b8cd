package main

import (
	"errors"
	"strings"
)

var errSyntax = errors.New("syntax")

// A declaration is a function that a header declares.
type declaration struct {
	name       string // of the symbol: from an asm label, or its own
	typ        *signature
	attributes []attribute
}

// An attribute is one of GCC's, without the underscores around its name.
type attribute struct {
	name string
	args []token
}

// A parser parses the declarations of preprocessed C. What it does not understand it
// skips, up to the end of that declaration.
type parser struct {
	tokens    []token
	at        int
	typedefs  map[string]*ctype
	tags      map[string]*body
	constants map[string]int64
	functions map[string]*declaration
	order     []string
	skipped   int      // declarations left out
	unclear   []string // functions with two declarations that differ, as of two libraries
}

// parse reads a translation unit.
func parse(text string) *parser {
	p := &parser{
		tokens:    lex(text),
		typedefs:  map[string]*ctype{},
		tags:      map[string]*body{},
		constants: map[string]int64{},
		functions: map[string]*declaration{},
	}
	for _, t := range builtins {
		p.typedefs[t.name] = t
	}
	for p.peek() != "" {
		p.external()
	}
	return p
}

// fork returns a parser of some other tokens that knows the same names.
func (p *parser) fork(tokens []token) *parser {
	q := *p
	q.tokens, q.at = append(tokens[:len(tokens):len(tokens)], ""), 0
	return &q
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) ahead() token {
	if p.at+1 < len(p.tokens) {
		return p.tokens[p.at+1]
	}
	return ""
}

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t == "" {
		panic(errSyntax)
	}
	p.at++
	return t
}

func (p *parser) accept(t token) bool {
	if p.peek() == t {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(t token) {
	if p.next() != t {
		panic(errSyntax)
	}
}

// external parses one declaration or definition at the top level.
func (p *parser) external() {
	start := p.at
	defer func() {
		if e := recover(); e != nil {
			if e != errSyntax {
				panic(e)
			}
			p.skipped++
			p.at = start
			p.resume()
		}
	}()
	p.declaration()
}

// resume skips the declaration that begins here: up to its semicolon, or over the body
// of a function.
func (p *parser) resume() {
	depth := 0
	for p.peek() != "" {
		switch p.next() {
		case "(", "[", "{":
			depth++
		case ")", "]":
			depth--
		case "}":
			if depth--; depth <= 0 && p.peek() != ";" && !p.peek().isWord() {
				return
			}
			if depth <= 0 && p.peek().isWord() && p.peek() != "__attribute__" {
				return
			}
		case ";":
			if depth <= 0 {
				return
			}
		}
	}
}

func (p *parser) declaration() {
	switch t := p.peek(); {
	case p.accept(";"):
		return
	case t == "_Static_assert" || t == "static_assert" || isAsm(t):
		p.resume()
		return
	}
	s := p.specifiers()
	if p.accept(";") {
		return
	}
	for {
		d := p.declarator(s.typ)
		attributes := append(append(s.attributes[:len(s.attributes):len(s.attributes)], d.attributes...), p.trailer(&d.name)...)
		p.enter(s, d, attributes)
		switch {
		case p.peek() == "{" && d.typ.kind == function:
			p.group()
			return
		case p.accept("="):
			p.initializer()
		}
		if !p.accept(",") {
			break
		}
	}
	p.expect(";")
}

// enter records what a declarator declares.
func (p *parser) enter(s specifiers, d declarator, attributes []attribute) {
	if s.isTypedef {
		p.typedefs[d.name] = &ctype{typedef: true, name: d.name, elem: d.typ}
		return
	}
	t := d.typ.strip()
	if t.kind != function || s.static {
		return
	}
	old := p.functions[d.name]
	if old == nil {
		p.order = append(p.order, d.name)
	} else {
		attributes = append(attributes, old.attributes...)
		if !sameKind(t.function, old.typ) {
			p.unclear = append(p.unclear, d.name)
		}
	}
	p.functions[d.name] = &declaration{d.name, better(t.function, old), attributes}
}

// sameKind reports whether two declarations may be of one function: they have equally
// many parameters, or one does not declare them.
func sameKind(a, b *signature) bool {
	n, m := len(a.params), len(b.params)
	return n == m || n == 0 || m == 0
}

// better returns, of two declarations of a function, the one that names its parameters.
func better(s *signature, old *declaration) *signature {
	if old == nil || len(old.typ.params) != len(s.params) {
		return s
	}
	for _, x := range s.params {
		if x.name == "" {
			return old.typ
		}
	}
	return s
}

// initializer skips what follows an equals sign.
func (p *parser) initializer() {
	for p.peek() != "," && p.peek() != ";" {
		if t := p.peek(); t == "(" || t == "{" || t == "[" {
			p.group()
		} else {
			p.next()
		}
	}
}

// group returns the tokens of a bracket, which is next, without its brackets.
func (p *parser) group() []token {
	start := p.at + 1
	depth := 0
	for {
		switch p.next() {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 {
				return p.tokens[start : p.at-1]
			}
		}
	}
}

func isAsm(t token) bool { return t == "asm" || t == "__asm__" || t == "__asm" }

// trailer parses the asm label, which renames a function, and the attributes behind a
// declarator.
func (p *parser) trailer(name *string) []attribute {
	var list []attribute
	for {
		switch {
		case isAsm(p.peek()):
			p.next()
			label := ""
			for _, t := range p.group() {
				label += strings.Trim(string(t), `"`)
			}
			*name = label
		case isAttribute(p.peek()):
			list = append(list, p.attribute()...)
		default:
			return list
		}
	}
}

func isAttribute(t token) bool { return t == "__attribute__" || t == "__attribute" }

// attribute reads one __attribute__((...)).
func (p *parser) attribute() []attribute {
	p.next()
	q := p.fork(p.group())
	q = p.fork(q.group())
	var list []attribute
	for q.peek() != "" {
		if q.accept(",") {
			continue
		}
		a := attribute{name: strings.Trim(string(q.next()), "_")}
		if q.peek() == "(" {
			a.args = q.group()
		}
		list = append(list, a)
	}
	return list
}
