package proto

import (
	"fmt"
	"strings"

	"plait/arch"
	"plait/event"
)

// A scope is where the names of types and constants are looked up: those of
// one file or of all embedded ones, then those of its parent. Items are parsed
// and compiled when they are first used.
type scope struct {
	parent *scope
	arch   *arch.Arch
	defs   map[string]*item
	order  []*item // the sets of defs, for constants
	consts map[string]uint64
	// shipped tells that the items are of files embedded in plait.
	shipped bool
	files   *Types // not nil: whose files are read when a name in them is asked for
	// made tells that plait has made the items, of debugging information.
	made bool
}

// users tells whether the items are a user's.
func (s *scope) users() bool { return !s.shipped && !s.made }

// An item is one item of a file.
type item struct {
	heading
	chunk
	file  string
	scope *scope
	decl  *decl
	err   error
	node  node
	proto *Prototype
	next  *item // prototype of the same name in another file
	busy  bool
	ready bool
}

func newScope(parent *scope, a *arch.Arch) *scope {
	return &scope{parent: parent, arch: a, defs: map[string]*item{}, consts: map[string]uint64{}}
}

// define enters a type. It is false if the name is taken, or announced as a struct
// and is none; a forward declaration never takes one.
func (s *scope) define(it *item) bool {
	old := s.defs[it.name]
	switch {
	case old == nil:
	case !old.forward():
		return it.forward() && old.isStruct()
	case !it.forward() && !it.isStruct():
		return false
	}
	s.defs[it.name] = it
	if it.kind == kindFlags || it.kind == kindEnum || it.kind == kindConst {
		s.order = append(s.order, it)
	}
	return true
}

// forward tells whether the item is "typedef NAME = struct", which only
// announces NAME.
func (it *item) forward() bool {
	if it.kind != kindTypedef {
		return false
	}
	_, def, ok := strings.Cut(it.text, "=")
	return ok && strings.TrimRight(strings.TrimSpace(def), "; \t") == "struct"
}

// isStruct tells whether the item defines a struct, by its looks.
func (it *item) isStruct() bool {
	if it.kind != kindTypedef {
		return it.kind == kindStruct || it.kind == kindUnion
	}
	_, def, _ := strings.Cut(it.text, "=")
	def = strings.TrimSpace(def)
	return strings.HasPrefix(def, "struct") && !strings.HasSuffix(strings.TrimRight(def, "; \t\n"), "*") || strings.HasPrefix(def, "union")
}

// parse parses the item, once.
func (it *item) parse() (*decl, error) {
	if it.decl == nil && it.err == nil {
		it.decl, it.err = parseItem(it.file, it.chunk)
	}
	return it.decl, it.err
}

// find returns the definition of a type.
func (s *scope) find(name string) *item {
	for ; s != nil; s = s.parent {
		if s.files != nil {
			s.files.know(name)
		}
		if it := s.defs[name]; it != nil {
			return it
		}
	}
	return nil
}

// node returns the type of that name; nil if there is none.
func (s *scope) node(name string) (node, error) {
	it := s.find(name)
	if it == nil || it.kind == kindConst {
		return nil, nil
	}
	return it.compile()
}

// compile compiles a definition, once. A struct may contain pointers to itself.
func (it *item) compile() (node, error) {
	if it.ready || it.busy && it.node != nil {
		return it.node, it.err
	}
	if it.busy {
		return nil, it.errorf("%s is defined by itself", it.name)
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
	return &SyntaxError{it.file, it.line, 1, fmt.Sprintf(format, args...)}
}

// constant returns the value of a name of const, flags or enum.
func (s *scope) constant(name string) (uint64, bool) {
	for ; s != nil; s = s.parent {
		if v, ok := s.consts[name]; ok {
			return v, true
		}
		if s.files != nil {
			s.files.load()
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
	if !strings.Contains(it.text, name) {
		return 0, false
	}
	if it.kind == kindConst {
		d, err := it.parse()
		if err != nil || d.name != name {
			return 0, false
		}
		return d.val.on(it.scope.arch.Name), true
	}
	n, err := it.compile()
	if err != nil {
		return 0, false
	}
	return valueIn(n, name)
}

// valueIn returns the value of a name of the set n.
func valueIn(n node, name string) (uint64, bool) {
	switch n := n.(type) {
	case *enumNode:
		return valueOf(n.entries, name)
	case *flagsNode:
		return valueOf(n.entries, name)
	case *ptrNode:
		return valueIn(n.elem, name)
	}
	return 0, false
}

func valueOf(entries []setEntry, name string) (uint64, bool) {
	for i := range entries {
		e := &entries[i]
		if e.name == name && e.mask == 0 {
			return e.bits, true
		}
		if v, ok := valueOf(e.group, name); ok {
			return v, true
		}
	}
	return 0, false
}

// definition compiles a type definition.
func (k *compiler) definition(d *decl, it *item) node {
	switch d.kind {
	case kindTypedef:
		return k.typedef(d, it)
	case kindFlags:
		sh := k.setShape(d.set, false)
		return &flagsNode{sh, setBase(d.set, event.Hex), d.set.want, k.entries(d.entries)}
	case kindEnum:
		sh := k.setShape(d.set, true)
		return newEnum(sh, setBase(d.set, event.Decimal), d.set.want, k.entries(d.entries))
	case kindStruct, kindUnion:
		n := &structNode{}
		if d.atLeast != nil {
			n.least = int(min(d.atLeast.num, maxRead))
		}
		it.node = n
		k.layout(n, d.members, d.kind == kindUnion, d.packed)
		k.extent(n, d)
		return n
	}
	return nil
}

func (k *compiler) typedef(d *decl, it *item) node {
	if d.typ == nil {
		k.fail(d.at, "%s is announced but never defined", d.name)
		return nil
	}
	if d.typ.word == "struct" && d.typ.stars == 0 {
		n := &structNode{}
		it.node = n
		k.inlineStruct(n, d.typ)
		return n
	}
	return k.typ(d.typ)
}

func setBase(o setOpts, def event.Base) event.Base {
	switch o.base {
	case "hex":
		return event.Hex
	case "octal":
		return event.Octal
	case "decimal":
		return event.Decimal
	}
	return def
}

// setShape is the width of a set: that of its type, or of an int.
func (k *compiler) setShape(o setOpts, signed bool) shape {
	if o.typ == nil {
		return shape{4, 4, signed, integer}
	}
	n := k.typ(o.typ)
	if n == nil {
		return shape{}
	}
	sh := n.shape()
	if !isInteger(n) {
		k.fail(o.typ.at, "a set must be as wide as an integer type")
	}
	return sh
}

// maxEntries bounds the names of a set, against sets that include each other.
const maxEntries = 1 << 14

// entries compiles the entries of a set.
func (k *compiler) entries(list []*entry) []setEntry {
	var out []setEntry
	next := uint64(0)
	for _, e := range list {
		if len(out) > maxEntries {
			k.fail(e.at, "more than %d names", maxEntries)
			return nil
		}
		switch e.word {
		case "include":
			out = append(out, k.included(e)...)
			continue
		case "mask":
			out = append(out, k.maskEntry(e))
			continue
		case "shift":
			if e.shift.num == 0 || e.shift.num > 63 {
				k.fail(e.at, "a shift must be from 1 to 63")
			}
			out = append(out, setEntry{name: e.name, mask: e.mask.num, shift: uint(e.shift.num & 63)})
			continue
		}
		if e.val != nil {
			next = e.val.on(k.scope.arch.Name)
		}
		out = append(out, setEntry{name: e.name, bits: next})
		next++
	}
	return out
}

func (k *compiler) included(e *entry) []setEntry {
	n, err := k.named(e.at, e.name)
	if err != nil {
		return nil
	}
	switch n := n.(type) {
	case *enumNode:
		return n.entries
	case *flagsNode:
		return n.entries
	}
	k.fail(e.at, "%s is no flags or enum", e.name)
	return nil
}

func (k *compiler) maskEntry(e *entry) setEntry {
	out := setEntry{mask: e.mask.num}
	if out.mask == 0 {
		k.fail(e.at, "a mask must not be 0")
	}
	if e.grouped {
		out.group, out.name = k.entries(e.group), e.name
	} else {
		out.group = k.included(e)
	}
	return out
}
