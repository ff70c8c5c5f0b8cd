package decode

import (
	"plait/arch"
	"plait/event"
)

// A placer returns the arguments of a call in order, from the places of the ABI:
// integers and pointers from integer registers, floating-point numbers from vector
// registers, the rest from the stack. Package arch knows the places of structs and the
// like. The arguments of a system call are words.
type placer struct {
	s                 *Source
	ints, vecs, stack int
	va                *arch.VaList // instead of registers, of a va_list
	words             []uint64     // that it has returned, as they were passed
}

// maxWords bounds how many words of a call are noted: a struct may have very many.
const maxWords = 64

// note notes a word that was passed, and returns it.
func (p *placer) note(word uint64) uint64 {
	if len(p.words) < maxWords {
		p.words = append(p.words, word)
	}
	return word
}

// Words returns the machine words of the arguments that were decoded last, at most 64: as
// registers and stack have them, in the order of the parameters. An argument that is passed
// only in some calls has a word in all. It must follow Prototype.Enter.
func (s *Source) Words() []uint64 { return append([]uint64(nil), s.scratch.place.words...) }

// integer returns the next argument that is an integer or a pointer.
func (p *placer) integer() uint64 {
	if p.va != nil {
		return p.vaWord(p.va.Integer())
	}
	if p.s.Kind == event.System || p.ints < p.s.Arch.IntArgs() {
		p.ints++
		return p.note(p.s.Int(p.ints - 1))
	}
	return p.eightbyte()
}

// word returns the next argument of a system call. On some 32-bit machines an
// argument of 8 bytes takes two words, the lower one first.
func (p *placer) word(size int) uint64 {
	if size <= p.s.Arch.PtrSize || !p.s.Arch.Pairs {
		return p.integer()
	}
	low := p.integer() & 0xffffffff
	return low | p.integer()<<32
}

// vector returns the next argument that is a float or double.
func (p *placer) vector() uint64 {
	if p.va != nil {
		return p.vaWord(p.va.Vector())
	}
	if p.vecs < p.s.Arch.VecArgs {
		v := p.vectorRegister()
		return p.s.Arch.Order.Uint64(v[:8])
	}
	return p.eightbyte()
}

// vectorRegister returns the next vector register. If registers are unknown it returns
// a word of the stack.
func (p *placer) vectorRegister() (v [16]byte) {
	if p.s.Vector == nil {
		p.s.Arch.Order.PutUint64(v[:], p.eightbyte())
		return v
	}
	p.vecs++
	v = p.s.Vector(p.vecs - 1)
	p.note(p.s.Arch.Order.Uint64(v[:]))
	return v
}

// vaWord returns a word of a va_list.
func (p *placer) vaWord(addr uint64) uint64 {
	w, _ := p.s.Word(addr, 8)
	return w
}

func (p *placer) eightbyte() uint64 {
	p.stack++
	if p.s.Stack == nil {
		return 0
	}
	return p.note(p.s.Stack(p.stack - 1))
}

// memory returns the next argument on the stack, size bytes of it.
func (p *placer) memory(size, align int) []byte {
	if p.va != nil {
		b := make([]byte, min(size, MaxRead))
		p.s.Read(p.va.Stack(size, align), b)
		return b
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

// registers returns the next argument, whose parts are passed in registers if enough
// remain for all of it, otherwise on the stack.
func (p *placer) registers(sh shape, parts []arch.Part) []byte {
	ints, vecs := 0, 0
	for _, part := range parts {
		if part.Bank == arch.InVector {
			vecs++
		} else {
			ints++
		}
	}
	if p.va != nil || p.ints+ints > p.s.Arch.IntArgs() || p.vecs+vecs > p.s.Arch.VecArgs {
		return p.memory(sh.size, sh.align)
	}
	b := make([]byte, sh.size)
	for _, part := range parts {
		var v [16]byte
		if part.Bank == arch.InVector {
			v = p.vectorRegister()
			if part.Size > 8 {
				p.note(p.s.Arch.Order.Uint64(v[8:]))
			}
		} else {
			p.s.Arch.Order.PutUint64(v[:], p.integer())
		}
		copy(b[part.Off:part.Off+part.Size], v[:])
	}
	return b
}

// argument returns the argument for parameter i of a prototype: its bits, or its bytes
// if it is neither a number nor a pointer. It returns false if its place is unknown.
func (p *placer) argument(of *Prototype, i int) (bits uint64, blob []byte, ok bool) {
	n := of.Params[i].Node
	if of.GoCall {
		return p.goArgument(n)
	}
	bits, blob = p.value(n)
	return bits, blob, true
}

// value returns the next argument, which has type n, as bits or as bytes.
func (p *placer) value(n Node) (bits uint64, blob []byte) {
	sh := n.shape()
	if p.s.Kind == event.System {
		return sh.extend(p.word(sh.size)), nil
	}
	switch sh.class {
	case floating:
		return p.vector(), nil
	case longDouble, compound:
		if parts, ok := p.s.Arch.Argument(typeOf(n, p.s.Arch)); ok {
			return 0, p.registers(sh, parts)
		}
		return 0, p.memory(sh.size, sh.align)
	case nothing:
		return 0, nil
	}
	return sh.extend(p.integer()), nil
}

// typeOf describes type n to the ABI of a.
func typeOf(n Node, a *arch.Arch) arch.Type {
	t := arch.Type{Size: n.shape().size, Complex: isComplex(n)}
	if t.Size <= a.LargestInRegisters {
		s := scalars{&t, map[structAt]bool{}}
		s.add(n, 0)
	}
	return t
}

func isComplex(n Node) bool {
	switch n := n.(type) {
	case *Struct:
		return n.complex
	case *arrayNode:
		return n.count == 1 && isComplex(n.elem)
	case *hiddenNode:
		return isComplex(n.Node)
	}
	return false
}

// scalars collects the scalars of a type.
type scalars struct {
	*arch.Type
	seen map[structAt]bool // unions of unions may have very many paths to one member
}

// A structAt is a struct or union at an offset.
type structAt struct {
	*Struct
	off int
}

// add adds the scalars of n, at offset off.
func (t *scalars) add(n Node, off int) {
	kind, sh := arch.Integer, n.shape()
	switch n := n.(type) {
	case *Struct:
		if n.Size == 0 || t.seen[structAt{n, off}] {
			return
		}
		t.seen[structAt{n, off}] = true
		for _, m := range n.Members {
			t.Packed = t.Packed || m.Off%max(1, m.Node.shape().align) != 0
			t.add(m.Node, off+m.Off)
		}
		return
	case *arrayNode:
		for i := 0; i < n.count && sh.size > 0; i++ {
			t.add(n.elem, off+i*n.elem.shape().size)
		}
		return
	case *hiddenNode:
		t.add(n.Node, off)
		return
	case *int128Node:
		kind = arch.Int128
	case float128Node:
		kind = arch.Float128
	}
	switch sh.class {
	case floating:
		kind = arch.Float
	case longDouble:
		kind = arch.LongDouble
	}
	t.Scalars = append(t.Scalars, arch.Scalar{Kind: kind, Off: off, Size: sh.size})
}

// resultBytes assembles the result of type n, which is not a plain number, from the
// result registers. A result in memory is read at the address that the caller passed;
// resultBytes returns nil if that fails.
func (c *call) resultBytes(n Node, r *Result) []byte {
	size := n.shape().size
	parts, ok := c.s.Arch.Result(typeOf(n, c.s.Arch))
	if !ok {
		b := make([]byte, min(size, MaxRead))
		if c.read(c.resultAddr, b) < len(b) {
			return nil
		}
		return b
	}
	var next [arch.InFloat + 1]int // register, by bank
	for _, part := range parts {
		size = max(size, part.Off+part.Size)
	}
	b := make([]byte, size)
	for _, part := range parts {
		copy(b[part.Off:part.Off+part.Size], c.resultRegister(r, part.Bank, next[part.Bank]))
		next[part.Bank]++
	}
	return b
}

// resultRegister returns register i of a bank; nil if it is unknown.
func (c *call) resultRegister(r *Result, bank arch.Bank, i int) []byte {
	switch {
	case bank == arch.InInteger:
		b := make([]byte, 8)
		c.s.Arch.Order.PutUint64(b, r.Int[i])
		return b
	case bank == arch.InVector && r.Vector != nil:
		v := r.Vector(i)
		return v[:]
	case bank == arch.InFloat && r.LongDouble != nil:
		v := r.LongDouble(i)
		return v[:]
	}
	return nil
}
