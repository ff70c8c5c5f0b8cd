package decode

// A Code is a compiled expression: what a length, a condition or a choice is
// computed from at each call.
type Code struct {
	op     op
	num    uint64 // number; index of a parameter (from 0) or member (from 0)
	owner  *Struct
	size   int // opDeref: of what is pointed to
	signed bool
	x, y   *Code
}

type op uint8

const (
	opConst op = iota
	opArg
	opMember
	opResult
	opDeref
	opZero // x: upper bound, may be nil
	opMin
	opAdd
	opSub
	opOr
	opMul
	opDiv
	opAnd
	opShift
	opLess
)

// operators are those of two operands, as the language writes them.
var operators = map[string]op{
	"min": opMin, "+": opAdd, "-": opSub, "|": opOr, "*": opMul, "/": opDiv, "&": opAnd, ">>": opShift, "<": opLess,
}

// Const returns a number.
func Const(n uint64) *Code { return &Code{op: opConst, num: n} }

// Argument returns parameter i of the call, from 0.
func Argument(i int) *Code { return &Code{op: opArg, num: uint64(i)} }

// MemberOf returns member i, from 0, of the innermost struct of type n that is being
// decoded.
func MemberOf(n *Struct, i int) *Code { return &Code{op: opMember, owner: n, num: uint64(i)} }

// Retval returns the result of the call.
func Retval() *Code { return &Code{op: opResult} }

// Deref returns what parameter i, from 0, points to, a number of type n; nil if n is
// none.
func Deref(i int, n Node) *Code {
	sh := n.shape()
	if sh.class != integer || sh.size > 8 {
		return nil
	}
	return &Code{op: opDeref, num: uint64(i), size: sh.size, signed: sh.signed}
}

// Zero returns the length that the first zero element ends, before bound, which
// may be nil.
func Zero(bound *Code) *Code { return &Code{op: opZero, x: bound} }

// Binary returns "x OP y", or "min(x, y)", of an operator of the language.
func Binary(operator string, x, y *Code) *Code { return &Code{op: operators[operator], x: x, y: y} }

// Value returns what x is in every call; false if that depends on the call.
func (x *Code) Value() (uint64, bool) { return x.eval(&call{}) }

// eval computes x. It is false if memory that it needs can't be read, or if
// the result is needed and not there yet.
func (x *Code) eval(c *call) (uint64, bool) {
	switch x.op {
	case opConst:
		return x.num, true
	case opArg:
		if x.num < uint64(len(c.words)) {
			return c.words[x.num], true
		}
		return 0, false
	case opResult:
		return c.result, c.returning
	case opMember:
		return c.member(x)
	case opDeref:
		if x.num >= uint64(len(c.words)) {
			return 0, false
		}
		n, ok := c.s.Word(c.words[x.num], x.size)
		return shape{size: x.size, signed: x.signed}.extend(n), ok
	case opZero:
		if x.x == nil {
			return 0, true
		}
		return x.x.eval(c)
	}
	return x.operate(c)
}

func (x *Code) operate(c *call) (uint64, bool) {
	a, ok := x.x.eval(c)
	b, ok2 := x.y.eval(c)
	if !ok || !ok2 {
		return 0, false
	}
	switch x.op {
	case opMin:
		return min(a, b), true
	case opAdd:
		return a + b, true
	case opSub:
		return a - b, true
	case opOr:
		return a | b, true
	case opMul:
		return a * b, true
	case opDiv:
		if b == 0 {
			return 0, false
		}
		return a / b, true
	case opAnd:
		return a & b, true
	case opLess:
		if int64(a) < int64(b) {
			return 1, true
		}
		return 0, true
	}
	return a >> (b & 63), true
}

// isGiven tells whether x is known before the call: made of arguments and members
// alone, not of what the call says or stores.
func (x *Code) isGiven() bool {
	if x == nil {
		return true
	}
	return x.op != opResult && x.op != opDeref && x.x.isGiven() && x.y.isGiven()
}

// member reads the member that x names from the innermost struct of its type.
func (c *call) member(x *Code) (uint64, bool) {
	for f := c.frame; f != nil; f = f.up {
		if f.n == x.owner {
			m := &f.n.Members[x.num]
			sh := m.Node.shape()
			if m.Off+sh.size > len(f.b) {
				return 0, false
			}
			return sh.number(c, f.b[m.Off:m.Off+sh.size]), true
		}
	}
	return 0, false
}
