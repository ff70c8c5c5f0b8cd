package proto

import (
	"fmt"
	"math"

	"plait/proto/decode"
	"plait/proto/lens"
	"plait/proto/syntax"
)

// A compiler turns the types of one item into nodes.
type compiler struct {
	scope   *scope
	file    string
	params  []*syntax.Param
	nodes   []decode.Node // of the params, as far as they are compiled
	structs []*decode.Struct
	depth   int
	err     error
}

func (c *compiler) fail(at syntax.Pos, format string, args ...any) {
	if c.err == nil {
		c.err = &syntax.Error{File: c.file, Line: at.Line, Col: at.Col, Msg: fmt.Sprintf(format, args...)}
	}
}

// typ compiles a type with its stars. It returns nil after an error.
func (c *compiler) typ(t *syntax.Type) decode.Node {
	if c.depth++; c.depth > syntax.MaxNesting {
		c.fail(t.At, "nested too deeply")
	}
	defer func() { c.depth-- }()
	if c.err != nil {
		return nil
	}
	n := c.unstarred(t)
	for range t.Stars {
		if n == nil {
			return nil
		}
		n = decode.Pointer(n, c.scope.arch)
	}
	return n
}

// value compiles the type of a parameter or result.
func (c *compiler) value(t *syntax.Type) decode.Node {
	n := c.typ(t)
	if c.err != nil {
		return nil
	}
	return decode.Passed(n, c.scope.arch)
}

func (c *compiler) unstarred(t *syntax.Type) decode.Node {
	if it := c.scope.findUsers(t.Word); it != nil && !it.busy && it.Kind != syntax.KindConst {
		return c.userType(t) // the user's comes before a word of the language
	}
	alone := decode.Word(t.Word, c.scope.arch)
	switch build := builder(t.Word); {
	case alone != nil && len(t.Args) == 0 && t.Length == nil:
		return alone
	case decode.IsBase(t.Word) && len(t.Args) == 1:
		return c.wrap(t)
	case build != nil:
		return build(c, t)
	case alone != nil && !decode.IsBase(t.Word):
		c.fail(t.At, "%s takes neither a type nor a length", t.Word)
		return nil
	}
	if g := lens.Find(t.Word); g != nil && c.scope.find(t.Word) == nil {
		return c.lens(t, g)
	}
	return c.userType(t)
}

// userType compiles the name of a definition, which may have a width.
func (c *compiler) userType(t *syntax.Type) decode.Node {
	n, err := c.named(t.At, t.Word)
	if err != nil {
		return nil
	}
	if s, ok := n.(*decode.Struct); ok && t.Length != nil && len(t.Args) == 0 {
		return decode.Part(s, c.expr(t.Length), c.scope.arch)
	}
	if t.Length != nil {
		c.fail(t.At, "%s takes no length", t.Word)
		return nil
	}
	if len(t.Args) == 0 {
		return n
	}
	if len(t.Args) > 1 || decode.Resized(n, n) == nil {
		c.fail(t.At, "%s takes no type in parentheses", t.Word)
		return nil
	}
	if as := c.integer(t.At, t.Args[0], noInteger, t.Word); as != nil {
		return decode.Resized(n, as)
	}
	return nil
}

func (c *compiler) named(at syntax.Pos, name string) (decode.Node, error) {
	n, err := c.scope.node(name)
	if err == nil && n == nil {
		c.fail(at, "unknown type %s", name)
		err = c.err
	}
	if err != nil {
		c.fail(at, "%s is faulty: %v", name, err)
		return nil, err
	}
	return n, nil
}

func (c *compiler) lens(t *syntax.Type, g *decode.GoType) decode.Node {
	switch {
	case len(t.Args) == 1 && t.Length == nil && g.Lens != nil && !g.Memory:
		if as := c.integer(t.At, t.Args[0], noInteger, t.Word); as != nil {
			return g.Widened(as)
		}
		return nil
	case t.Length != nil && g.Sized != nil:
		return g.OfLength(c.expr(t.Length), c.scope.arch)
	case t.Length != nil || len(t.Args) > 0 || g.Lens == nil:
		c.fail(t.At, "%s is not used so", t.Word)
		return nil
	}
	return g.On(c.scope.arch)
}

// layout places the members of n as C does.
func (c *compiler) layout(n *decode.Struct, members []*syntax.Member, packed bool) {
	c.structs = append(c.structs, n)
	defer func() { c.structs = c.structs[:len(c.structs)-1] }()
	// Conditions and lengths may refer to later members, so all get their names first.
	for _, m := range members {
		n.Declare(m.Name, m.More)
	}
	for i, m := range members {
		x := c.typ(m.Type)
		if x == nil {
			return
		}
		at := -1
		if m.Off != nil {
			at = int(min(m.Off.Num, math.MaxInt32))
		}
		if err := n.Place(i, x, at, packed); err != nil {
			c.fail(m.At, "%v", err)
			return
		}
	}
	c.conditions(n, members)
	n.Finish()
}

// extent sets the declared size of n, and the member that n is shown as, if there are
// such.
func (c *compiler) extent(n *decode.Struct, d *syntax.Decl) {
	if d.Size != nil && !n.Grow(d.Size.Num) {
		c.fail(d.At, "%s can't have %d bytes", d.Name, d.Size.Num)
		return
	}
	if d.ShownAs != "" && !n.SetShownAs(d.ShownAs) {
		c.fail(d.At, "%s is no member of %s", d.ShownAs, d.Name)
	}
}

func (c *compiler) conditions(n *decode.Struct, members []*syntax.Member) {
	for i, m := range members {
		if m.Cond != nil {
			n.Restrict(i, c.expr(m.Cond))
		}
	}
}

// inlineStruct compiles the members of struct(…) and struct { … } into n.
func (c *compiler) inlineStruct(n *decode.Struct, t *syntax.Type) {
	members := t.Members
	for _, a := range t.Args {
		members = append(members, &syntax.Member{At: a.At, Type: a})
	}
	c.layout(n, members, false)
}
