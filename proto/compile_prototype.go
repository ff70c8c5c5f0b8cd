package proto

import (
	"slices"

	"plait/proto/decode"
	"plait/proto/syntax"
)

// prototype compiles a declaration.
func (c *compiler) prototype(d *syntax.Decl) *decode.Prototype {
	p := &decode.Prototype{Name: d.Name, NoReturn: d.NoReturn, GoCall: d.GoCall, SetsErrno: d.Errno != "", MayKeepErrno: d.Errno == "errno?", File: c.file, Line: d.At.Line, Arch: c.scope.arch, Scope: c.scope}
	c.params = d.Params
	later := c.scope.users() && mayBeLtraces(d) // arguments after a + are read when the call returns
	for i, x := range d.Params {
		n := c.value(x.Type)
		if n == nil {
			return nil
		}
		c.nodes = append(c.nodes, n)
		dir := x.Dir
		if dir == 0 && later && followsOut(d.Params[:i]) && decode.Fillable(n) {
			dir = '+'
		}
		p.Params = append(p.Params, decode.Param{Name: x.Name, Dir: dir, Node: n})
	}
	for i, x := range d.Params {
		if x.Cond != nil {
			p.Params[i].Cond = c.expr(x.Cond)
		}
	}
	p.Result = c.value(d.Type)
	if d.Fails != nil {
		p.Fails = &decode.Failure{Op: d.Fails.Op, Num: d.Fails.Value.On(c.scope.arch.Name)}
	}
	p.Heap = c.heap(d)
	c.order(p, d.Named)
	if err := p.Prepare(); err != nil {
		c.fail(d.At, "%v", err)
	}
	p.MoreArgs = d.Variadic && !p.DecodesVarargs()
	return p
}

// heap compiles what a declaration says about blocks of memory.
func (c *compiler) heap(d *syntax.Decl) *decode.Heap {
	if d.Frees == nil && d.Alloc == nil {
		return nil
	}
	h := &decode.Heap{}
	if d.Frees != nil {
		h.Frees = c.operand(d.Frees)
	}
	if d.Alloc == nil {
		return h
	}
	h.Block = decode.Retval()
	if d.Alloc.Block != nil {
		h.Block = c.operand(d.Alloc.Block)
	}
	if x := d.Alloc.Size; x != nil && (x.Op != syntax.OpZero || x.X != nil) {
		h.Size = c.operand(d.Alloc.Size)
	}
	return h
}

// mayBeLtraces reports whether a prototype may have been written for ltrace: it uses
// nothing that ltrace's files lack.
func mayBeLtraces(d *syntax.Decl) bool {
	if d.Fails != nil || d.Errno != "" || d.NoReturn || d.Named != nil || d.Variadic || d.Frees != nil || d.Alloc != nil {
		return false
	}
	for _, x := range d.Params {
		if x.Name != "" || x.Dir == '=' || x.Cond != nil {
			return false
		}
	}
	return true
}

// followsOut reports whether the call fills in one of the parameters before. ltrace reads
// all later arguments when the call returns (ltrace.conf(5), RETURN ARGUMENTS).
func followsOut(before []*syntax.Param) bool {
	return slices.ContainsFunc(before, func(x *syntax.Param) bool { return x.Dir == '+' })
}

// order sets the order in which arguments are shown: that of the parameters, or the one
// that named gives.
func (c *compiler) order(p *decode.Prototype, named []*syntax.Expr) {
	for _, x := range named {
		i := c.param(x.Text)
		if i < 0 || slices.Contains(p.Order, i) {
			c.fail(x.At, "%s is no parameter that is left", x.Text)
			return
		}
		p.Order = append(p.Order, i)
	}
	if p.Named = named != nil; p.Named {
		return
	}
	for i := range p.Params {
		p.Order = append(p.Order, i)
	}
}
