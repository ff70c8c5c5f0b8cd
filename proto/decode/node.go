package decode

import (
	"cmp"
	"math"
	"strings"

	"plait/event"
)

// A Node is a compiled type: its bits and what they become.
type Node interface {
	shape() shape
	// word decodes a value that fits a register, extended to 64 bits.
	word(c *call, bits uint64) event.Value
	// load decodes a value lying in memory at addr; b is its shape().size bytes.
	load(c *call, b []byte, addr uint64) event.Value
}

// addressed is a node that reads its memory itself, because its size is not
// known before or because the C type is never in a register.
type addressed interface {
	at(c *call, addr uint64) event.Value
}

// A shape is how a value of a type lies in memory and registers.
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
	compound // struct, union or array: as its parts
	nothing  // void
)

// number reads an integer of the shape from memory, extended to 64 bits.
func (s shape) number(c *call, b []byte) uint64 {
	if len(b) < s.size {
		return 0
	}
	return s.extend(c.s.Number(b[:s.size]))
}

// extend drops what lies above the value in its register (the callee must not
// look at it either) and extends by the sign.
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

// floatNode is float, double or, of 16 bytes, long double.
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

// addrNode is an address shown as such, with its symbol if wanted.
type addrNode struct {
	size   int
	align  int // 0: size
	symbol bool
	number bool // 0 is 0, not the null pointer
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

// maxDepth bounds the pointers that are followed one behind the other.
const maxDepth = 32

// within tells whether the struct at addr, of type n, is being decoded, and how many
// structs around the innermost one it is.
func (c *call) within(n Node, addr uint64) (up int, ok bool) {
	for f := c.frame; f != nil && addr != 0; f = f.up {
		if f.addr == addr && Node(f.n) == n {
			return up, true
		}
		up++
	}
	return 0, false
}

// expanded is how many structs of the very type n are being decoded.
func (c *call) expanded(n Node) int {
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
	if up, ok := c.within(n.elem, bits); ok {
		return event.Verbatim{Text: "recurse" + strings.Repeat("^", up)}
	}
	if bits == 0 || c.depth >= maxDepth || c.expanded(n.elem) >= max(c.s.levels(), 1) || !c.spend() {
		return event.Pointer{Addr: bits}
	}
	c.depth++
	defer func() { c.depth-- }()
	v := loadAt(c, n.elem, bits)
	if lone(v) {
		return event.List{Items: []event.Value{v}}
	}
	return v
}

// lone tells whether v is shown in brackets when a pointer leads to it: 0 would look
// like the null pointer.
func lone(v event.Value) bool {
	switch v := v.(type) {
	case event.Note:
		return lone(v.Value)
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

// noteNode shows elem, and extra as a remark on it.
type noteNode struct {
	Node
	brief string
	extra Node
}

// Also returns n with a remark: the same value as extra, behind a label.
func Also(n Node, label string, extra Node) Node { return &noteNode{n, label, extra} }

func (n *noteNode) word(c *call, bits uint64) event.Value {
	return n.note(n.Node.word(c, bits), n.extra.word(c, bits))
}

func (n *noteNode) load(c *call, b []byte, addr uint64) event.Value {
	return n.note(n.Node.load(c, b, addr), n.extra.load(c, b, addr))
}

// note leaves out a remark that has no name for the value.
func (n *noteNode) note(v, extra event.Value) event.Value {
	if name, ok := extra.(event.Name); ok && name.Name == "" {
		return v
	}
	return event.Note{Value: v, Brief: n.brief, Extra: extra}
}
