package proto

import (
	"slices"

	"plait/event"
	"plait/proto/syntax"
)

// A Prototype is a C function or system call: the types of its parameters and
// of its result, compiled. It may be used by one goroutine at a time.
type Prototype struct {
	Name     string
	NoReturn bool // the call never comes back
	// SetsErrno tells that a call that fails says why in errno.
	SetsErrno bool
	Vague     bool // the type of the result is not known: it is shown as what it looks like
	Guess     bool // nothing is known: the arguments are plain words, or what they look like
	More      bool // of a guess, or of debugging information: more arguments may follow
	File      string
	Line      int

	scope  *scope
	params []parameter
	order  []int // indices of params as they are shown
	goCall bool  // called as Go's own functions are
	named  bool  // with their names, because the order is another
	result node
	fails  *failure
	ahead  int     // addresses that are passed in front of the parameters
	unsaid *unsaid // of the mangled name that it is made of; nil: nothing
	sret   bool    // the result goes to memory that a hidden first argument points to
	later  bool    // something is left to do at Return
	pack   packPlace
	packAt int // index of the parameter in whose place the variable arguments stand; or len(params)
}

// packPlace says where a prototype's variable arguments are.
type packPlace uint8

const (
	packNone     packPlace = iota
	packEnd                // behind the parameters, by a format
	packVaList             // in the place of a va_list, by the format before it
	packSentinel           // in the place of the sentinel type
	packSystem             // in the place of the type system, by the system call's prototype
)

type parameter struct {
	name string
	dir  byte // 0, '+' or '='
	node node
	cond *code
}

// Len is the number of parameters, shown or not, without variable arguments.
func (p *Prototype) Len() int { return len(p.params) }

// Registers counts the parameters that travel in integer and in vector registers,
// or would if there were enough. Those that not every call has are not counted.
func (p *Prototype) Registers() (ints, floats int) { return p.registers(false) }

// registers is Registers, with those that not every call has, too, if they are wanted.
func (p *Prototype) registers(conditional bool) (ints, floats int) {
	if p.sret {
		ints++
	}
	for _, x := range p.params {
		if x.cond != nil && !conditional {
			continue
		}
		switch x.node.shape().class {
		case integer:
			ints++
		case sse:
			floats++
		}
	}
	return ints, floats
}

// failure tells from the result whether the call failed.
type failure struct {
	op  byte
	num uint64
}

// prototype compiles a declaration.
func (k *compiler) prototype(d *syntax.Decl) *Prototype {
	p := &Prototype{Name: d.Name, NoReturn: d.NoReturn, goCall: d.GoCall, SetsErrno: d.Errno, File: k.file, Line: d.At.Line, scope: k.scope}
	k.params = d.Params
	later := k.scope.users() && isLtraces(d) // arguments behind a + are read when it returns
	for i, x := range d.Params {
		n := k.value(x.Type)
		if n == nil {
			return nil
		}
		k.nodes = append(k.nodes, n)
		if _, void := n.(voidNode); void {
			// ltrace.conf(5): a void among others is an argument not shown.
			n = &hiddenNode{k.plainInt(4, true, event.Decimal)}
		}
		dir := x.Dir
		if _, format := n.(*formatNode); dir == 0 && later && !format && behindPlus(d.Params[:i]) && points(n) {
			dir = '+'
		}
		if dir != 0 {
			n = outText(n)
		}
		p.params = append(p.params, parameter{name: x.Name, dir: dir, node: n})
	}
	for i, x := range d.Params {
		if x.Cond != nil {
			p.params[i].cond = k.expr(x.Cond)
		}
	}
	p.result = k.value(d.Type)
	if d.Fails != nil {
		p.fails = &failure{d.Fails.Op, d.Fails.Value.On(k.scope.arch.Name)}
	}
	k.order(p, d.Named)
	p.settle()
	if p.pack == packSystem && p.packAt != len(p.params)-1 {
		k.fail(d.At, "nothing can follow the arguments of a system call")
	}
	return p
}

// isLtraces tells whether a prototype may be written for ltrace: it has nothing in it that
// its files don't have.
func isLtraces(d *syntax.Decl) bool {
	if d.Fails != nil || d.Errno || d.NoReturn || d.Named != nil || d.Variadic {
		return false
	}
	for _, x := range d.Params {
		if x.Name != "" || x.Dir == '=' || x.Cond != nil {
			return false
		}
	}
	return true
}

// behindPlus tells whether one of the parameters before is filled in: what comes behind
// it ltrace reads when the call returns, too (ltrace.conf(5), RETURN ARGUMENTS).
func behindPlus(before []*syntax.Param) bool {
	return slices.ContainsFunc(before, func(x *syntax.Param) bool { return x.Dir == '+' })
}

// order is how the arguments are shown: as they are passed, or as named.
func (k *compiler) order(p *Prototype, named []*syntax.Expr) {
	for _, x := range named {
		i := k.param(x.Text)
		if i < 0 || slices.Contains(p.order, i) {
			k.fail(x.At, "%s is no parameter that is left", x.Text)
			return
		}
		p.order = append(p.order, i)
	}
	if p.named = named != nil; p.named {
		return
	}
	for i := range p.params {
		p.order = append(p.order, i)
	}
}

// settle works out what does not change from call to call.
func (p *Prototype) settle() {
	p.packAt = len(p.params)
	for i, x := range p.params {
		p.later = p.later || x.dir != 0 || changes(x.node)
		switch x.node.(type) {
		case *formatNode:
			if p.pack == packNone {
				p.pack = packEnd
			}
		case *vaNode:
			if p.pack == packEnd {
				p.pack, p.packAt = packVaList, i
			}
		case *systemNode:
			p.pack, p.packAt, p.later = packSystem, i, true
		case *sentinelNode, *pairsNode:
			if p.pack == packNone {
				p.pack, p.packAt = packSentinel, i
			}
		}
	}
	_, p.Vague = p.result.(evidentNode)
	if p.result != nil && p.result.shape().class == compound && !p.goCall {
		p.sret = classify(p.result) == nil && x87Results(p.result) == 0
	}
}

// changes tells whether a parameter without a direction may yet have one.
func changes(n node) bool {
	switch n := n.(type) {
	case *choiceNode:
		for _, c := range n.cases {
			if c.dir != 0 || changes(c.node) {
				return true
			}
		}
		return n.other != nil && (n.other.dir != 0 || changes(n.other.node))
	case *formatNode:
		return n.scan
	}
	return false
}
