package syntax

import "strconv"

// Operators by how they bind, the weakest first.
var (
	eitherOps  = map[string]Op{"||": OpEither}
	bothOps    = map[string]Op{"&&": OpBoth}
	compareOps = map[string]Op{"==": OpEqual, "!=": OpUnequal, "<": OpLess, ">": OpGreater, "<=": OpAtMost, ">=": OpAtLeast}
	lessOps    = map[string]Op{"<": OpLess}
)

var sumOps = map[string]Op{"+": OpAdd, "-": OpSub, "|": OpOr}

var termOps = map[string]Op{"*": OpMul, "/": OpDiv, "&": OpAnd, ">>": OpShift}

func (p *parser) expr() *Expr {
	p.nest()
	defer p.unnest()
	if !p.sentence {
		return p.binary(lessOps, p.sum)
	}
	compared := func() *Expr { return p.binary(compareOps, p.sum) }
	both := func() *Expr { return p.binary(bothOps, compared) }
	return p.binary(eitherOps, both)
}

func (p *parser) sum() *Expr {
	return p.binary(sumOps, func() *Expr { return p.binary(termOps, p.atom) })
}

// binary reads operands joined by ops, which are left-associative.
func (p *parser) binary(ops map[string]Op, operand func() *Expr) *Expr {
	x := operand()
	for p.tok.kind == tokPunct {
		op, ok := ops[p.tok.text]
		if !ok {
			break
		}
		at := p.advance().at
		x = &Expr{At: at, Op: op, X: x, Y: operand()}
	}
	return x
}

func (p *parser) atom() *Expr {
	x := &Expr{At: p.tok.at}
	switch {
	case p.tok.kind == tokInt || p.is("-"):
		x.Text, x.Num = p.integer()
	case p.accept("("):
		x = p.expr()
		p.expect(")")
	case p.accept("*"):
		x.Op, x.Text = OpDeref, p.word("a parameter")
	case p.sentence && p.accept("!"):
		p.nest()
		x.Op, x.X = OpNot, p.atom()
		p.unnest()
	case p.sentence && p.tok.kind == tokString:
		x.Op, x.Text = OpText, p.advance().text
	case p.tok.kind == tokWord:
		p.named(x)
	default:
		p.unexpected("an expression")
	}
	return x
}

// named reads an expression that starts with a word.
func (p *parser) named(x *Expr) {
	word := p.advance().text
	switch word {
	case "retval":
		x.Op = OpResult
		return
	case "zero":
		x.Op = OpZero
		if p.accept("(") {
			x.X = p.expr()
			p.expect(")")
		}
		return
	case "min":
		x.Op = OpMin
		p.expect("(")
		x.X = p.expr()
		p.expect(",")
		x.Y = p.expr()
		p.expect(")")
		return
	}
	if p.sentence && p.sentenceWord(x, word) {
		return
	}
	x.Op, x.Text = OpName, word
	if n, ok := numbered(word, "arg"); ok {
		x.Op, x.Num = OpArg, n
	} else if n, ok := numbered(word, "elt"); ok {
		x.Op, x.Num = OpElt, n
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
