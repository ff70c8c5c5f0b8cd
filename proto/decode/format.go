package decode

import "plait/event"

// Limits of formats: bytes that are read, and arguments.
const (
	maxFormat  = 8192
	maxVarargs = 64
)

// formatNode is a printf(3) or scanf(3) format. Its arguments follow the parameters,
// or come from the va_list after it.
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

// word reads the whole format, for its conversions, even if only a part is shown.
func (n *formatNode) word(c *call, bits uint64) event.Value {
	c.formatArgs = formatArgs{scan: n.scan, known: true, cut: true, args: c.formatArgs.args[:0]}
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
	c.formatArgs.parse(format)
	c.formatArgs.cut = c.formatArgs.cut || !ended && !whole
	limit := n.text.limit(c) * n.text.unit
	return n.text.value(c, b[:min(len(b), limit)], len(b) > limit || !ended && !whole)
}

// formatArgs are the variable arguments of a format.
type formatArgs struct {
	known bool
	cut   bool // there may be more arguments, which are unknown
	scan  bool
	args  []vararg
}

// A vararg is one variable argument of a format.
type vararg struct {
	kind      varKind
	size      int
	signed    bool
	base      event.Base
	prec      int  // of text: characters at most; -1: no limit
	precFrom  int  // of text: 1 + index of the argument that is prec; 0: none
	alloc     bool // scanf's %ms: scanf stores the address of the text
	exact     bool // scanf's %c: exactly prec bytes
	uncounted bool // assigned, but not counted in scanf's result
}

type varKind uint8

const (
	varInt varKind = iota
	varFloat
	varText
	varWide
	varPointer
)

func (f *formatArgs) parse(format string) {
	p := formatParser{text: format, found: f}
	if f.scan {
		p.scanf()
	} else {
		p.printf()
	}
	f.cut = len(f.args) >= maxVarargs && p.directive()
}

// take fetches all arguments from pl and decodes them.
func (f *formatArgs) take(c *call, pl *placer) []event.Arg {
	var bits [maxVarargs]uint64
	var blobs [maxVarargs][]byte
	for i := range f.args {
		bits[i], blobs[i] = f.args[i].fetch(pl)
	}
	out := make([]event.Arg, 0, len(f.args))
	for i := range f.args {
		a := f.args[i]
		if a.precFrom > 0 && a.precFrom <= len(f.args) {
			a.prec = int(int32(bits[a.precFrom-1]))
		}
		arg := event.Arg{Value: a.decode(c, bits[i], blobs[i])}
		if a.kind == varText || a.kind == varWide {
			arg.Addr = bits[i]
		}
		out = append(out, arg)
	}
	return out
}

// targets fetches the pointers that scanf stores through. What they point to is known
// only at Return.
func (f *formatArgs) targets(pl *placer) []event.Arg {
	out := make([]event.Arg, 0, len(f.args))
	for range f.args {
		out = append(out, event.Arg{Value: event.Change{Before: event.Pointer{Addr: pl.integer()}, After: event.Pending{}}})
	}
	return out
}

// stored decodes what scanf has stored through targets; assigned is the number of
// conversions that it returned.
func (f *formatArgs) stored(c *call, targets []event.Arg, assigned int) []event.Arg {
	out := make([]event.Arg, 0, len(targets))
	for i, t := range targets {
		change, ok := t.Value.(event.Change)
		if !ok || i >= len(f.args) {
			break
		}
		if !f.args[i].uncounted {
			assigned--
		}
		at, ok := change.Before.(event.Pointer)
		if assigned < 0 || !ok {
			break
		}
		out = append(out, event.Arg{Value: f.args[i].at(c, at.Addr), Addr: at.Addr})
	}
	return out
}

// fetch returns the bits of the argument, or its bytes if it takes more than a word.
func (v *vararg) fetch(pl *placer) (uint64, []byte) {
	if v.kind != varFloat {
		return pl.integer(), nil
	}
	if v.size == 16 {
		return 0, pl.memory(16, 16)
	}
	return pl.vector(), nil // a float travels as double
}

func (v *vararg) node(c *call) Node {
	size := c.s.Arch.PtrSize
	switch v.kind {
	case varInt:
		return &intNode{shape{v.size, v.size, v.signed, integer}, v.base}
	case varFloat:
		return &floatNode{v.size, v.base == event.Hex}
	case varPointer:
		return &addrNode{size: size}
	}
	n := &textNode{stop: !v.exact, unit: 1, ptr: size}
	if v.kind == varWide {
		n.unit = 4
	}
	if v.prec >= 0 {
		n.length = Const(uint64(v.prec))
	}
	return n
}

func (v *vararg) decode(c *call, bits uint64, blob []byte) event.Value {
	n := v.node(c)
	if blob != nil {
		return n.load(c, blob, 0)
	}
	return n.word(c, bits)
}

// at decodes the argument where scanf has stored it.
func (v *vararg) at(c *call, addr uint64) event.Value {
	n := v.node(c)
	if t, ok := n.(*textNode); ok && !v.alloc {
		return t.read(c, addr)
	} else if ok {
		n = &atNode{t}
	}
	if addr == 0 || !c.spend() {
		return event.Pointer{Addr: addr}
	}
	return loadAt(c, n, addr)
}
