package text

import "plait/event"

// A Namer names calls as a Printer does, and makes each name once. It writes values, too.
type Namer struct {
	o       Options
	p       Printer // writes values
	names   map[nameKey]string
	objects map[string]string
}

// A nameKey tells calls apart before they are named.
type nameKey struct {
	kind               event.CallKind
	name, version, abi string
	number             int
}

// maxNamed bounds the names that a Namer remembers.
const maxNamed = 1 << 16

// NewNamer returns a Namer.
func NewNamer(o Options) *Namer {
	n := &Namer{o: o, p: valuePrinter(o), names: map[nameKey]string{}, objects: map[string]string{}}
	n.p.line.names = &n.p.names
	return n
}

// Value returns what Value does.
func (n *Namer) Value(v event.Value, c *event.Call) string {
	n.p.line.reset()
	n.p.line.value(v, n.p.lookOf(c))
	return string(n.p.line.b)
}

// Name returns what Name does.
func (n *Namer) Name(c *event.Call) string {
	k := nameKey{c.Kind, c.Name, c.Version, c.ABI, c.Number}
	if name, ok := n.names[k]; ok {
		return name
	}
	if len(n.names) >= maxNamed {
		clear(n.names)
	}
	name := Name(c, n.o)
	n.names[k] = name
	return name
}

// Symbol returns a symbol as the source spells it, if Options say so. It may need Escaped.
func (n *Namer) Symbol(symbol string) string { return n.p.names.show(symbol) }

// Object returns the soname of the callee as Escaped does.
func (n *Namer) Object(c *event.Call) string {
	if object, ok := n.objects[c.Object]; ok {
		return object
	}
	if len(n.objects) >= maxNamed {
		clear(n.objects)
	}
	object := Escaped(c.Object, n.o)
	n.objects[c.Object] = object
	return object
}
