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
		extent, ok := c.file.Extent(candidates[0].addr)
		if !ok {
			c.outside(candidates[0])
			candidates = candidates[1:]
			continue
		}
		n := slices.IndexFunc(candidates, func(c candidate) bool { return c.addr >= extent.End })
		if n < 0 {
			n = len(candidates)
		}
		c.inside(extent, candidates[:n])
		candidates = candidates[n:]
	}
}

// outside handles a candidate in bytes about which nothing is known: only a
// stub in full is believed.
func (c *confirmer) outside(at candidate) {
	if at.load {
		if len(c.text.bytes(at.addr-1, 12)) == 12 && (at.addr-1)%stubAlign == 0 {
			c.loadStub(at)
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
	fn := function{c: c, start: extent.Start}
	code := c.code.bytes(extent.Start, extent.End-extent.Start)
	loads := slices.ContainsFunc(candidates, func(c candidate) bool { return c.load })
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
		case at != nil && !at.load:
			c.direct(*at, addr, in, extent, stubs)
		case at != nil && (!c.absolute(in) || c.loadStub(*at)):
			at = nil
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
	}
}

// direct handles a call or jump through an import's word.
func (c *confirmer) direct(at candidate, addr uint64, in arch.Insn, extent elf.Range, stubs bool) {
	if !c.absolute(in) {
		return
	}
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
func (c *confirmer) loadStub(at candidate) bool {
	addr := at.addr - 1 // REX.W
	code := c.text.bytes(addr, 24)
	in, ok := arch.DecodeAMD64(code)
	if !ok || len(code) < in.Len+5 || !c.absolute(in) {
		return false
	}
	reg := int(code[in.ModRM]>>3&7) | int(in.Rex&4)<<1
	branch := code[in.Len:]
	isCall := branch[0] == 0xe8
	if !isCall && branch[0] != 0xe9 {
		return false
	}
	to := addr + uint64(in.Len) + 5 + uint64(int64(int32(binary.LittleEndian.Uint32(branch[1:]))))
	t, ok := c.thunkAt(to)
	if !ok || t.reg != reg || t.inside != isCall {
		return false
	}
	c.add(at, Slot{Addr: addr, Form: LoadStub, Len: in.Len, Reg: reg, Stub: addr})
	return true
}
