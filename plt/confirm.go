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
// table describes as one. Loads matter only if some call goes through a
// register.
func (c *confirmer) inside(extent elf.Range, candidates []candidate) {
	code := c.code.bytes(extent.Start, extent.End-extent.Start)
	loads := slices.ContainsFunc(candidates, isLoad) && (len(c.tails) > 0 || mayUse(code))
	if !loads {
		candidates = slices.DeleteFunc(slices.Clone(candidates), isLoad)
	}
	s := sweep{c: c, fn: function{c: c, start: extent.Start, steps: c.steps[:0]},
		extent: extent, stubs: isPLT(code), todo: candidates, loads: loads}
	for pos := 0; pos < len(code) && (loads || len(s.todo) > 0); {
		in, ok := arch.DecodeAMD64(code[pos:])
		if !ok {
			break
		}
		s.instruction(pos, code[pos:pos+in.Len], in)
		pos += in.Len
	}
	for _, at := range s.todo {
		if !at.load && extent.Contains(at.addr) {
			c.found.Unconfirmed++
		}
	}
	if loads {
		s.fn.follow()
	}
	c.steps = s.fn.steps
}

func isLoad(at candidate) bool { return at.load }

// A sweep meets the instructions of one function in order.
type sweep struct {
	c      *confirmer
	fn     function
	extent elf.Range
	stubs  bool        // a PLT
	loads  bool        // registers are followed
	todo   []candidate // not met yet
}

// instruction handles the instruction code at offset pos, and drops the
// candidates that are in the middle of it.
func (s *sweep) instruction(pos int, code []byte, in arch.Insn) {
	addr := s.extent.Start + uint64(pos)
	opcode := addr + uint64(in.OpOff)
	for len(s.todo) > 0 && s.todo[0].addr < opcode {
		s.todo = s.todo[1:]
	}
	var at *candidate
	if len(s.todo) > 0 && s.todo[0].addr == opcode {
		if in.Map == 0 && s.c.absolute(in) {
			at = &s.todo[0]
			s.confirmed(*at, addr, in)
		}
		s.todo = s.todo[1:]
	}
	if s.loads {
		s.fn.note(pos, code, in, at)
	}
}

// confirmed handles a candidate that is an instruction.
func (s *sweep) confirmed(at candidate, addr uint64, in arch.Insn) {
	if !at.load {
		s.c.direct(at, addr, in, s.extent, s.stubs)
	} else if slot, ok := s.c.loadStub(at); ok {
		s.c.add(at, slot)
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
