package decode

import "plait/event"

// Go functions follow Go's internal ABI (ABIInternal): each argument is passed in
// integer and floating-point registers, part by part, if enough registers remain for
// all of it, otherwise on the stack. Results are returned in the same way.

// A goPart is the part of a value that one register holds.
type goPart struct {
	off, size int
	float     bool
}

// A goPlace says where a value is.
type goPlace uint8

const (
	inRegisters goPlace = iota
	onStack
	unplaced // unknown: its type is not known well enough
)

// goParts appends the parts of a value of type n at offset off of the whole argument.
func goParts(parts []goPart, n Node, off int) ([]goPart, goPlace) {
	switch n := n.(type) {
	case *hiddenNode:
		return goParts(parts, n.Node, off)
	case *Struct:
		return goStruct(parts, n, off)
	case *arrayNode:
		switch {
		case n.length != nil:
			return parts, unplaced
		case n.count == 0:
			return parts, inRegisters
		case n.count == 1:
			return goParts(parts, n.elem, off)
		}
		return parts, onStack
	}
	switch sh := n.shape(); sh.class {
	case integer, floating:
		return append(parts, goPart{off, sh.size, sh.class == floating}), inRegisters
	case nothing:
		return parts, inRegisters
	}
	return parts, unplaced
}

// goStruct appends the parts of a struct. Its place is known only if all members are
// known, that is if there is only padding between those that are.
func goStruct(parts []goPart, n *Struct, off int) ([]goPart, goPlace) {
	end, whole := 0, inRegisters
	for _, m := range n.Members {
		sh := m.Node.shape()
		var where goPlace
		if parts, where = goParts(parts, m.Node, off+m.Off); where > whole {
			whole = where
		}
		if m.Off != aligned(end, sh.align) {
			whole = unplaced
		}
		end = m.Off + sh.size
	}
	if n.Union || aligned(end, n.align) != n.Size && aligned(end, 8) != n.Size {
		whole = unplaced
	}
	return parts, whole
}

func aligned(n, to int) int {
	to = max(to, 1)
	return (n + to - 1) / to * to
}

// goFit adds the registers that the parts take to ints and floats; false if there
// are not enough.
func goFit(s *Source, parts []goPart, ints, floats int) (int, int, bool) {
	for _, part := range parts {
		if part.float {
			floats++
		} else {
			ints++
		}
	}
	return ints, floats, ints <= s.Arch.GoArgs() && floats <= s.Arch.GoFloats
}

// goValue assembles a value from the registers after the first ints and floats. It
// returns its bits, or its bytes if it is a struct or an array.
func goValue(s *Source, n Node, parts []goPart, ints, floats int, word func(int) uint64, vector func(int) [16]byte) (bits uint64, blob []byte) {
	sh := n.shape()
	if sh.class == compound {
		blob = make([]byte, sh.size)
	}
	for _, part := range parts {
		var v uint64
		switch {
		case !part.float && word != nil:
			v = word(ints)
			ints++
		case part.float && vector != nil:
			b := vector(floats)
			v = s.Arch.Order.Uint64(b[:8])
			floats++
		}
		if blob == nil {
			return sh.extend(v), nil
		}
		var b [8]byte
		s.Arch.Order.PutUint64(b[:], v)
		copy(blob[part.off:part.off+part.size], b[:])
	}
	return 0, blob
}

// goArgument returns the next argument of a Go function; false if its place, and so
// the places of all after it, are unknown.
func (p *placer) goArgument(n Node) (bits uint64, blob []byte, ok bool) {
	parts, where := goParts(nil, n, 0)
	if where == unplaced {
		return 0, nil, false
	}
	if ints, floats, fits := goFit(p.s, parts, p.ints, p.vecs); fits && where == inRegisters {
		p.noteGo(parts)
		bits, blob = goValue(p.s, n, parts, p.ints, p.vecs, p.s.Go, p.s.Vector)
		p.ints, p.vecs = ints, floats
		return bits, blob, true
	}
	sh := n.shape()
	from := aligned(p.stack, sh.align)
	p.stack = from + sh.size
	blob = make([]byte, min(sh.size, MaxRead))
	for i := range blob {
		if p.s.Stack != nil {
			word := p.s.Stack((from + i) / 8)
			blob[i] = byte(word >> (8 * ((from + i) % 8)))
			if i == 0 || (from+i)%8 == 0 {
				p.note(word)
			}
		}
	}
	if sh.class != compound {
		var b [8]byte
		copy(b[:], blob)
		return sh.extend(p.s.Arch.Order.Uint64(b[:])), nil, true
	}
	return 0, blob, true
}

// noteGo notes the registers that the next argument is passed in.
func (p *placer) noteGo(parts []goPart) {
	ints, vecs := p.ints, p.vecs
	for _, part := range parts {
		switch {
		case !part.float && p.s.Go != nil:
			p.note(p.s.Go(ints))
			ints++
		case part.float && p.s.Vector != nil:
			v := p.s.Vector(vecs)
			p.note(p.s.Arch.Order.Uint64(v[:]))
			vecs++
		}
	}
}

// goResult decodes the result of a Go function. Several results are one struct. A
// result on the stack is event.Pending.
func (c *call) goResult(n Node, r *Result) event.Value {
	parts, where := goParts(nil, n, 0)
	_, _, fits := goFit(c.s, parts, 0, 0)
	if where != inRegisters || !fits {
		return event.Pending{}
	}
	bits, blob := goValue(c.s, n, parts, 0, 0, r.Go, r.Vector)
	if blob != nil {
		return n.load(c, blob, 0)
	}
	return c.withAddress(n, n.word(c, bits))
}
