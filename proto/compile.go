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

func (k *compiler) fail(at syntax.Pos, format string, args ...any) {
	if k.err == nil {
		k.err = &syntax.Error{File: k.file, Line: at.Line, Col: at.Col, Msg: fmt.Sprintf(format, args...)}
	}
}

// typ compiles a type with its stars. It is nil after an error.
func (k *compiler) typ(t *syntax.Type) decode.Node {
	if k.depth++; k.depth > syntax.MaxNesting {
		k.fail(t.At, "nested too deeply")
	}
	defer func() { k.depth-- }()
	if k.err != nil {
		return nil
	}
	n := k.unstarred(t)
	for range t.Stars {
		if n == nil {
			return nil
		}
		n = decode.Pointer(n, k.scope.arch)
	}
	return n
}

// value compiles the type of a parameter or result.
func (k *compiler) value(t *syntax.Type) decode.Node {
	n := k.typ(t)
	if k.err != nil {
		return nil
	}
	return decode.Passed(n, k.scope.arch)
}

func (k *compiler) unstarred(t *syntax.Type) decode.Node {
	if it := k.scope.find(t.Word); it != nil && it.scope.users() && !it.busy && it.Kind != syntax.KindConst {
		return k.userType(t) // the user's comes before a word of the language
	}
	alone := decode.Word(t.Word, k.scope.arch)
	switch build := builder(t.Word); {
	case alone != nil && len(t.Args) == 0 && t.Length == nil:
		return alone
	case decode.IsBase(t.Word) && len(t.Args) == 1:
		return k.wrap(t)
	case build != nil:
		return build(k, t)
	case alone != nil && !decode.IsBase(t.Word):
		k.fail(t.At, "%s takes neither a type nor a length", t.Word)
		return nil
	}
	if g := lens.Find(t.Word); g != nil && k.scope.find(t.Word) == nil {
		return k.lens(t, g)
	}
	return k.userType(t)
}

// userType compiles the name of a definition, perhaps with a width.
func (k *compiler) userType(t *syntax.Type) decode.Node {
	n, err := k.named(t.At, t.Word)
	if err != nil {
		return nil
	}
	if s, ok := n.(*decode.Struct); ok && t.Length != nil && len(t.Args) == 0 {
		return decode.Part(s, k.expr(t.Length), k.scope.arch)
	}
	if t.Length != nil {
		k.fail(t.At, "%s takes no length", t.Word)
		return nil
	}
	if len(t.Args) == 0 {
		return n
	}
	if len(t.Args) > 1 || decode.Resized(n, n) == nil {
		k.fail(t.At, "%s takes no type in parentheses", t.Word)
		return nil
	}
	as := k.typ(t.Args[0])
	if as == nil {
		return nil
	}
	if !decode.IsInteger(as) {
		k.fail(t.At, "%s in something that is no integer", t.Word)
		return nil
	}
	return decode.Resized(n, as)
}

func (k *compiler) named(at syntax.Pos, name string) (decode.Node, error) {
	n, err := k.scope.node(name)
	if err == nil && n == nil {
		k.fail(at, "unknown type %s", name)
		err = k.err
	}
	if err != nil {
		k.fail(at, "%s is faulty: %v", name, err)
		return nil, err
	}
	return n, nil
}

func (k *compiler) lens(t *syntax.Type, g *decode.GoType) decode.Node {
	switch {
	case len(t.Args) == 1 && t.Length == nil && g.Lens != nil && !g.Memory:
		as := k.typ(t.Args[0])
		if as == nil {
			return nil
		}
		if !decode.IsInteger(as) {
			k.fail(t.At, "%s in something that is no integer", t.Word)
			return nil
		}
		return g.Widened(as)
	case t.Length != nil && g.Sized != nil:
		return g.OfLength(k.expr(t.Length), k.scope.arch)
	case t.Length != nil || len(t.Args) > 0 || g.Lens == nil:
		k.fail(t.At, "%s is not used so", t.Word)
		return nil
	}
	return g.On(k.scope.arch)
}

// layout places the members of n as C does.
func (k *compiler) layout(n *decode.Struct, members []*syntax.Member, packed bool) {
	k.structs = append(k.structs, n)
	defer func() { k.structs = k.structs[:len(k.structs)-1] }()
	// Conditions and lengths may name later members, so all are named first.
	for _, m := range members {
		n.Declare(m.Name, m.More)
	}
	for i, m := range members {
		x := k.typ(m.Type)
		if x == nil {
			return
		}
		at := -1
		if m.Off != nil {
			at = int(min(m.Off.Num, math.MaxInt32))
		}
		if err := n.Place(i, x, at, packed); err != nil {
			k.fail(m.At, "%v", err)
			return
		}
	}
	k.conditions(n, members)
	n.Finish()
}

// extent gives n the size that is written, if one is, and the member that
// stands for it.
func (k *compiler) extent(n *decode.Struct, d *syntax.Decl) {
	if d.Size != nil && !n.Grow(d.Size.Num) {
		k.fail(d.At, "%s can't have %d bytes", d.Name, d.Size.Num)
		return
	}
	if d.ShownAs != "" && !n.SetShownAs(d.ShownAs) {
		k.fail(d.At, "%s is no member of %s", d.ShownAs, d.Name)
	}
}

func (k *compiler) conditions(n *decode.Struct, members []*syntax.Member) {
	for i, m := range members {
		if m.Cond != nil {
			n.Restrict(i, k.expr(m.Cond))
		}
	}
}

// inlineStruct compiles the members of struct(…) and struct { … } into n.
func (k *compiler) inlineStruct(n *decode.Struct, t *syntax.Type) {
	members := t.Members
	for _, a := range t.Args {
		members = append(members, &syntax.Member{At: a.At, Type: a})
	}
	k.layout(n, members, false)
}
