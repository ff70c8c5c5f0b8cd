package proto

import "plait/proto/syntax"

// A code is a compiled expression.
type code struct {
	op     syntax.Op
	num    uint64 // number; index of a parameter (from 0) or member (from 0)
	owner  *structNode
	size   int // opDeref: of what is pointed to
	signed bool
	x, y   *code
}

// codeMember is opElt by name or number: num is the member's index in owner.
const codeMember = syntax.OpElt

// eval computes x. It is false if memory that it needs can't be read, or if
// the result is needed and not there yet.
func (x *code) eval(c *call) (uint64, bool) {
	switch x.op {
	case syntax.OpInt:
		return x.num, true
	case syntax.OpArg:
		if x.num < uint64(len(c.words)) {
			return c.words[x.num], true
		}
		return 0, false
	case syntax.OpResult:
		return c.result, c.returning
	case codeMember:
		return c.member(x)
	case syntax.OpDeref:
		if x.num >= uint64(len(c.words)) {
			return 0, false
		}
		n, ok := c.s.Word(c.words[x.num], x.size)
		return shape{size: x.size, signed: x.signed}.extend(n), ok
	case syntax.OpZero:
		if x.x == nil {
			return 0, true
		}
		return x.x.eval(c)
	}
	return x.operate(c)
}

func (x *code) operate(c *call) (uint64, bool) {
	a, ok := x.x.eval(c)
	b, ok2 := x.y.eval(c)
	if !ok || !ok2 {
		return 0, false
	}
	switch x.op {
	case syntax.OpMin:
		return min(a, b), true
	case syntax.OpAdd:
		return a + b, true
	case syntax.OpSub:
		return a - b, true
	case syntax.OpOr:
		return a | b, true
	case syntax.OpMul:
		return a * b, true
	case syntax.OpDiv:
		if b == 0 {
			return 0, false
		}
		return a / b, true
	case syntax.OpAnd:
		return a & b, true
	case syntax.OpLess:
		if int64(a) < int64(b) {
			return 1, true
		}
		return 0, true
	}
	return a >> (b & 63), true
}

// isGiven tells whether x is known before the call: made of arguments and members
// alone, not of what the call says or stores.
func (x *code) isGiven() bool {
	if x == nil {
		return true
	}
	return x.op != syntax.OpResult && x.op != syntax.OpDeref && x.x.isGiven() && x.y.isGiven()
}

// member reads the member that x names from the innermost struct of its type.
func (c *call) member(x *code) (uint64, bool) {
	for f := c.frame; f != nil; f = f.up {
		if f.n == x.owner {
			m := &f.n.members[x.num]
			sh := m.node.shape()
			if m.off+sh.size > len(f.b) {
				return 0, false
			}
			return sh.number(c, f.b[m.off:m.off+sh.size]), true
		}
	}
	return 0, false
}
