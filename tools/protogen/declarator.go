package main

// specifiers has what stands in front of the declarators.
type specifiers struct {
	typ        *ctype
	isTypedef  bool
	static     bool
	attributes []attribute
}

// Qualifiers and storage classes, by their meaning.
var (
	isConstWord = words("const", "__const", "__const__")
	isIgnored   = words("volatile", "__volatile", "__volatile__", "restrict", "__restrict", "__restrict__", "_Atomic",
		"extern", "register", "auto", "_Thread_local", "__thread", "inline", "__inline", "__inline__", "__extension__", "constexpr")
	isBaseWord = words("void", "char", "short", "int", "long", "float", "double", "signed", "__signed", "__signed__",
		"unsigned", "_Bool", "_Float16", "__bf16", "_Float32", "_Float64", "_Float32x", "_Float64x", "_Float128", "_Float128x", "__float128", "__float80", "_Complex", "__complex__", "__int128")
	isTagWord = words("struct", "union", "enum")
)

func words(list ...token) func(token) bool {
	set := map[token]bool{}
	for _, w := range list {
		set[w] = true
	}
	return func(t token) bool { return set[t] }
}

// startsType reports whether a type name or declaration can begin with t.
func (p *parser) startsType(t token) bool {
	return isConstWord(t) || isIgnored(t) || isBaseWord(t) || isTagWord(t) || isTypeof(t) || isAttribute(t) || p.typedefs[string(t)] != nil
}

func isTypeof(t token) bool { return t == "typeof" || t == "__typeof" || t == "__typeof__" }

// specifiers reads storage classes, qualifiers, attributes and one type.
func (p *parser) specifiers() specifiers {
	var s specifiers
	var bases []token
	constant := false
	for {
		t := p.peek()
		switch {
		case isConstWord(t):
			constant = true
			p.next()
		case t == "_Noreturn" || t == "noreturn":
			s.attributes = append(s.attributes, attribute{name: "noreturn"})
			p.next()
		case t == "typedef" || t == "static":
			s.isTypedef = s.isTypedef || t == "typedef"
			s.static = s.static || t == "static"
			p.next()
		case isIgnored(t):
			p.next()
		case t == "_Alignas" || t == "__declspec":
			p.next()
			p.group()
		case isAttribute(t):
			s.attributes = append(s.attributes, p.attribute()...)
		case isBaseWord(t):
			bases = append(bases, p.next())
		case s.typ == nil && bases == nil && p.startsType(t):
			s.typ = p.namedType()
		default:
			s.typ = finish(s.typ, bases, constant)
			return s
		}
	}
}

// finish puts the parts of a type together.
func finish(t *ctype, bases []token, constant bool) *ctype {
	if bases != nil {
		t = baseType(bases)
	}
	if t == nil {
		panic(errSyntax)
	}
	if constant {
		c := *t
		c.constant = true
		return &c
	}
	return t
}

// namedType parses a structure, union, enumeration, typedef name or typeof.
func (p *parser) namedType() *ctype {
	t := p.next()
	switch {
	case isTagWord(t):
		return p.tagged(t)
	case isTypeof(t):
		q := p.fork(p.group())
		if u := q.typeName(); u != nil {
			return u
		}
		return &ctype{kind: unknown}
	}
	return p.typedefs[string(t)]
}

// typeName parses tokens that are only a type without a name. It returns nil if they
// are not.
func (p *parser) typeName() (t *ctype) {
	defer func() {
		if recover() != nil {
			t = nil
		}
	}()
	if !p.startsType(p.peek()) {
		return nil
	}
	d := p.declarator(p.specifiers().typ)
	if p.peek() != "" {
		return nil
	}
	return d.typ
}

// A declarator is a name and its type.
type declarator struct {
	name       string
	typ        *ctype
	attributes []attribute
}

// declarator parses pointers, a name or a declarator in parentheses, arrays and
// parameters. The name may be missing.
func (p *parser) declarator(t *ctype) declarator {
	var d declarator
	for {
		switch w := p.peek(); {
		case p.accept("*"):
			t = &ctype{kind: pointer, elem: t}
		case isConstWord(w):
			p.next()
			c := *t
			c.constant = true
			t = &c
		case isIgnored(w):
			p.next()
		case isAttribute(w):
			d.attributes = append(d.attributes, p.attribute()...)
		default:
			p.direct(&d, t)
			return d
		}
	}
}

// direct reads a declarator behind its pointers.
func (p *parser) direct(d *declarator, t *ctype) {
	if p.peek() == "(" && p.isNested() {
		p.next()
		hole := &ctype{}
		inner := p.declarator(hole)
		p.expect(")")
		*hole = *p.suffix(t)
		d.name, d.typ = inner.name, inner.typ
		d.attributes = append(d.attributes, inner.attributes...)
		return
	}
	if p.peek().isWord() && !isAsm(p.peek()) {
		d.name = string(p.next())
	}
	d.typ = p.suffix(t)
}

// isNested reports whether the parenthesis that is next holds a declarator and not
// parameters.
func (p *parser) isNested() bool {
	t := p.ahead()
	return t == "*" || t == "(" || isAttribute(t) || t.isWord() && !p.startsType(t)
}

// suffix reads the arrays and parameters behind a name.
func (p *parser) suffix(t *ctype) *ctype {
	switch p.peek() {
	case "[":
		size := p.arraySize(p.group())
		return &ctype{kind: array, size: size, elem: p.suffix(t)}
	case "(":
		q := p.fork(p.group())
		s := q.parameters()
		s.result = p.suffix(t)
		return &ctype{kind: function, function: s}
	}
	return t
}

func (p *parser) arraySize(tokens []token) int {
	for len(tokens) > 0 && (isIgnored(tokens[0]) || isConstWord(tokens[0]) || tokens[0] == "static") {
		tokens = tokens[1:]
	}
	if v, err := p.evaluate(tokens); err == nil && v >= 0 && v < 1<<30 {
		return int(v)
	}
	return -1
}

// parameters parses tokens that are only a parameter list.
func (p *parser) parameters() *signature {
	s := &signature{}
	for p.peek() != "" {
		if p.accept("...") {
			s.variadic = true
			break
		}
		spec := p.specifiers()
		d := p.declarator(spec.typ)
		p.trailer(&d.name)
		if d.typ.strip().kind == void && d.name == "" && p.peek() == "" && len(s.params) == 0 {
			break
		}
		s.params = append(s.params, param{d.name, decay(d.typ)})
		if p.peek() != "" {
			p.expect(",")
		}
	}
	return s
}
