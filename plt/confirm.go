package plt

import (
	"encoding/binary"
	"slices"

	"plait/arch"
	"plait/elf"
)

// A confirmer turns candidates into slots if they are instructions.
type confirmer struct {
	file         *elf.File
	imports      *imports
	thunkMoves   []uint64   // where thunks end, sorted
	functionCode codeReader // of whole functions
	insn         codeReader // of single instructions
	thunks       map[uint64]thunk

	// Memory for the next function.
	steps   []step
	offs    []uint32
	leaders []leader
	found   Found
}

func newConfirmer(f *elf.File, s scanner) *confirmer {
	return &confirmer{file: f, imports: s.imports, thunkMoves: s.thunkMoves,
		functionCode: codeReader{file: f, block: blockSize}, insn: codeReader{file: f, block: 1 << 12}, thunks: map[uint64]thunk{}}
}

// confirm decodes the functions that contain candidates, each once. candidates are sorted.
func (c *confirmer) confirm(candidates []candidate) {
	for len(candidates) > 0 {
		n := 1
		if extent, ok := c.file.Extent(candidates[0].addr); ok {
			n = before(candidates, extent.End)
			c.confirmFunction(extent, candidates[:n])
		} else if span, ok := c.span(candidates[0]); ok {
			n = before(candidates, span.End)
			n = max(1, slices.IndexFunc(append(candidates[1:n:n], candidate{}), c.endsFunction)+1)
			c.confirmFunction(span, candidates[:n])
		} else {
			c.confirmStub(candidates[0])
		}
		candidates = candidates[n:]
	}
}

// before returns how many of candidates are before addr, but at least 1.
func before(candidates []candidate, addr uint64) int {
	n := slices.IndexFunc(candidates, func(c candidate) bool { return c.addr >= addr })
	if n < 0 {
		return len(candidates)
	}
	return max(n, 1)
}

// span returns the function that contains a candidate according to the symbols. It
// reports false for a stub.
func (c *confirmer) span(at candidate) (elf.Range, bool) {
	if c.isStub(at) {
		return elf.Range{}, false
	}
	return c.file.Span(at.addr)
}

// endsFunction reports whether at can't be part of a function that begins before it and
// whose end only symbols give.
func (c *confirmer) endsFunction(at candidate) bool {
	if at == (candidate{}) || c.isStub(at) {
		return true
	}
	_, ok := c.file.Extent(at.addr)
	return ok
}

// isStub reports whether a candidate is in a complete stub.
func (c *confirmer) isStub(at candidate) bool {
	if at.load {
		_, ok := c.loadStub(at)
		return ok && (at.addr-1)%stubAlign == 0
	}
	_, _, ok := c.stubAt(at.addr)
	return ok
}

// confirmStub confirms a candidate that is in no known function: it has to be in a
// complete stub.
func (c *confirmer) confirmStub(at candidate) {
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
	in, ok := arch.DecodeAMD64(c.insn.bytes(jump, 16))
	if ok && c.absolute(in) {
		c.add(at, Slot{Addr: jump, Form: Stub, Len: in.Len, Stub: start})
	}
}

func (c *confirmer) add(at candidate, s Slot) {
	w := c.imports.words[at.word]
	s.Name, s.Version, s.GOT = w.name, w.version, w.addr
	c.found.Slots = append(c.found.Slots, s)
}

// confirmFunction confirms the candidates in one function, or in a PLT that the unwind
// table describes as one. Loads matter only if some call goes through a register.
func (c *confirmer) confirmFunction(extent elf.Range, candidates []candidate) {
	code := c.functionCode.bytes(extent.Start, extent.End-extent.Start)
	loads := slices.ContainsFunc(candidates, isLoad) && (len(c.thunkMoves) > 0 || mayUse(code))
	if !loads {
		candidates = slices.DeleteFunc(slices.Clone(candidates), isLoad)
	}
	s := sweep{c: c, fn: function{c: c, start: extent.Start, steps: c.steps[:0]},
		extent: extent, isPLT: isPLT(code), todo: candidates, loads: loads}
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

// A sweep is a linear sweep: it visits the instructions of one function in order.
type sweep struct {
	c      *confirmer
	fn     function
	extent elf.Range
	isPLT  bool
	loads  bool        // registers are followed
	todo   []candidate // not reached yet
}

// instruction visits the instruction code at offset pos. It drops the candidates that are
// in the middle of it.
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
			s.addSlot(*at, addr, in)
		}
		s.todo = s.todo[1:]
	}
	if s.loads {
		s.fn.record(pos, code, in, at)
	}
}

// addSlot adds the slot of a candidate that is an instruction.
func (s *sweep) addSlot(at candidate, addr uint64, in arch.Insn) {
	if !at.load {
		s.c.addDirect(at, addr, in, s.extent, s.isPLT)
	} else if slot, ok := s.c.loadStub(at); ok {
		s.c.add(at, slot)
	}
}

// addDirect adds the slot of a call or jump through an import's word.
func (c *confirmer) addDirect(at candidate, addr uint64, in arch.Insn, extent elf.Range, stubs bool) {
	slot := Slot{Addr: addr, Len: in.Len, Form: Jump}
	if in.Flow == arch.FlowIndirectCall {
		slot.Form = Call
	} else if start, _, ok := c.stubAt(at.addr); ok && stubs && extent.End > addr+uint64(in.Len) {
		slot.Form, slot.Stub = Stub, start
	}
	c.add(at, slot)
}

// absolute reports whether the operand of in really is the 64-bit word at its
// displacement: no segment base is added, and nothing is truncated.
func (c *confirmer) absolute(in arch.Insn) bool {
	altering := arch.PrefixFS | arch.PrefixGS
	if c.file.Type.String() == "ET_DYN" {
		altering |= arch.PrefixAddrSize
	}
	if in.Rex&8 == 0 {
		altering |= arch.PrefixOpSize
	}
	return in.Prefix&altering == 0
}

// isPLT reports whether code with one unwind entry is a PLT and not a function. A PLT
// begins with a push of the loader's word, or with a stub.
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

// loadStub recognizes a load of an import's word that is followed at once by a jump to
// that address through a thunk.
func (c *confirmer) loadStub(at candidate) (Slot, bool) {
	if len(c.thunkMoves) == 0 {
		return Slot{}, false
	}
	addr := at.addr - 1 // REX.W
	code := c.insn.bytes(addr, 24)
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
