package proto

import (
	"plait/proto/decode"
	"plait/proto/syntax"
)

// expr compiles an expression. It is never nil.
func (k *compiler) expr(x *syntax.Expr) *decode.Expr {
	switch x.Op {
	case syntax.OpInt:
		return decode.Const(x.Num)
	case syntax.OpResult:
		return decode.Retval()
	case syntax.OpName:
		return k.name(x)
	case syntax.OpArg:
		return k.numberedArg(x)
	case syntax.OpElt:
		return k.numberedMember(x)
	case syntax.OpDeref:
		return k.deref(x)
	case syntax.OpZero:
		if x.X == nil {
			return decode.Zero(nil)
		}
		return decode.Zero(k.expr(x.X))
	}
	return decode.Binary(x.Op.String(), k.operand(x.X), k.operand(x.Y))
}

// operand compiles a part of an expression that must be a number.
func (k *compiler) operand(x *syntax.Expr) *decode.Expr {
	if x.Op == syntax.OpZero {
		k.fail(x.At, "zero is no number")
	}
	return k.expr(x)
}

// numberedArg resolves argN. In a typedef or struct it is that of the call, if
// it has so many.
func (k *compiler) numberedArg(x *syntax.Expr) *decode.Expr {
	if x.Num == 0 {
		return decode.Retval()
	}
	if len(k.params) > 0 && x.Num > uint64(len(k.params)) {
		k.fail(x.At, "there is no argument %d", x.Num)
	}
	return decode.Argument(int(x.Num) - 1)
}

func (k *compiler) numberedMember(x *syntax.Expr) *decode.Expr {
	if len(k.structs) == 0 {
		k.fail(x.At, "elt%d outside a struct", x.Num)
		return decode.Const(0)
	}
	n := k.structs[len(k.structs)-1]
	if x.Num == 0 || x.Num > uint64(n.Len()) {
		k.fail(x.At, "there is no member %d", x.Num)
		return decode.Const(0)
	}
	return decode.MemberOf(n, int(x.Num)-1)
}

// name resolves a name: member, parameter, constant.
func (k *compiler) name(x *syntax.Expr) *decode.Expr {
	for i := len(k.structs) - 1; i >= 0; i-- {
		if j := k.structs[i].Index(x.Text); j >= 0 {
			return decode.MemberOf(k.structs[i], j)
		}
	}
	if i := k.param(x.Text); i >= 0 {
		return decode.Argument(i)
	}
	v, ok := k.constant(x.Text)
	if !ok {
		k.fail(x.At, "unknown name %s", x.Text)
	}
	return decode.Const(v)
}

func (k *compiler) param(name string) int {
	for i, p := range k.params {
		if p.Name == name {
			return i
		}
	}
	return -1
}

// constant looks a name up, first in the sets of this prototype's parameters,
// this struct's members and this file: that is where a switch finds its labels,
// and spares looking through all sets there are.
func (k *compiler) constant(name string) (uint64, bool) {
	for _, n := range k.nodes {
		if v, ok := decode.ValueIn(n, name); ok {
			return v, true
		}
	}
	for _, s := range k.structs {
		if v, ok := s.ValueIn(name); ok {
			return v, true
		}
	}
	if v, ok := k.scope.constantOf(k.file, name); ok {
		return v, true
	}
	return k.scope.constant(name)
}

// deref compiles *NAME: what a parameter points to, as wide as its type says.
func (k *compiler) deref(x *syntax.Expr) *decode.Expr {
	i := k.param(x.Text)
	if i < 0 {
		k.fail(x.At, "unknown parameter %s", x.Text)
		return decode.Const(0)
	}
	t := k.params[i].Type
	for t.Stars == 0 && len(t.Args) > 0 && (t.Word == "always" || t.Word == "after") {
		t = t.Args[0]
	}
	if t.Stars == 1 {
		elem := *t
		elem.Stars = 0
		n := k.typ(&elem)
		if n == nil {
			return decode.Const(0)
		}
		if c := decode.Deref(i, n); c != nil {
			return c
		}
	}
	k.fail(x.At, "%s is no pointer to a number", x.Text)
	return decode.Const(0)
}
