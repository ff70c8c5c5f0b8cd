package decode

import "plait/event"

// A placer hands out the arguments of one call in order, from where the
// System V ABI (AMD64 supplement, 3.2.3) has put them: integers and pointers
// in integer registers, floating point in vector registers, what does not fit
// there and what is too large on the stack. A system call's are words by index.
type placer struct {
	s                 *Source
	ints, vecs, stack int
	va                *vaList // instead of registers, of a va_list
}

// integer is the next argument of class INTEGER.
func (p *placer) integer() uint64 {
	if p.va != nil {
		return p.va.integer(p.s)
	}
	if p.s.Kind == event.System || p.ints < p.s.Arch.IntArgs() {
		p.ints++
		return p.s.Int(p.ints - 1)
	}
	return p.eightbyte()
}

// word is the next argument of a system call: on some 32-bit machines, one of 8
// bytes takes two words, the lower one first.
func (p *placer) word(size int) uint64 {
	if size <= p.s.Arch.PtrSize || !p.s.Arch.Pairs {
		return p.integer()
	}
	low := p.integer() & 0xffffffff
	return low | p.integer()<<32
}

// vector is the low half of the next argument of class SSE.
func (p *placer) vector() uint64 {
	if p.va != nil {
		return p.va.vector(p.s)
	}
	if p.s.Vector != nil && p.vecs < p.s.Arch.VecArgs {
		p.vecs++
		v := p.s.Vector(p.vecs - 1)
		return p.s.Arch.Order.Uint64(v[:8])
	}
	return p.eightbyte()
}

func (p *placer) eightbyte() uint64 {
	p.stack++
	if p.s.Stack == nil {
		return 0
	}
	return p.s.Stack(p.stack - 1)
}

// memory is the next argument of class MEMORY, size bytes on the stack.
func (p *placer) memory(size, align int) []byte {
	if p.va != nil {
		return p.va.memory(p.s, size, align)
	}
	if align > 8 {
		p.stack += p.stack & 1
	}
	size = min(size, MaxRead)
	b := make([]byte, (size+7)/8*8)
	for i := 0; i < len(b); i += 8 {
		p.s.Arch.Order.PutUint64(b[i:], p.eightbyte())
	}
	return b[:size]
}

// registers is the next argument of at most two eightbytes of the classes, in
// registers if there are enough for the whole of it, else on the stack.
func (p *placer) registers(sh shape, classes []class) []byte {
	ints, vecs := 0, 0
	for _, cl := range classes {
		switch cl {
		case sse:
			vecs++
		case integer:
			ints++
		}
	}
	if p.va != nil || p.ints+ints > p.s.Arch.IntArgs() || p.vecs+vecs > p.s.Arch.VecArgs {
		return p.memory(sh.size, sh.align)
	}
	b := make([]byte, 16)
	for i, cl := range classes {
		switch {
		case cl == sse:
			p.s.Arch.Order.PutUint64(b[8*i:], p.vector())
		case cl == integer:
			p.s.Arch.Order.PutUint64(b[8*i:], p.integer())
		case p.s.Vector != nil: // the rest of the register just passed
			v := p.s.Vector(p.vecs - 1)
			copy(b[8*i:], v[8:])
		}
	}
	return b[:sh.size]
}

// argument hands out the argument for parameter i of a prototype: its bits, or its
// bytes if it is of a type that is not a plain number or pointer. It is false if it can't
// be told where that is.
func (p *placer) argument(of *Prototype, i int) (bits uint64, blob []byte, ok bool) {
	n := of.Params[i].Node
	if of.GoCall {
		return p.goArgument(n)
	}
	bits, blob = p.value(n)
	return bits, blob, true
}

// value hands out the next argument, which is of type n.
func (p *placer) value(n Node) (bits uint64, blob []byte) {
	sh := n.shape()
	if p.s.Kind == event.System {
		return sh.extend(p.word(sh.size)), nil
	}
	switch sh.class {
	case sse:
		return p.vector(), nil
	case x87:
		return 0, p.memory(16, 16)
	case compound:
		if cl := classify(n); cl != nil {
			return 0, p.registers(sh, cl)
		}
		return 0, p.memory(sh.size, sh.align)
	case nothing:
		return 0, nil
	}
	return sh.extend(p.integer()), nil
}

// classify returns the classes of the eightbytes of a struct passed in
// registers; nil if it goes through memory.
func classify(n Node) []class {
	size := n.shape().size
	if size == 0 || size > 16 {
		return nil
	}
	parts := []class{sse, sse}[:(size+7)/8]
	if !classifyInto(n, 0, parts) {
		return nil
	}
	return parts
}

// classifyInto merges the classes of n, which lies at off, into parts. It is
// false if n must be in memory.
func classifyInto(n Node, off int, parts []class) bool {
	switch n := n.(type) {
	case *Struct:
		if n.Size == 0 {
			return true
		}
		for _, m := range n.Members {
			if m.Off%max(1, m.Node.shape().align) != 0 || !classifyInto(m.Node, off+m.Off, parts) {
				return false
			}
		}
		return true
	case *arrayNode:
		for i := range n.count {
			if !classifyInto(n.elem, off+i*n.elem.shape().size, parts) {
				return false
			}
		}
		return true
	case *hiddenNode:
		return classifyInto(n.Node, off, parts)
	case *wideNode:
		parts[0], parts[1] = integer, integer
		return true
	case quadNode:
		parts[0], parts[1] = sse, sseup
		return true
	}
	sh := n.shape()
	if sh.class == x87 {
		return false
	}
	for i := off / 8; sh.class != sse && i < len(parts) && 8*i < off+sh.size; i++ {
		parts[i] = integer
	}
	return true
}

// resultBytes assembles the result of type n, which is not a plain number,
// from the result registers; of class MEMORY, it reads it at the address that
// the callee returned. It is nil if that can't be read.
func (c *call) resultBytes(n Node, r *Result) []byte {
	sh := n.shape()
	if regs := x87Results(n); regs > 0 {
		b := make([]byte, 16*regs)
		for i := range regs {
			if r.X87 != nil {
				v := r.X87(i)
				copy(b[16*i:], v[:])
			}
		}
		return b
	}
	classes := classify(n)
	if classes == nil {
		b := make([]byte, min(sh.size, MaxRead))
		if c.read(r.Int[0], b) < len(b) {
			return nil
		}
		return b
	}
	b := make([]byte, 16)
	ints, vecs := 0, 0
	for i, cl := range classes {
		switch {
		case cl == integer:
			c.s.Arch.Order.PutUint64(b[8*i:], r.Int[ints])
			ints++
		case r.Vector == nil:
		case cl == sse:
			v := r.Vector(vecs)
			copy(b[8*i:], v[:8])
			vecs++
		default: // sseup
			v := r.Vector(vecs - 1)
			copy(b[8*i:], v[8:])
		}
	}
	return b[:sh.size]
}
