package proto

// expr compiles an expression.
func (k *compiler) expr(x *expr) *code {
	c := &code{op: x.op, num: x.num}
	switch x.op {
	case opInt, opResult:
	case opName:
		k.name(x, c)
	case opArg:
		k.numberedArg(x, c)
	case opElt:
		k.numberedMember(x, c)
	case opDeref:
		k.deref(x, c)
	case opZero:
		if x.x != nil {
			c.x = k.expr(x.x)
		}
	default:
		c.x, c.y = k.operand(x.x), k.operand(x.y)
	}
	return c
}

// operand compiles a part of an expression that must be a number.
func (k *compiler) operand(x *expr) *code {
	if x.op == opZero {
		k.fail(x.at, "zero is no number")
	}
	return k.expr(x)
}

// numberedArg resolves argN. In a typedef or struct it is that of the call, if
// it has so many.
func (k *compiler) numberedArg(x *expr, c *code) {
	if x.num == 0 {
		c.op = opResult
		return
	}
	c.num = x.num - 1
	if len(k.params) > 0 && c.num >= uint64(len(k.params)) {
		k.fail(x.at, "there is no argument %d", x.num)
	}
}

func (k *compiler) numberedMember(x *expr, c *code) {
	if len(k.structs) == 0 {
		k.fail(x.at, "elt%d outside a struct", x.num)
		return
	}
	n := k.structs[len(k.structs)-1]
	if x.num == 0 || x.num > uint64(len(n.members)) {
		k.fail(x.at, "there is no member %d", x.num)
		return
	}
	c.owner, c.num = n, x.num-1
}

// name resolves a name: member, parameter, constant.
func (k *compiler) name(x *expr, c *code) {
	for i := len(k.structs) - 1; i >= 0; i-- {
		if j := k.structs[i].index(x.text); j >= 0 {
			c.op, c.owner, c.num = codeMember, k.structs[i], uint64(j)
			return
		}
	}
	if i := k.param(x.text); i >= 0 {
		c.op, c.num = opArg, uint64(i)
		return
	}
	c.op = opInt
	v, ok := k.constant(x.text)
	if !ok {
		k.fail(x.at, "unknown name %s", x.text)
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
		if p.name == name {
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
func (k *compiler) deref(x *expr, c *code) {
	i := k.param(x.text)
	if i < 0 {
		k.fail(x.at, "unknown parameter %s", x.text)
		return
	}
	c.num, c.size = uint64(i), k.ptr()
	t := k.params[i].typ
	for t.stars == 0 && len(t.args) > 0 && (t.word == "always" || t.word == "after") {
		t = t.args[0]
	}
	if t.stars != 1 {
		k.fail(x.at, "%s is no pointer to a number", x.text)
		return
	}
	elem := *t
	elem.stars = 0
	if n := k.typ(&elem); n != nil {
		sh := n.shape()
		c.size, c.signed = sh.size, sh.signed
		if sh.class != integer || sh.size > 8 {
			k.fail(x.at, "%s is no pointer to a number", x.text)
		}
	}
}
