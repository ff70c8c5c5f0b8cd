package decode

import (
	"cmp"
	"math"
	"strings"

	"plait/event"
)

// A Node is a compiled type. It decodes values.
type Node interface {
	shape() shape
	// word decodes a value that fits in a register, extended to 64 bits.
	word(c *call, bits uint64) event.Value
	// load decodes a value lying in memory at addr; b is its shape().size bytes.
	load(c *call, b []byte, addr uint64) event.Value
}

// addressed is a node that reads its memory itself: its size is not known beforehand,
// or its C type is never in a register.
type addressed interface {
	at(c *call, addr uint64) event.Value
}

// A shape is the layout of a type in memory and registers.
type shape struct {
	size, align int
	signed      bool
	class       class
}

// A class says which registers a value travels in.
type class uint8

const (
	integer  class = iota
	floating       // float and double
	longDouble
	compound // struct, union or array: depends on its parts
	nothing  // void
)

// number returns the integer of shape s in b, extended to 64 bits.
func (s shape) number(c *call, b []byte) uint64 {
	if len(b) < s.size {
		return 0
	}
	return s.extend(c.s.Number(b[:s.size]))
}

// extend sign- or zero-extends the value in a register. The bits above the value are
// undefined; the callee must not look at them either.
func (s shape) extend(bits uint64) uint64 {
	if s.size == 0 || s.size >= 8 {
		return bits
	}
	drop := uint(64 - 8*s.size)
	if s.signed {
		return uint64(int64(bits<<drop) >> drop)
	}
	return bits << drop >> drop
}

// intNode is an integer.
type intNode struct {
	sh   shape
	base event.Base
}

func (n *intNode) shape() shape { return n.sh }

func (n *intNode) word(c *call, bits uint64) event.Value {
	if n.base == event.Guess && n.sh.size == 8 && bits >= smallNumber && c.s.place(bits).Mapped {
		return event.Pointer{Addr: bits}
	}
	return event.Int{Bits: n.sh.extend(bits), Size: uint8(n.sh.size), Signed: n.sh.signed, Base: n.base}
}

func (n *intNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, n.sh.number(c, b))
}

// floatNode is float, double or, if it has 16 bytes, long double.
type floatNode struct {
	size int
	hex  bool
}

func (n *floatNode) shape() shape {
	if n.size == 16 {
		return shape{16, 16, true, longDouble}
	}
	return shape{n.size, n.size, true, floating}
}

func (n *floatNode) word(_ *call, bits uint64) event.Value {
	if n.size == 4 {
		return event.Float{F: float64(math.Float32frombits(uint32(bits))), Size: 4, Hex: n.hex}
	}
	return event.Float{F: math.Float64frombits(bits), Size: 8, Hex: n.hex}
}

func (n *floatNode) load(c *call, b []byte, _ uint64) event.Value {
	if n.size == 16 {
		return extended(b, n.hex)
	}
	return n.word(c, shape{size: n.size}.number(c, b))
}

// addrNode is a pointer shown as an address, perhaps with its symbol.
type addrNode struct {
	size   int
	align  int // 0: size
	symbol bool
	number bool // 0 is shown as a number, not as a null pointer
}

func (n *addrNode) shape() shape {
	return shape{n.size, cmp.Or(n.align, n.size), false, integer}
}

func (n *addrNode) word(c *call, bits uint64) event.Value {
	p := event.Pointer{Addr: n.shape().extend(bits), Numeric: n.number}
	if n.symbol && p.Addr != 0 && c.s.Symbol != nil {
		p.Symbol = c.s.Symbol(p.Addr)
	}
	return p
}

func (n *addrNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, n.shape().number(c, b))
}

// ptrNode points to one value.
type ptrNode struct {
	elem Node
	size int
}

func (n *ptrNode) shape() shape { return shape{n.size, n.size, false, integer} }

func (n *ptrNode) load(c *call, b []byte, _ uint64) event.Value {
	return n.word(c, n.shape().number(c, b))
}

// maxDepth limits how many pointers are followed in a row.
const maxDepth = 32

// expanding reports whether the struct of type n at addr is being decoded, and how
// many structs up from the innermost one it is.
func (c *call) expanding(n Node, addr uint64) (up int, ok bool) {
	for f := c.frame; f != nil && addr != 0; f = f.up {
		if f.addr == addr && Node(f.n) == n {
			return up, true
		}
		up++
	}
	return 0, false
}

// depthOf returns how many structs of type n are being decoded.
func (c *call) depthOf(n Node) int {
	count := 0
	for f := c.frame; f != nil; f = f.up {
		if Node(f.n) == n {
			count++
		}
	}
	return count
}

func (n *ptrNode) word(c *call, bits uint64) event.Value {
	bits = n.shape().extend(bits)
	if up, ok := c.expanding(n.elem, bits); ok {
		return event.Verbatim{Text: "recurse" + strings.Repeat("^", up)}
	}
	if bits == 0 || c.depth >= maxDepth || c.depthOf(n.elem) >= max(c.s.levels(), 1) || !c.spend() {
		return event.Pointer{Addr: bits}
	}
	c.depth++
	defer func() { c.depth-- }()
	v := loadAt(c, n.elem, bits)
	if inBrackets(v) {
		return event.List{Items: []event.Value{v}}
	}
	return v
}

// inBrackets reports whether v is shown in brackets if it is what a pointer points to:
// 0 would look like a null pointer.
func inBrackets(v event.Value) bool {
	switch v := v.(type) {
	case event.Note:
		return inBrackets(v.Value)
	case event.Int, event.Name, event.Flags, event.FD, event.PID, event.Float:
		return true
	}
	return false
}

// loadAt decodes the value at addr.
func loadAt(c *call, n Node, addr uint64) event.Value {
	if a, ok := n.(addressed); ok {
		return a.at(c, addr)
	}
	if t, ok := n.(*textNode); ok && t.inline {
		return t.read(c, addr)
	}
	size := n.shape().size
	if size == 0 {
		return event.Pointer{Addr: addr}
	}
	b := c.bytes(size)
	if c.read(addr, b) < len(b) {
		return event.Unreadable{Addr: addr}
	}
	v := n.load(c, b, addr)
	c.free(b)
	return v
}

// voidNode is the result of a function without one.
type voidNode struct{}

func (voidNode) shape() shape                           { return shape{class: nothing} }
func (voidNode) word(*call, uint64) event.Value         { return event.Void{} }
func (voidNode) load(*call, []byte, uint64) event.Value { return event.Void{} }

// hiddenNode is a value that is fetched but not shown.
type hiddenNode struct{ Node }

// noteNode shows a value, and as a remark the same value as type extra.
type noteNode struct {
	Node
	brief string
	extra Node
}

// Also returns n with a remark: a label and the same value as type extra.
func Also(n Node, label string, extra Node) Node { return &noteNode{n, label, extra} }

func (n *noteNode) word(c *call, bits uint64) event.Value {
	return n.note(n.Node.word(c, bits), n.extra.word(c, bits))
}

func (n *noteNode) load(c *call, b []byte, addr uint64) event.Value {
	return n.note(n.Node.load(c, b, addr), n.extra.load(c, b, addr))
}

// note omits the remark if extra has no name for the value.
func (n *noteNode) note(v, extra event.Value) event.Value {
	if name, ok := extra.(event.Name); ok && name.Name == "" {
		return v
	}
	return event.Note{Value: v, Brief: n.brief, Extra: extra}
}
