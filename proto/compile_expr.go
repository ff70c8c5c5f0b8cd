package proto

import "plait/proto/syntax"

// expr compiles an expression.
func (k *compiler) expr(x *syntax.Expr) *code {
	c := &code{op: x.Op, num: x.Num}
	switch x.Op {
	case syntax.OpInt, syntax.OpResult:
	case syntax.OpName:
		k.name(x, c)
	case syntax.OpArg:
		k.numberedArg(x, c)
	case syntax.OpElt:
		k.numberedMember(x, c)
	case syntax.OpDeref:
		k.deref(x, c)
	case syntax.OpZero:
		if x.X != nil {
			c.x = k.expr(x.X)
		}
	default:
		c.x, c.y = k.operand(x.X), k.operand(x.Y)
	}
	return c
}

// operand compiles a part of an expression that must be a number.
func (k *compiler) operand(x *syntax.Expr) *code {
	if x.Op == syntax.OpZero {
		k.fail(x.At, "zero is no number")
	}
	return k.expr(x)
}

// numberedArg resolves argN. In a typedef or struct it is that of the call, if
// it has so many.
func (k *compiler) numberedArg(x *syntax.Expr, c *code) {
	if x.Num == 0 {
		c.op = syntax.OpResult
		return
	}
	c.num = x.Num - 1
	if len(k.params) > 0 && c.num >= uint64(len(k.params)) {
		k.fail(x.At, "there is no argument %d", x.Num)
	}
}

func (k *compiler) numberedMember(x *syntax.Expr, c *code) {
	if len(k.structs) == 0 {
		k.fail(x.At, "elt%d outside a struct", x.Num)
		return
	}
	n := k.structs[len(k.structs)-1]
	if x.Num == 0 || x.Num > uint64(len(n.members)) {
		k.fail(x.At, "there is no member %d", x.Num)
		return
	}
	c.owner, c.num = n, x.Num-1
}

// name resolves a name: member, parameter, constant.
func (k *compiler) name(x *syntax.Expr, c *code) {
	for i := len(k.structs) - 1; i >= 0; i-- {
		if j := k.structs[i].index(x.Text); j >= 0 {
			c.op, c.owner, c.num = codeMember, k.structs[i], uint64(j)
			return
		}
	}
	if i := k.param(x.Text); i >= 0 {
		c.op, c.num = syntax.OpArg, uint64(i)
		return
	}
	c.op = syntax.OpInt
	v, ok := k.constant(x.Text)
	if !ok {
		k.fail(x.At, "unknown name %s", x.Text)
	}
	c.num = v
}

func (n *structNode) index(name string) int {
	for j := range n.members {
		if n.members[j].name == name {
			return j
		}
	}
	return -1
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
		if v, ok := valueIn(n, name); ok {
			return v, true
		}
	}
	for _, s := range k.structs {
		for i := range s.members {
			if v, ok := valueIn(s.members[i].node, name); ok {
				return v, true
			}
		}
	}
	if v, ok := k.scope.constantOf(k.file, name); ok {
		return v, true
	}
	return k.scope.constant(name)
}

// deref compiles *NAME: what a parameter points to, as wide as its type says.
func (k *compiler) deref(x *syntax.Expr, c *code) {
	i := k.param(x.Text)
	if i < 0 {
		k.fail(x.At, "unknown parameter %s", x.Text)
		return
	}
	c.num, c.size = uint64(i), k.ptr()
	t := k.params[i].Type
	for t.Stars == 0 && len(t.Args) > 0 && (t.Word == "always" || t.Word == "after") {
		t = t.Args[0]
	}
	if t.Stars != 1 {
		k.fail(x.At, "%s is no pointer to a number", x.Text)
		return
	}
	elem := *t
	elem.Stars = 0
	if n := k.typ(&elem); n != nil {
		sh := n.shape()
		c.size, c.signed = sh.size, sh.signed
		if sh.class != integer || sh.size > 8 {
			k.fail(x.At, "%s is no pointer to a number", x.Text)
		}
	}
}
