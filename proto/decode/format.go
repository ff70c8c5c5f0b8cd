package decode

import "plait/event"

// Bounds of formats: what of one is read, and how many arguments it may take.
const (
	maxFormat  = 8192
	maxVarargs = 64
)

// formatNode is a printf(3) or scanf(3) format. Its arguments follow the
// parameters, or come from the va_list behind it.
type formatNode struct {
	scan bool
	text textNode
}

func newFormat(word string, ptr int) *formatNode {
	n := &formatNode{scan: word == "scanf" || word == "wscanf", text: textNode{stop: true, unit: 1, ptr: ptr}}
	if word[0] == 'w' {
		n.text.unit = 4
	}
	return n
}

func (n *formatNode) shape() shape { return n.text.shape() }

func (n *formatNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, n.shape().number(c, b))
}

// word reads the format whole, although it may be shown cut, for the
// conversions in it.
func (n *formatNode) word(c *call, bits uint64) event.Value {
	c.pack = pack{scan: n.scan, known: true, cut: true, args: c.pack.args[:0]}
	if bits == 0 || !c.spend() {
		return event.Pointer{Addr: bits}
	}
	b, ended, whole := c.s.Fetch(bits, maxFormat*n.text.unit, n.text.unit, true)
	if len(b) == 0 && !ended {
		return event.Unreadable{Addr: bits}
	}
	format := string(b)
	if n.text.unit > 1 {
		format = wideText(c, b, n.text.unit)
	}
	c.pack.parse(format)
	c.pack.cut = c.pack.cut || !ended && !whole
	limit := n.text.limit(c) * n.text.unit
	return n.text.value(c, b[:min(len(b), limit)], len(b) > limit || !ended && !whole)
}

// A pack is the variable arguments that a format asks for.
type pack struct {
	known bool
	cut   bool // there may be more, of which nothing is known
	scan  bool
	args  []vararg
}

// A vararg is one variable argument of a format.
type vararg struct {
	kind   varKind
	size   int
	signed bool
	base   event.Base
	prec   int  // of text: bytes at most; -1: no bound
	from   int  // of text: 1 + index of the argument that has its bound; 0: none
	alloc  bool // scanf's %ms: it stores the address of the text
	whole  bool // scanf's %c: exactly prec bytes
	silent bool // assigned, but not counted in scanf's result
}

type varKind uint8

const (
	varInt varKind = iota
	varFloat
	varText
	varWide
	varPointer
)

func (p *pack) parse(format string) {
	f := formatParser{text: format, pack: p}
	if p.scan {
		f.scanf()
	} else {
		f.printf()
	}
	p.cut = len(p.args) >= maxVarargs && f.directive()
}

// take fetches the bits of every argument from pl and decodes them.
func (p *pack) take(c *call, pl *placer) []event.Arg {
	var bits [maxVarargs]uint64
	var blobs [maxVarargs][]byte
	for i := range p.args {
		bits[i], blobs[i] = p.args[i].fetch(pl)
	}
	out := make([]event.Arg, 0, len(p.args))
	for i := range p.args {
		a := p.args[i]
		if a.from > 0 && a.from <= len(p.args) {
			a.prec = int(int32(bits[a.from-1]))
		}
		arg := event.Arg{Value: a.decode(c, bits[i], blobs[i])}
		if a.kind == varText || a.kind == varWide {
			arg.Addr = bits[i]
		}
		out = append(out, arg)
	}
	return out
}

// targets fetches the pointers that scanf stores through; what is there will
// be known at Return.
func (p *pack) targets(pl *placer) []event.Arg {
	out := make([]event.Arg, 0, len(p.args))
	for range p.args {
		out = append(out, event.Arg{Value: event.Change{Before: event.Pointer{Addr: pl.integer()}, After: event.Pending{}}})
	}
	return out
}

// stored decodes what scanf has stored, given the targets and how many
// conversions it says that it assigned.
func (p *pack) stored(c *call, targets []event.Arg, assigned int) []event.Arg {
	out := make([]event.Arg, 0, len(targets))
	for i, t := range targets {
		change, ok := t.Value.(event.Change)
		if !ok || i >= len(p.args) {
			break
		}
		if !p.args[i].silent {
			assigned--
		}
		at, ok := change.Before.(event.Pointer)
		if assigned < 0 || !ok {
			break
		}
		out = append(out, event.Arg{Value: p.args[i].at(c, at.Addr), Addr: at.Addr})
	}
	return out
}

// fetch takes the argument from where the ABI put it.
func (a *vararg) fetch(pl *placer) (uint64, []byte) {
	if a.kind != varFloat {
		return pl.integer(), nil
	}
	if a.size == 16 {
		return 0, pl.memory(16, 16)
	}
	return pl.vector(), nil // a float travels as double
}

func (a *vararg) node(c *call) Node {
	size := c.s.Arch.PtrSize
	switch a.kind {
	case varInt:
		return &intNode{shape{a.size, a.size, a.signed, integer}, a.base}
	case varFloat:
		return &floatNode{a.size, a.base == event.Hex}
	case varPointer:
		return &addrNode{size: size}
	}
	n := &textNode{stop: !a.whole, unit: 1, ptr: size}
	if a.kind == varWide {
		n.unit = 4
	}
	if a.prec >= 0 {
		n.length = Const(uint64(a.prec))
	}
	return n
}

func (a *vararg) decode(c *call, bits uint64, blob []byte) event.Value {
	n := a.node(c)
	if blob != nil {
		return n.load(c, blob, 0)
	}
	return n.word(c, bits)
}

// at decodes the argument where scanf has stored it.
func (a *vararg) at(c *call, addr uint64) event.Value {
	n := a.node(c)
	if t, ok := n.(*textNode); ok && !a.alloc {
		return t.read(c, addr)
	} else if ok {
		n = &atNode{t}
	}
	if addr == 0 || !c.spend() {
		return event.Pointer{Addr: addr}
	}
	return loadAt(c, n, addr)
}
