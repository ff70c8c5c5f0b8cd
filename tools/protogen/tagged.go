package main

import "slices"

// builtins are the types whose names the compiler knows.
var builtins = []*ctype{
	base("__builtin_va_list", vaList, 24, false),
}

// baseType returns the type that base words name together.
func baseType(list []token) *ctype {
	count := map[token]int{}
	for _, w := range list {
		count[w]++
	}
	unsigned := count["unsigned"] > 0
	switch {
	case count["void"] > 0:
		return base("void", void, 0, false)
	case count["_Bool"] > 0:
		return base("bool", boolean, 1, false)
	case floatSize(list) > 0:
		t := floatType(count, floatSize(list))
		if slices.ContainsFunc(list, isQuad) {
			t.name = quadWord
		}
		return t
	case slices.ContainsFunc(list, isOtherFloat):
		return base("", unknown, 0, true)
	case count["_Complex"]+count["__complex__"] > 0:
		return base("double complex", complexNumber, 16, true)
	case count["__int128"] > 0:
		return sized(16, !unsigned)
	case count["char"] > 0:
		t := sized(1, !unsigned)
		t.char = !unsigned && count["signed"]+count["__signed__"]+count["__signed"] == 0
		return t
	case count["short"] > 0:
		return sized(2, !unsigned)
	case count["long"] > 0:
		return sized(8, !unsigned)
	}
	return sized(4, !unsigned)
}

func sized(n int, signed bool) *ctype { return base("", integer, n, signed) }

// floatWords has the floating-point types of the language, by their words, and their
// sizes in bytes. isOtherFloat has those that the language lacks.
var (
	floatWords   = map[token]int{"float": 4, "double": 8, "_Float32": 4, "_Float64": 8, "_Float32x": 8, "_Float64x": 16, "__float80": 16, "_Float128": 16, "__float128": 16}
	isOtherFloat = words("_Float16", "__bf16", "_Float128x")
	isQuad       = words("_Float128", "__float128")
)

// quadWord is the name of _Float128 in the language.
const quadWord = "float128"

// floatSize returns the size of a named floating-point type, 0 if list does not name
// one.
func floatSize(list []token) int {
	for _, w := range list {
		if n := floatWords[w]; n > 0 {
			return n
		}
	}
	return 0
}

func floatType(count map[token]int, size int) *ctype {
	if count["long"] > 0 {
		size = 16
	}
	if count["_Complex"]+count["__complex__"] > 0 {
		return base("", complexNumber, 2*size, true)
	}
	return base("", floating, size, true)
}

// tagged parses what follows struct, union or enum.
func (p *parser) tagged(word token) *ctype {
	var attributes []attribute
	for isAttribute(p.peek()) {
		attributes = append(attributes, p.attribute()...)
	}
	b := &body{}
	if p.peek().isWord() {
		b = p.tag(word, string(p.next()))
	}
	t := &ctype{kind: map[token]kind{"struct": structure, "union": union, "enum": enumeration}[word], name: b.tag, body: b}
	if word == "enum" && p.accept(":") { // C23
		p.specifiers()
	}
	if p.peek() == "{" && !b.defined {
		q := p.fork(p.group())
		b.defined = true
		if word == "enum" {
			q.enumerators(b)
		} else {
			q.members(b)
		}
	} else if p.peek() == "{" {
		p.group()
	}
	for isAttribute(p.peek()) {
		attributes = append(attributes, p.attribute()...)
	}
	b.apply(attributes)
	return t
}

func (b *body) apply(attributes []attribute) {
	for _, a := range attributes {
		b.packed = b.packed || a.name == "packed"
		b.odd = b.odd || a.name == "aligned" || a.name == "vector_size"
	}
}

func (p *parser) tag(word token, name string) *body {
	key := string(word) + " " + name
	b := p.tags[key]
	if b == nil {
		b = &body{tag: name}
		p.tags[key] = b
	}
	return b
}

// enumerators reads the names of an enumeration.
func (p *parser) enumerators(b *body) {
	next := int64(0)
	known := true
	for p.peek() != "" {
		name := string(p.next())
		for isAttribute(p.peek()) {
			p.attribute()
		}
		if p.accept("=") {
			start := p.at
			for depth := 0; p.peek() != "" && (depth > 0 || p.peek() != ","); {
				switch p.next() {
				case "(":
					depth++
				case ")":
					depth--
				}
			}
			v, err := p.evaluate(p.tokens[start:p.at])
			next, known = v, err == nil
		}
		if known {
			p.constants[name] = next
			b.names = append(b.names, constant{name, next})
			next++
		}
		if p.peek() != "" {
			p.expect(",")
		}
	}
}

// members reads the members of a structure or union.
func (p *parser) members(b *body) {
	defer func() {
		if recover() != nil {
			b.odd = true
		}
	}()
	for p.peek() != "" {
		if p.accept(";") {
			continue
		}
		if p.peek() == "_Static_assert" {
			p.resume()
			continue
		}
		s := p.specifiers()
		if p.accept(";") {
			b.members = append(b.members, member{"", s.typ})
			continue
		}
		p.memberList(b, s)
	}
}

// memberList parses the declarators of one line of members.
func (p *parser) memberList(b *body, s specifiers) {
	for {
		d := p.declarator(s.typ)
		for _, a := range append(append(s.attributes, d.attributes...), p.trailer(&d.name)...) {
			b.odd = b.odd || a.name == "aligned"
		}
		if p.accept(":") {
			b.odd = true
			for p.peek() != "," && p.peek() != ";" {
				p.next()
			}
			b.apply(p.trailer(&d.name))
		}
		b.members = append(b.members, member{d.name, d.typ})
		if !p.accept(",") {
			break
		}
	}
	p.expect(";")
}
