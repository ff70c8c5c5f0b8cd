package plt

import (
	"encoding/binary"
	"slices"

	"plait/arch"
	"plait/elf"
)

// A confirmer turns candidates into slots.
type confirmer struct {
	file    *elf.File
	imports *imports
	tails   []uint64 // where thunks end, sorted
	code    text     // of whole functions
	text    text     // of single instructions
	thunks  map[uint64]thunk

	// Memory for the next function.
	steps   []step
	offs    []uint32
	leaders []leader
	found   Found
}

func newConfirmer(f *elf.File, s scanner) *confirmer {
	return &confirmer{file: f, imports: s.imports, tails: s.thunks,
		code: text{file: f, block: blockSize}, text: text{file: f, block: 1 << 12}, thunks: map[uint64]thunk{}}
}

// confirm decodes the function that each candidate is in, once for all of its
// candidates. candidates are sorted.
func (c *confirmer) confirm(candidates []candidate) {
	for len(candidates) > 0 {
		n := 1
		if extent, ok := c.file.Extent(candidates[0].addr); ok {
			n = before(candidates, extent.End)
			c.inside(extent, candidates[:n])
		} else if span, ok := c.span(candidates[0]); ok {
			n = before(candidates, span.End)
			n = max(1, slices.IndexFunc(append(candidates[1:n:n], candidate{}), c.elsewhere)+1)
			c.inside(span, candidates[:n])
		} else {
			c.outside(candidates[0])
		}
		candidates = candidates[n:]
	}
}

// before counts the candidates before addr; there is one at least.
func before(candidates []candidate, addr uint64) int {
	n := slices.IndexFunc(candidates, func(c candidate) bool { return c.addr >= addr })
	if n < 0 {
		return len(candidates)
	}
	return max(n, 1)
}

// span finds the function of a candidate by the symbols, unless it is a stub.
func (c *confirmer) span(at candidate) (elf.Range, bool) {
	if c.isStub(at) {
		return elf.Range{}, false
	}
	return c.file.Span(at.addr)
}

// elsewhere tells whether at need not be taken for a part of a function whose
// end is not known.
func (c *confirmer) elsewhere(at candidate) bool {
	if at == (candidate{}) || c.isStub(at) {
		return true
	}
	_, ok := c.file.Extent(at.addr)
	return ok
}

// isStub tells whether a candidate is a stub in full.
func (c *confirmer) isStub(at candidate) bool {
	if at.load {
		_, ok := c.loadStub(at)
		return ok && (at.addr-1)%stubAlign == 0
	}
	_, _, ok := c.stubAt(at.addr)
	return ok
}

// outside handles a candidate in bytes about which nothing is known: only a
// stub in full is believed.
func (c *confirmer) outside(at candidate) {
	if at.load {
		if slot, ok := c.loadStub(at); ok && slot.Addr%stubAlign == 0 {
			c.add(at, slot)
		}
		return
	}
	start, jump, ok := c.stubAt(at.addr)
	if !ok {
		c.found.Unconfirmed++
		return
	}
	in, ok := arch.DecodeAMD64(c.text.bytes(jump, 16))
	if ok && c.absolute(in) {
		c.add(at, Slot{Addr: jump, Form: Stub, Len: in.Len, Stub: start})
	}
}

func (c *confirmer) add(at candidate, s Slot) {
	w := c.imports.words[at.word]
	s.Name, s.Version, s.GOT = w.name, w.version, w.addr
	c.found.Slots = append(c.found.Slots, s)
}

// inside handles the candidates of one function, or of a PLT that the unwind
// table describes as one.
func (c *confirmer) inside(extent elf.Range, candidates []candidate) {
	fn := function{c: c, start: extent.Start, steps: c.steps[:0]}
	code := c.code.bytes(extent.Start, extent.End-extent.Start)
	loads := slices.ContainsFunc(candidates, func(c candidate) bool { return c.load }) && (len(c.tails) > 0 || mayUse(code))
	if !loads {
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(c candidate) bool { return c.load })
	}
	if len(candidates) == 0 {
		return
	}
	stubs := isPLT(code)
	last := candidates[len(candidates)-1].addr
	todo := candidates
	for pos := 0; pos < len(code); {
		addr := extent.Start + uint64(pos)
		if len(todo) == 0 && !loads || addr > last && !loads {
			break
		}
		in, ok := arch.DecodeAMD64(code[pos:])
		if !ok {
			break
		}
		for len(todo) > 0 && todo[0].addr < addr+uint64(in.OpOff) {
			todo = todo[1:] // in the middle of an instruction
		}
		var at *candidate
		if len(todo) > 0 && todo[0].addr == addr+uint64(in.OpOff) && in.Map == 0 {
			at, todo = &todo[0], todo[1:]
		}
		switch {
		case at == nil || !c.absolute(in):
			at = nil
		case !at.load:
			c.direct(*at, addr, in, extent, stubs)
		default:
			if slot, ok := c.loadStub(*at); ok {
				c.add(*at, slot)
			}
		}
		if loads {
			fn.note(pos, code[pos:pos+in.Len], in, at)
		}
		pos += in.Len
	}
	for _, at := range todo {
		if !at.load && at.addr < extent.Start+uint64(len(code)) {
			c.found.Unconfirmed++
		}
	}
	if loads {
		fn.follow()
		c.steps = fn.steps
	}
}

// direct handles a call or jump through an import's word.
func (c *confirmer) direct(at candidate, addr uint64, in arch.Insn, extent elf.Range, stubs bool) {
	slot := Slot{Addr: addr, Len: in.Len, Form: Jump}
	if in.Flow == arch.FlowIndirectCall {
		slot.Form = Call
	} else if start, _, ok := c.stubAt(at.addr); ok && stubs && extent.End > addr+uint64(in.Len) {
		slot.Form, slot.Stub = Stub, start
	}
	c.add(at, slot)
}

// absolute tells whether the operand of in is really the 64-bit word that its
// displacement names: no segment base is added, nothing is cut to fewer bits.
func (c *confirmer) absolute(in arch.Insn) bool {
	cut := arch.PrefixFS | arch.PrefixGS
	if c.file.Type.String() == "ET_DYN" {
		cut |= arch.PrefixAddrSize
	}
	if in.Rex&8 == 0 {
		cut |= arch.PrefixOpSize
	}
	return in.Prefix&cut == 0
}

// isPLT tells a PLT that has an unwind entry from a function, by its first
// bytes: push of the loader's word, or a stub.
func isPLT(code []byte) bool {
	if len(code) >= 6 && code[0] == 0xff && code[1] == 0x35 {
		return true
	}
	for n := 0; n < 4 && len(code) > 0; n++ {
		in, ok := arch.DecodeAMD64(code)
		if !ok {
			return false
		}
		switch {
		case in.Flow == arch.FlowIndirectJump:
			return in.Op == 0xff && (in.RIPRel >= 0 || in.Disp >= 0)
		case in.Map == 1 && in.Op == 0x1e, in.Map == 0 && in.Op == 0xbb, in.Map == 0 && in.Op == 0x68:
			code = code[in.Len:]
		default:
			return false
		}
	}
	return false
}

// loadStub recognizes a load of an import's word directly before a jump to
// where it points through a thunk.
func (c *confirmer) loadStub(at candidate) (Slot, bool) {
	if len(c.tails) == 0 {
		return Slot{}, false
	}
	addr := at.addr - 1 // REX.W
	code := c.text.bytes(addr, 24)
	in, ok := arch.DecodeAMD64(code)
	if !ok || len(code) < in.Len+5 || in.OpOff != 1 || !c.absolute(in) {
		return Slot{}, false
	}
	isCall := code[in.Len] == 0xe8
	if !isCall && code[in.Len] != 0xe9 {
		return Slot{}, false
	}
	reg := int(regField(code, in))
	rel := int32(binary.LittleEndian.Uint32(code[in.Len+1:]))
	t, ok := c.thunkAt(addr + uint64(in.Len) + 5 + uint64(int64(rel)))
	if !ok || t.reg != reg || t.inside != isCall {
		return Slot{}, false
	}
	return Slot{Addr: addr, Form: LoadStub, Len: in.Len, Reg: reg, Stub: addr}, true
}
