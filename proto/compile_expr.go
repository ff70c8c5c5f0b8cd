package proto

import (
	"plait/proto/decode"
	"plait/proto/syntax"
)

// expr compiles an expression. It never returns nil.
func (c *compiler) expr(x *syntax.Expr) *decode.Expr {
	switch x.Op {
	case syntax.OpInt:
		return decode.Const(x.Num)
	case syntax.OpResult:
		return decode.Retval()
	case syntax.OpName:
		return c.name(x)
	case syntax.OpArg:
		return c.numberedArg(x)
	case syntax.OpElt:
		return c.numberedMember(x)
	case syntax.OpDeref:
		return c.deref(x)
	case syntax.OpZero:
		if x.X == nil {
			return decode.Zero(nil)
		}
		return decode.Zero(c.expr(x.X))
	}
	return decode.Binary(x.Op.String(), c.operand(x.X), c.operand(x.Y))
}

// operand compiles an operand that must be a number.
func (c *compiler) operand(x *syntax.Expr) *decode.Expr {
	if x.Op == syntax.OpZero {
		c.fail(x.At, "zero is no number")
	}
	return c.expr(x)
}

// numberedArg resolves argN. In a typedef or struct, it refers to the call's argument,
// which may be missing.
func (c *compiler) numberedArg(x *syntax.Expr) *decode.Expr {
	if x.Num == 0 {
		return decode.Retval()
	}
	if len(c.params) > 0 && x.Num > uint64(len(c.params)) {
		c.fail(x.At, "there is no argument %d", x.Num)
	}
	return decode.Argument(int(x.Num) - 1)
}

func (c *compiler) numberedMember(x *syntax.Expr) *decode.Expr {
	if len(c.structs) == 0 {
		c.fail(x.At, "elt%d outside a struct", x.Num)
		return decode.Const(0)
	}
	n := c.structs[len(c.structs)-1]
	if x.Num == 0 || x.Num > uint64(n.Len()) {
		c.fail(x.At, "there is no member %d", x.Num)
		return decode.Const(0)
	}
	return decode.MemberOf(n, int(x.Num)-1)
}

// name resolves a name: member, parameter, constant.
func (c *compiler) name(x *syntax.Expr) *decode.Expr {
	for i := len(c.structs) - 1; i >= 0; i-- {
		if j := c.structs[i].Index(x.Text); j >= 0 {
			return decode.MemberOf(c.structs[i], j)
		}
	}
	if i := c.param(x.Text); i >= 0 {
		return decode.Argument(i)
	}
	v, ok := c.constant(x.Text)
	if !ok {
		c.fail(x.At, "unknown name %s", x.Text)
	}
	return decode.Const(v)
}

func (c *compiler) param(name string) int {
	for i, p := range c.params {
		if p.Name == name {
			return i
		}
	}
	return -1
}

// constant looks a name up, first in the sets of this prototype's parameters, this
// struct's members and this file. A switch finds its labels there, so that it need not
// search all sets.
func (c *compiler) constant(name string) (uint64, bool) {
	for _, n := range c.nodes {
		if v, ok := decode.ValueIn(n, name); ok {
			return v, true
		}
	}
	for _, s := range c.structs {
		if v, ok := s.ValueIn(name); ok {
			return v, true
		}
	}
	if v, ok := c.scope.constantOf(c.file, name); ok {
		return v, true
	}
	return c.scope.constant(name)
}

// deref compiles *NAME: what a parameter points to, as wide as its type says.
func (c *compiler) deref(x *syntax.Expr) *decode.Expr {
	i := c.param(x.Text)
	if i < 0 {
		c.fail(x.At, "unknown parameter %s", x.Text)
		return decode.Const(0)
	}
	t := c.params[i].Type
	for t.Stars == 0 && len(t.Args) > 0 && (t.Word == "always" || t.Word == "after") {
		t = t.Args[0]
	}
	if t.Stars == 1 {
		elem := *t
		elem.Stars = 0
		n := c.typ(&elem)
		if n == nil {
			return decode.Const(0)
		}
		if pointed := decode.Deref(i, n); pointed != nil {
			return pointed
		}
	}
	c.fail(x.At, "%s is no pointer to a number", x.Text)
	return decode.Const(0)
}
