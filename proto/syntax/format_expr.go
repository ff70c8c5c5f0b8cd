package syntax

import "strconv"

// operators are the spellings of the operators with two operands.
var operators = map[Op]string{
	OpAdd: "+", OpSub: "-", OpOr: "|", OpMul: "*", OpDiv: "/", OpAnd: "&", OpShift: ">>", OpLess: "<", OpMin: "min",
	OpEqual: "==", OpUnequal: "!=", OpGreater: ">", OpAtMost: "<=", OpAtLeast: ">=", OpBoth: "&&", OpEither: "||",
}

// String returns the spelling of op; "" if it does not have two operands.
func (op Op) String() string { return operators[op] }

// expr writes x with as few parentheses as its meaning allows.
func (w *writer) expr(x *Expr) {
	switch x.Op {
	case OpInt, OpName:
		w.put(x.Text)
	case OpArg:
		w.put("arg", strconv.FormatUint(x.Num, 10))
	case OpElt:
		w.put("elt", strconv.FormatUint(x.Num, 10))
	case OpResult:
		w.put("retval")
	case OpDeref:
		w.put("*", x.Text)
	case OpZero:
		w.put("zero")
		if x.X != nil {
			w.put("(")
			w.expr(x.X)
			w.put(")")
		}
	case OpMin:
		w.put("min(")
		w.expr(x.X)
		w.put(", ")
		w.expr(x.Y)
		w.put(")")
	case OpNot, OpText, OpLength, OpFails, OpIn, OpMakes:
		w.sentenceExpr(x)
	default:
		w.operand(x.X, x.Op, false)
		w.put(" ", x.Op.String(), " ")
		w.operand(x.Y, x.Op, true)
	}
}

// operand writes an operand of op, in parentheses if it would bind differently
// without them.
func (w *writer) operand(x *Expr, op Op, right bool) {
	own, outer := strength(x.Op), strength(op)
	if own < outer || right && own == outer {
		w.put("(")
		w.expr(x)
		w.put(")")
		return
	}
	w.expr(x)
}

// strength says how tightly an operator binds its operands.
func strength(op Op) int {
	switch op {
	case OpEither:
		return 0
	case OpBoth:
		return 1
	case OpLess, OpEqual, OpUnequal, OpGreater, OpAtMost, OpAtLeast:
		return 2
	case OpAdd, OpSub, OpOr:
		return 3
	case OpMul, OpDiv, OpAnd, OpShift:
		return 4
	}
	return 5
}
