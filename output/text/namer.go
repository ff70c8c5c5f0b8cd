package text

import "plait/event"

// A Namer names calls as a Printer does, and makes each name once.
type Namer struct {
	o       Options
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
	return &Namer{o: o, names: map[nameKey]string{}, objects: map[string]string{}}
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
