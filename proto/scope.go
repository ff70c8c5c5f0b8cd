package proto

import (
	"fmt"
	"strings"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
	"plait/proto/lens"
	"plait/proto/syntax"
)

// A scope is where names of types and constants are looked up: in one file or in all
// embedded ones, then in its parent. Each item is parsed and compiled when it is first
// used.
type scope struct {
	parent *scope
	arch   *arch.Arch
	defs   map[string]*item
	order  []*item // the sets of defs, for constants
	consts map[string]uint64
	// shipped is true if the items come from files embedded in plait.
	shipped bool
	files   *Types // if not nil, its files are read when a name in them is looked up
	// derived is true if plait derived the items from debugging information.
	derived bool
}

// users reports whether the items are a user's.
func (s *scope) users() bool { return !s.shipped && !s.derived }

// An item is one item of a file.
type item struct {
	syntax.Heading
	syntax.Chunk
	file  string
	scope *scope
	decl  *syntax.Decl
	err   error
	node  decode.Node
	proto *decode.Prototype
	next  *item // prototype of the same name in another file
	busy  bool
	ready bool

	explanation *Explanation
}

func newScope(parent *scope, a *arch.Arch) *scope {
	return &scope{parent: parent, arch: a, defs: map[string]*item{}, consts: map[string]uint64{}}
}

// define adds a type. It returns false if the name is taken, or declared as a struct that
// the type is not. A forward declaration never takes a name.
func (s *scope) define(it *item) bool {
	old := s.defs[it.Name]
	switch {
	case old == nil:
	case !old.forward():
		return it.forward() && old.isStruct()
	case !it.forward() && !it.isStruct():
		return false
	}
	s.defs[it.Name] = it
	if it.Kind == syntax.KindFlags || it.Kind == syntax.KindEnum || it.Kind == syntax.KindConst {
		s.order = append(s.order, it)
	}
	return true
}

// forward reports whether the item is "typedef NAME = struct", which only declares NAME.
func (it *item) forward() bool {
	if it.Kind != syntax.KindTypedef {
		return false
	}
	_, def, ok := strings.Cut(it.Text, "=")
	return ok && strings.TrimRight(strings.TrimSpace(def), "; \t") == "struct"
}

// isStruct reports whether the item's text looks like the definition of a struct.
func (it *item) isStruct() bool {
	if it.Kind != syntax.KindTypedef {
		return it.Kind == syntax.KindStruct || it.Kind == syntax.KindUnion
	}
	_, def, _ := strings.Cut(it.Text, "=")
	def = strings.TrimSpace(def)
	return strings.HasPrefix(def, "struct") && !strings.HasSuffix(strings.TrimRight(def, "; \t\n"), "*") || strings.HasPrefix(def, "union")
}

// parse parses the item, once.
func (it *item) parse() (*syntax.Decl, error) {
	if it.decl == nil && it.err == nil {
		it.decl, it.err = syntax.Parse(it.file, it.Chunk)
	}
	return it.decl, it.err
}

// find returns the definition of a type.
func (s *scope) find(name string) *item {
	for ; s != nil; s = s.parent {
		if s.files != nil {
			s.files.loadDefining(name)
		}
		if it := s.defs[name]; it != nil {
			return it
		}
	}
	return nil
}

// findUsers is find among the items of users alone.
func (s *scope) findUsers(name string) *item {
	for ; s != nil; s = s.parent {
		if it := s.defs[name]; it != nil && s.users() {
			return it
		}
	}
	return nil
}

// node returns the type of that name, or nil if there is none.
func (s *scope) node(name string) (decode.Node, error) {
	it := s.find(name)
	if it == nil || it.Kind == syntax.KindConst {
		return nil, nil
	}
	return it.compile()
}

// TypeNamed returns the type of that name in the scope, in the list of lenses or in the
// language, or nil if there is none.
func (s *scope) TypeNamed(name string) decode.Node {
	if n, err := s.node(name); err == nil && n != nil {
		return n
	}
	if g := lens.Find(name); g != nil && g.Lens != nil {
		return g.On(s.arch)
	}
	return decode.Integer(name, s.arch)
}

// compile compiles a definition, once. A struct may contain pointers to itself.
func (it *item) compile() (decode.Node, error) {
	if it.ready || it.busy && it.node != nil {
		return it.node, it.err
	}
	if it.busy {
		return nil, it.errorf("%s is defined by itself", it.Name)
	}
	it.busy = true
	defer func() { it.busy, it.ready = false, true }()
	d, err := it.parse()
	if err != nil {
		return nil, err
	}
	k := &compiler{scope: it.scope, file: it.file}
	it.node = k.definition(d, it)
	if k.err != nil {
		it.err, it.node = k.err, nil
	}
	return it.node, it.err
}

func (it *item) errorf(format string, args ...any) error {
	return &syntax.Error{File: it.file, Line: it.Line, Col: 1, Msg: fmt.Sprintf(format, args...)}
}

// constant returns the value of a name of const, flags or enum.
func (s *scope) constant(name string) (uint64, bool) {
	for ; s != nil; s = s.parent {
		if v, ok := s.consts[name]; ok {
			return v, true
		}
		if s.files != nil {
			s.files.loadAll()
		}
		for _, it := range s.order {
			if v, ok := it.value(name); ok {
				s.consts[name] = v
				return v, true
			}
		}
	}
	return 0, false
}

// constantOf returns the value of a name of const, flags or enum in one file.
func (s *scope) constantOf(file, name string) (uint64, bool) {
	for _, it := range s.order {
		if it.file != file {
			continue
		}
		if v, ok := it.value(name); ok {
			return v, true
		}
	}
	return 0, false
}

// value returns the value of a name in a definition. Only text that has the
// name in it is parsed.
func (it *item) value(name string) (uint64, bool) {
	if !strings.Contains(it.Text, name) {
		return 0, false
	}
	if it.Kind == syntax.KindConst {
		d, err := it.parse()
		if err != nil || d.Name != name {
			return 0, false
		}
		return d.Value.On(it.scope.arch.Name), true
	}
	n, err := it.compile()
	if err != nil {
		return 0, false
	}
	return decode.ValueIn(n, name)
}

// definition compiles a type definition.
func (c *compiler) definition(d *syntax.Decl, it *item) decode.Node {
	switch d.Kind {
	case syntax.KindTypedef:
		return c.typedef(d, it)
	case syntax.KindFlags:
		if as := c.width(d.Set, "uint"); as != nil {
			return decode.Flags(as, setBase(d.Set, event.Hex), d.Set.Want, c.entries(d.Entries))
		}
	case syntax.KindEnum:
		if as := c.width(d.Set, "int"); as != nil {
			return decode.Enum(as, setBase(d.Set, event.Decimal), d.Set.Want, c.entries(d.Entries))
		}
	case syntax.KindStruct, syntax.KindUnion:
		n := decode.NewStruct(d.Kind == syntax.KindUnion)
		if d.AtLeast != nil {
			n.SetAtLeast(d.AtLeast.Num)
		}
		it.node = n
		c.layout(n, d.Members, d.Packed)
		c.extent(n, d)
		return n
	}
	return nil
}

func (c *compiler) typedef(d *syntax.Decl, it *item) decode.Node {
	if d.Type == nil {
		c.fail(d.At, "%s is announced but never defined", d.Name)
		return nil
	}
	if d.Type.Word == "struct" && d.Type.Stars == 0 {
		n := decode.NewStruct(false)
		it.node = n
		c.inlineStruct(n, d.Type)
		return n
	}
	return c.typ(d.Type)
}

func setBase(o syntax.SetOptions, def event.Base) event.Base {
	switch o.Base {
	case "hex":
		return event.Hex
	case "octal":
		return event.Octal
	case "decimal":
		return event.Decimal
	}
	return def
}

// width returns the integer type that gives a set its width: the set's own, or other.
func (c *compiler) width(o syntax.SetOptions, other string) decode.Node {
	if o.Type == nil {
		return decode.Word(other, c.scope.arch)
	}
	return c.integer(o.Type.At, o.Type, noWidth, "a set")
}

// maxEntries bounds the number of names in a set, because sets may include each other.
const maxEntries = 1 << 14

// entries compiles the entries of a set.
func (c *compiler) entries(list []*syntax.Entry) []decode.Entry {
	var out []decode.Entry
	next := uint64(0)
	for _, e := range list {
		if len(out) > maxEntries {
			c.fail(e.At, "more than %d names", maxEntries)
			return nil
		}
		switch e.Word {
		case "include":
			out = append(out, c.included(e)...)
			continue
		case "mask":
			out = append(out, c.maskEntry(e))
			continue
		case "shift":
			if e.Shift.Num == 0 || e.Shift.Num > 63 {
				c.fail(e.At, "a shift must be from 1 to 63")
			}
			out = append(out, decode.Entry{Name: e.Name, Mask: e.Mask.Num, Shift: uint(e.Shift.Num & 63)})
			continue
		}
		if e.Value != nil {
			next = e.Value.On(c.scope.arch.Name)
		}
		out = append(out, decode.Entry{Name: e.Name, Bits: next})
		next++
	}
	return out
}

func (c *compiler) included(e *syntax.Entry) []decode.Entry {
	n, err := c.named(e.At, e.Name)
	if err != nil {
		return nil
	}
	if entries, ok := decode.Entries(n); ok {
		return entries
	}
	c.fail(e.At, "%s is no flags or enum", e.Name)
	return nil
}

func (c *compiler) maskEntry(e *syntax.Entry) decode.Entry {
	out := decode.Entry{Mask: e.Mask.Num}
	if out.Mask == 0 {
		c.fail(e.At, "a mask must not be 0")
	}
	if e.Grouped {
		out.Group, out.Name = c.entries(e.Group), e.Name
	} else {
		out.Group = c.included(e)
	}
	return out
}
