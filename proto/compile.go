package proto

import (
	"fmt"

	"plait/event"
	"plait/proto/syntax"
)

// A compiler turns the types of one item into nodes.
type compiler struct {
	scope   *scope
	file    string
	params  []*syntax.Param
	nodes   []node // of the params, as far as they are compiled
	structs []*structNode
	depth   int
	err     error
}

func (k *compiler) fail(at syntax.Pos, format string, args ...any) {
	if k.err == nil {
		k.err = &syntax.Error{File: k.file, Line: at.Line, Col: at.Col, Msg: fmt.Sprintf(format, args...)}
	}
}

// wordType is what a base type is, by its word.
type wordType struct {
	size   int // 0: as wide as a pointer
	signed bool
	base   event.Base
}

var intTypes = map[string]wordType{
	"char": {1, true, event.Char}, "schar": {1, true, event.Decimal}, "uchar": {1, false, event.Decimal},
	"short": {2, true, event.Decimal}, "ushort": {2, false, event.Decimal},
	"int": {4, true, event.Decimal}, "uint": {4, false, event.Decimal},
	"long": {0, true, event.Decimal}, "ulong": {0, false, event.Decimal},
	"llong": {8, true, event.Decimal}, "ullong": {8, false, event.Decimal},
	"int8_t": {1, true, event.Decimal}, "uint8_t": {1, false, event.Decimal},
	"int16_t": {2, true, event.Decimal}, "uint16_t": {2, false, event.Decimal},
	"int32_t": {4, true, event.Decimal}, "uint32_t": {4, false, event.Decimal},
	"int64_t": {8, true, event.Decimal}, "uint64_t": {8, false, event.Decimal},
	"size_t": {0, false, event.Decimal}, "ssize_t": {0, true, event.Decimal},
	"off_t": {8, true, event.Decimal}, "intptr_t": {0, true, event.Decimal}, "uintptr_t": {0, false, event.Hex},
	"wchar_t": {4, true, event.WideChar}, "char16_t": {2, false, event.WideChar}, "char32_t": {4, false, event.WideChar}, "wint_t": {4, true, event.WideChar},
	"bool": {1, false, event.Bool}, "_Bool": {1, false, event.Bool},
}

var baseLenses = map[string]event.Base{
	"hex": event.Hex, "oct": event.Octal, "octal": event.Octal, "dec": event.Decimal,
	"bin": event.Binary, "guess": event.Guess, "char": event.Char, "bool": event.Bool,
}

func (k *compiler) ptr() int { return k.scope.arch.PtrSize }

func (k *compiler) plainInt(size int, signed bool, b event.Base) *intNode {
	if size == 0 {
		size = k.ptr()
	}
	return &intNode{shape{size, k.align(size), signed, integer}, b}
}

// align is the alignment of something that is by itself aligned to n bytes.
func (k *compiler) align(n int) int {
	if most := k.scope.arch.MaxAlign; most > 0 {
		return min(n, most)
	}
	return n
}

// typ compiles a type with its stars. It is nil after an error.
func (k *compiler) typ(t *syntax.Type) node {
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
		n = k.pointer(n)
	}
	return n
}

func (k *compiler) pointer(n node) node {
	if _, void := n.(voidNode); void {
		return &addrNode{size: k.ptr()}
	}
	return &ptrNode{n, k.ptr()}
}

// value compiles the type of a parameter or result, where an array is a
// pointer to its first element.
func (k *compiler) value(t *syntax.Type) node {
	n := k.typ(t)
	if k.err != nil {
		return nil
	}
	switch x := n.(type) {
	case *arrayNode, manyBits:
		return k.pointer(n)
	case *bitvecNode:
		if _, ok := x.node.(*arrayNode); ok {
			return k.pointer(n)
		}
	case *textNode:
		if x.inline {
			return k.pointer(n)
		}
	}
	return n
}

func (k *compiler) unstarred(t *syntax.Type) node {
	if it := k.scope.find(t.Word); it != nil && it.scope.users() && !it.busy && it.Kind != syntax.KindConst {
		return k.userType(t) // the user's comes before a word of the language
	}
	if w, ok := intTypes[t.Word]; ok && len(t.Args) == 0 && t.Length == nil {
		return k.plainInt(w.size, w.signed, w.base)
	}
	if b, ok := baseLenses[t.Word]; ok && len(t.Args) <= 1 {
		return k.inBase(t, b)
	}
	if build := builder(t.Word); build != nil {
		return build(k, t)
	}
	if g := findLens(t.Word); g != nil && k.scope.find(t.Word) == nil {
		return k.lens(t, g)
	}
	return k.userType(t)
}

// inBase compiles hex(T) and the like.
func (k *compiler) inBase(t *syntax.Type, b event.Base) node {
	if len(t.Args) == 0 {
		return k.plainInt(4, true, b)
	}
	n := k.typ(t.Args[0])
	if n == nil {
		return nil
	}
	return base(n, b)
}

// userType compiles the name of a definition, perhaps with a width.
func (k *compiler) userType(t *syntax.Type) node {
	n, err := k.named(t.At, t.Word)
	if err != nil {
		return nil
	}
	if s, ok := n.(*structNode); ok && t.Length != nil && len(t.Args) == 0 {
		return &partNode{s, k.expr(t.Length), k.ptr()}
	}
	if t.Length != nil {
		k.fail(t.At, "%s takes no length", t.Word)
		return nil
	}
	if len(t.Args) == 0 {
		return n
	}
	r, ok := n.(resizable)
	if !ok || len(t.Args) != 1 {
		k.fail(t.At, "%s takes no type in parentheses", t.Word)
		return nil
	}
	as := k.typ(t.Args[0])
	if as == nil {
		return nil
	}
	if !isInteger(as) {
		k.fail(t.At, "%s in something that is no integer", t.Word)
		return nil
	}
	return r.resized(as.shape())
}

func (k *compiler) named(at syntax.Pos, name string) (node, error) {
	n, err := k.scope.node(name)
	if err == nil && n == nil {
		k.fail(at, "unknown type %s", name)
		err = k.err
	}
	if err != nil {
		k.fail(at, "%s is faulty: %v", name, err)
		return nil, err
	}
	if s, ok := n.(*structNode); ok && !s.done {
		return s, nil // inside its own definition: behind a pointer, or refused by layout
	}
	return n, nil
}

func (k *compiler) lens(t *syntax.Type, g *goLens) node {
	g = k.fitted(g)
	n := lensNode{goLens: g, ptr: k.ptr()}
	switch {
	case len(t.Args) == 1 && t.Length == nil && g.lens != nil && !g.memory:
		return k.widened(t, n)
	case t.Length != nil && g.sized != nil:
		n.length = k.expr(t.Length)
	case t.Length != nil || len(t.Args) > 0 || g.lens == nil:
		k.fail(t.At, "%s is not used so", t.Word)
		return nil
	case g.memory:
		return &memoryLens{n}
	}
	return &n
}

// fitted is g as it is on the scope's architecture.
func (k *compiler) fitted(g *goLens) *goLens {
	if !g.word && k.align(g.align) == g.align {
		return g
	}
	fit := *g
	if g.word {
		fit.size = k.ptr()
	}
	fit.align = k.align(min(g.align, max(fit.size, 1)))
	return &fit
}

// widened compiles fd(long): a value of that width.
func (k *compiler) widened(t *syntax.Type, n lensNode) node {
	as := k.typ(t.Args[0])
	if as == nil {
		return nil
	}
	sh := as.shape()
	if !isInteger(as) {
		k.fail(t.At, "%s in something that is no integer", t.Word)
		return nil
	}
	g := *n.goLens
	g.size, g.align, g.signed = sh.size, sh.align, sh.signed
	n.goLens = &g
	return &n
}

// layout places the members of n as C does.
func (k *compiler) layout(n *structNode, members []*syntax.Member, union, packed bool) {
	k.structs = append(k.structs, n)
	defer func() { k.structs = k.structs[:len(k.structs)-1] }()
	// Conditions and lengths may name later members, so all are named first.
	for _, m := range members {
		n.members = append(n.members, memberNode{name: m.Name, more: m.More})
	}
	n.align, n.union = 1, union
	end := 0
	for i, m := range members {
		x := k.typ(m.Type)
		if x == nil {
			return
		}
		if s, ok := x.(*structNode); ok && !s.done {
			k.fail(m.At, "a struct contains itself")
			return
		}
		off, align := memberPlace(m, x.shape(), end, union, packed)
		n.members[i].node, n.members[i].off = x, off
		end, n.align = max(end, off+x.shape().size), max(n.align, align)
		if end > maxRead {
			k.fail(m.At, "a struct of more than %d bytes", maxRead)
			return
		}
	}
	k.conditions(n, members)
	n.size = (end + n.align - 1) / n.align * n.align
	n.done = true
}

// memberPlace is where a member of shape sh lies and how it is aligned; end is
// where the members before it end.
func memberPlace(m *syntax.Member, sh shape, end int, union, packed bool) (off, align int) {
	align = max(1, sh.align)
	if m.Off != nil {
		off = int(min(m.Off.Num, maxRead))
		if off%align != 0 {
			align = 1
		}
		return off, align
	}
	if packed {
		align = 1
	}
	if union {
		return 0, align
	}
	return (end + align - 1) / align * align, align
}

// extent gives n the size that is written, if one is, and the member that
// stands for it.
func (k *compiler) extent(n *structNode, d *syntax.Decl) {
	if d.Size != nil {
		if d.Size.Num < uint64(n.size) && n.done || d.Size.Num > maxRead {
			k.fail(d.At, "%s can't have %d bytes", d.Name, d.Size.Num)
			return
		}
		n.size = int(d.Size.Num)
	}
	if d.Sole == "" {
		return
	}
	if n.sole = n.index(d.Sole) + 1; n.sole == 0 {
		k.fail(d.At, "%s is no member of %s", d.Sole, d.Name)
	}
}

func (k *compiler) conditions(n *structNode, members []*syntax.Member) {
	for i, m := range members {
		if m.Cond != nil {
			n.members[i].cond = k.expr(m.Cond)
		}
	}
}

// inlineStruct compiles struct(…) and struct { … } into n.
func (k *compiler) inlineStruct(n *structNode, t *syntax.Type) {
	members := t.Members
	for _, a := range t.Args {
		members = append(members, &syntax.Member{At: a.At, Type: a})
	}
	k.layout(n, members, t.Word == "union", false)
}
