package decode

// An Expr is a compiled expression. It gives a length, a condition or the selector of
// a choice for each call.
type Expr struct {
	op     op
	num    uint64 // number; index of a parameter (from 0) or member (from 0)
	owner  *Struct
	size   int // opDeref: bytes of what the parameter points to
	signed bool
	x, y   *Expr
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

// operators maps the language's operators with two operands.
var operators = map[string]op{
	"min": opMin, "+": opAdd, "-": opSub, "|": opOr, "*": opMul, "/": opDiv, "&": opAnd, ">>": opShift, "<": opLess,
}

// Const returns the expression for a number.
func Const(n uint64) *Expr { return &Expr{op: opConst, num: n} }

// Argument returns the expression for parameter i of the call, from 0.
func Argument(i int) *Expr { return &Expr{op: opArg, num: uint64(i)} }

// MemberOf returns the expression for member i, from 0, of the innermost struct of
// type n that is being decoded.
func MemberOf(n *Struct, i int) *Expr { return &Expr{op: opMember, owner: n, num: uint64(i)} }

// Retval returns the expression for the result of the call.
func Retval() *Expr { return &Expr{op: opResult} }

// Deref returns the expression for the number of type n that parameter i, from 0,
// points to; nil if n is not an integer type.
func Deref(i int, n Node) *Expr {
	sh := n.shape()
	if sh.class != integer || sh.size > 8 {
		return nil
	}
	return &Expr{op: opDeref, num: uint64(i), size: sh.size, signed: sh.signed}
}

// Zero returns the length up to the first zero element, but at most bound, which may
// be nil.
func Zero(bound *Expr) *Expr { return &Expr{op: opZero, x: bound} }

// Binary returns "x OP y", or "min(x, y)", for an operator of the language.
func Binary(operator string, x, y *Expr) *Expr { return &Expr{op: operators[operator], x: x, y: y} }

// Value returns the value of a constant expression; false if e depends on the call.
func (e *Expr) Value() (uint64, bool) { return e.eval(&call{}) }

// eval computes e. It returns false if it needs memory that can't be read, or the
// result before the call has returned.
func (e *Expr) eval(c *call) (uint64, bool) {
	switch e.op {
	case opConst:
		return e.num, true
	case opArg:
		if e.num < uint64(len(c.words)) {
			return c.words[e.num], true
		}
		return 0, false
	case opResult:
		return c.result, c.returning
	case opMember:
		return c.member(e)
	case opDeref:
		if e.num >= uint64(len(c.words)) {
			return 0, false
		}
		n, ok := c.s.Word(c.words[e.num], e.size)
		return shape{size: e.size, signed: e.signed}.extend(n), ok
	case opZero:
		if e.x == nil {
			return 0, true
		}
		return e.x.eval(c)
	}
	return e.operate(c)
}

func (e *Expr) operate(c *call) (uint64, bool) {
	a, ok := e.x.eval(c)
	b, ok2 := e.y.eval(c)
	if !ok || !ok2 {
		return 0, false
	}
	switch e.op {
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

// isKnownAtEnter reports whether e depends only on arguments and members, not on what
// the call returns or stores.
func (e *Expr) isKnownAtEnter() bool {
	if e == nil {
		return true
	}
	return e.op != opResult && e.op != opDeref && e.x.isKnownAtEnter() && e.y.isKnownAtEnter()
}

// member reads the member that e names from the innermost struct of its type.
func (c *call) member(x *Expr) (uint64, bool) {
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
