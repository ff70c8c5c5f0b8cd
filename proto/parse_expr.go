package proto

import "strconv"

var lessOps = map[string]exprOp{"<": opLess}

var sumOps = map[string]exprOp{"+": opAdd, "-": opSub, "|": opOr}

var termOps = map[string]exprOp{"*": opMul, "/": opDiv, "&": opAnd, ">>": opShift}

func (p *parser) expr() *expr {
	p.enter()
	defer p.leave()
	return p.binary(lessOps, func() *expr {
		return p.binary(sumOps, func() *expr { return p.binary(termOps, p.atom) })
	})
}

// binary reads operands joined by ops, which bind to the left.
func (p *parser) binary(ops map[string]exprOp, operand func() *expr) *expr {
	x := operand()
	for p.tok.kind == tokPunct {
		op, ok := ops[p.tok.text]
		if !ok {
			break
		}
		at := p.advance().at
		x = &expr{at: at, op: op, x: x, y: operand()}
	}
	return x
}

func (p *parser) atom() *expr {
	x := &expr{at: p.tok.at}
	switch {
	case p.tok.kind == tokInt || p.is("-"):
		x.text, x.num = p.integer()
	case p.accept("("):
		x = p.expr()
		p.expect(")")
	case p.accept("*"):
		x.op, x.text = opDeref, p.word("a parameter")
	case p.tok.kind == tokWord:
		p.named(x)
	default:
		p.unexpected("an expression")
	}
	return x
}

// named reads an expression that starts with a word.
func (p *parser) named(x *expr) {
	word := p.advance().text
	switch word {
	case "retval":
		x.op = opResult
		return
	case "zero":
		x.op = opZero
		if p.accept("(") {
			x.x = p.expr()
			p.expect(")")
		}
		return
	case "min":
		x.op = opMin
		p.expect("(")
		x.x = p.expr()
		p.expect(",")
		x.y = p.expr()
		p.expect(")")
		return
	}
	x.op, x.text = opName, word
	if n, ok := numbered(word, "arg"); ok {
		x.op, x.num = opArg, n
	} else if n, ok := numbered(word, "elt"); ok {
		x.op, x.num = opElt, n
	}
}

// numbered reads the N of a word such as arg3.
func numbered(word, prefix string) (uint64, bool) {
	if len(word) <= len(prefix) || word[:len(prefix)] != prefix {
		return 0, false
	}
	n, err := strconv.ParseUint(word[len(prefix):], 10, 8)
	return n, err == nil
}
