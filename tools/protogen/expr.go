package main

import (
	"errors"
	"strconv"
	"strings"
)

var errExpr = errors.New("not an integer constant expression")

// An evaluator computes the constant expressions of enumerations and arrays.
type evaluator struct {
	p      *parser
	tokens []token
	at     int
}

// evaluate computes the constant expression in tokens.
func (p *parser) evaluate(tokens []token) (v int64, err error) {
	e := &evaluator{p: p, tokens: append(tokens[:len(tokens):len(tokens)], "")}
	defer func() {
		if recover() != nil {
			err = errExpr
		}
	}()
	v = e.ternary()
	if e.peek() != "" {
		err = errExpr
	}
	return v, err
}

func (e *evaluator) peek() token { return e.tokens[e.at] }

func (e *evaluator) next() token {
	t := e.tokens[e.at]
	if t == "" {
		panic(errExpr)
	}
	e.at++
	return t
}

func (e *evaluator) accept(t token) bool {
	if e.peek() == t {
		e.at++
		return true
	}
	return false
}

func (e *evaluator) ternary() int64 {
	c := e.binary(0)
	if !e.accept("?") {
		return c
	}
	x := e.ternary()
	if !e.accept(":") {
		panic(errExpr)
	}
	y := e.ternary()
	if c != 0 {
		return x
	}
	return y
}

// levels are the binary operators, those that bind least first.
var levels = [][]token{{"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<", ">", "<=", ">="}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}}

func (e *evaluator) binary(level int) int64 {
	if level == len(levels) {
		return e.unary()
	}
	x := e.binary(level + 1)
	for {
		op := token("")
		for _, o := range levels[level] {
			if e.accept(o) {
				op = o
			}
		}
		if op == "" {
			return x
		}
		x = apply(op, x, e.binary(level+1))
	}
}

func apply(op token, x, y int64) int64 {
	switch op {
	case "|":
		return x | y
	case "^":
		return x ^ y
	case "&":
		return x & y
	case "<<":
		return x << uint(y&63)
	case ">>":
		return x >> uint(y&63)
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "/":
		return x / y
	case "%":
		return x % y
	}
	return truth(compare(op, x, y))
}

func compare(op token, x, y int64) bool {
	switch op {
	case "||":
		return x != 0 || y != 0
	case "&&":
		return x != 0 && y != 0
	case "==":
		return x == y
	case "!=":
		return x != y
	case "<":
		return x < y
	case ">":
		return x > y
	case "<=":
		return x <= y
	}
	return x >= y
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func (e *evaluator) unary() int64 {
	switch t := e.next(); {
	case t == "-":
		return -e.unary()
	case t == "+":
		return e.unary()
	case t == "~":
		return ^e.unary()
	case t == "!":
		return truth(e.unary() == 0)
	case t == "__extension__":
		return e.unary()
	case t == "(":
		return e.parenthesis()
	case t == "sizeof" || t == "__alignof__" || t == "_Alignof":
		return e.sizeof(t != "sizeof")
	case isDigit(t[0]):
		return number(string(t))
	case t[0] == '\'':
		return character(string(t))
	case t.isWord():
		if v, ok := e.p.constants[string(t)]; ok {
			return v
		}
	}
	panic(errExpr)
}

// parenthesis evaluates an expression in parentheses, or a cast.
func (e *evaluator) parenthesis() int64 {
	if !e.p.startsType(e.peek()) {
		v := e.ternary()
		if e.next() != ")" {
			panic(errExpr)
		}
		return v
	}
	t := e.typeName()
	return cast(e.unary(), t)
}

// typeName parses a type up to its closing parenthesis.
func (e *evaluator) typeName() *ctype {
	start := e.at
	for depth := 1; depth > 0; {
		switch e.next() {
		case "(":
			depth++
		case ")":
			depth--
		}
	}
	sub := e.p.fork(e.tokens[start : e.at-1])
	t := sub.typeName()
	if t == nil {
		panic(errExpr)
	}
	return t
}

func (e *evaluator) sizeof(align bool) int64 {
	if !e.accept("(") || !e.p.startsType(e.peek()) {
		panic(errExpr)
	}
	size, alignment := e.typeName().layout()
	if size <= 0 {
		panic(errExpr)
	}
	if align {
		return int64(alignment)
	}
	return int64(size)
}

// cast converts v to the integer type t.
func cast(v int64, t *ctype) int64 {
	s := t.strip()
	if s.kind == enumeration {
		return int64(int32(v))
	}
	if s.kind != integer || s.size >= 8 {
		return v
	}
	shift := uint(64 - 8*s.size)
	if s.signed {
		return v << shift >> shift
	}
	return int64(uint64(v) << shift >> shift)
}

func number(s string) int64 {
	s = strings.TrimRight(s, "uUlLzZ")
	if v, err := strconv.ParseUint(s, 0, 64); err == nil {
		return int64(v)
	}
	panic(errExpr)
}

func character(s string) int64 {
	if v, _, tail, err := strconv.UnquoteChar(s[1:], '\''); err == nil && tail == "'" {
		return int64(v)
	}
	if s == `'\0'` {
		return 0
	}
	panic(errExpr)
}
