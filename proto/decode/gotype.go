package decode

import (
	"plait/arch"
	"plait/event"
)

// A Lens turns the bits of one value, and what they point to, into an event.Value.
type Lens interface {
	Decode(s *Source, bits uint64) event.Value
}

// A SizedLens decodes n bytes at addr: NAME[n] in the prototype language. Addr is
// never 0; n comes from the tracee and is not trusted.
type SizedLens interface {
	DecodeSized(s *Source, addr, n uint64) event.Value
}

// A GoType is a type of the language that Go code decodes.
type GoType struct {
	Name        string
	Size, Align int // in memory and registers
	Signed      bool
	Word        bool // as wide as a pointer; overrides Size
	Memory      bool // the bits are the address of a value of Size bytes
	Lens        Lens
	Sized       SizedLens // for NAME[n]: the bits are the address of n bytes
	Plain       bool      // Lens looks at the bits alone, except for Asks
	Asks        bool      // Lens asks Source what a descriptor or a process is
	Always      bool      // Sized, as an out-argument: decoded even if the call failed
}

// On returns the type NAME as it is on a. It must have a Lens.
func (g *GoType) On(a *arch.Arch) Node {
	n := lensNode{GoType: g.fitted(a), ptr: a.PtrSize}
	if g.Memory {
		return &memoryLens{n}
	}
	return &n
}

// OfLength returns the type NAME[n] as it is on a. It must have Sized.
func (g *GoType) OfLength(n *Expr, a *arch.Arch) Node {
	return &lensNode{GoType: g.fitted(a), length: n, ptr: a.PtrSize}
}

// Widened returns the type NAME(T), with the width and sign of the integer type as.
func (g *GoType) Widened(as Node) Node {
	sh := as.shape()
	wide := *g
	wide.Size, wide.Align, wide.Signed = sh.size, sh.align, sh.signed
	return &lensNode{GoType: &wide}
}

// LensOf returns the lens of a type with Memory; nil if n is another type.
func LensOf(n Node) Lens {
	if l, ok := n.(*memoryLens); ok {
		return l.Lens
	}
	return nil
}

// fitted returns g with its size and alignment on a.
func (g *GoType) fitted(a *arch.Arch) *GoType {
	if !g.Word && alignedOn(g.Align, a) == g.Align {
		return g
	}
	fit := *g
	if g.Word {
		fit.Size = a.PtrSize
	}
	fit.Align = alignedOn(min(g.Align, max(fit.Size, 1)), a)
	return &fit
}

// lensNode is a value decoded by Go code.
type lensNode struct {
	*GoType
	length *Expr // of NAME[n]
	ptr    int   // bytes of a pointer
}

func (n *lensNode) shape() shape {
	if n.length != nil {
		return shape{n.ptr, n.ptr, false, integer}
	}
	cl := integer
	if n.Memory {
		cl = compound
	}
	return shape{n.Size, n.Align, n.Signed, cl}
}

func (n *lensNode) word(c *call, bits uint64) event.Value {
	if n.length != nil {
		return c.sized(n.Sized, bits, n.length)
	}
	return n.Lens.Decode(c.s, n.shape().extend(bits))
}

func (n *lensNode) load(c *call, b []byte, addr uint64) event.Value {
	if l, ok := n.Lens.(bytesLens); ok && n.length == nil && len(b) >= n.Size {
		return l.Bytes(c.s, b[:n.Size])
	}
	if n.Memory && n.length == nil {
		return n.Lens.Decode(c.s, addr)
	}
	return n.word(c, n.shape().number(c, b))
}

// A bytesLens can also decode a copy of the value in memory.
type bytesLens interface {
	Bytes(s *Source, b []byte) event.Value
}

// memoryLens is a lensNode whose value is in memory (GoType.Memory).
type memoryLens struct{ lensNode }

func (n *memoryLens) at(c *call, addr uint64) event.Value { return n.Lens.Decode(c.s, addr) }
