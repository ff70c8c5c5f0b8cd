package plt

import (
	"bytes"
	"encoding/binary"
	"slices"

	"plait/arch"
)

// A stepKind is what an instruction does, as far as registers.go needs to know.
type stepKind byte

const (
	stepLoad   stepKind = iota + 1 // reg = word
	stepCopy                       // reg = from; either may be a spill slot
	stepKill                       // reg = something else
	stepBranch                     // may go to target
	stepJump                       // goes to target
	stepEnd                        // return or the like: the path ends
	stepTable                      // jump through memory or a register without an import
	stepCall                       // call of some other function
	stepUse                        // call or jump through reg; call through a spill slot
)

// A step is the effect of one instruction.
type step struct {
	off       uint32 // from the function's start
	target    uint32
	length    uint8
	word      uint8 // index in function.words
	reg, from uint8 // index in a state
	kind      stepKind
	call      bool // stepUse: a call
}

// ends reports whether control never goes from s to the next instruction.
func (s step) ends() bool {
	return s.kind == stepJump || s.kind == stepEnd || s.kind == stepTable || s.kind == stepUse && !s.call
}

// record appends the effect of the instruction code at offset pos. at is its candidate,
// nil if it has none.
func (fn *function) record(pos int, code []byte, in arch.Insn, at *candidate) {
	s := step{off: uint32(pos), length: uint8(in.Len)}
	switch {
	case at != nil && at.load:
		s.kind, s.reg, s.word = stepLoad, regField(code, in), fn.word(int32(at.word))
	case in.Flow != arch.FlowNext:
		fn.flow(&s, code, in)
	default:
		fn.move(&s, code, in)
	}
	if s.kind != 0 {
		fn.steps = append(fn.steps, s)
	}
}

// word returns the index in fn.words of an import, which it adds if need be.
func (fn *function) word(w int32) uint8 {
	i := slices.Index(fn.words, w)
	if i < 0 && len(fn.words) <= maxWords {
		i = len(fn.words)
		fn.words = append(fn.words, w)
	}
	return uint8(max(i, 0)) // with too many words emitAll ignores the indexes
}

// mayUse reports whether code may contain a call or jump through a register or a call
// through a place in the frame: FF and a matching ModRM byte.
func mayUse(code []byte) bool {
	for {
		i := bytes.IndexByte(code, 0xff)
		if i < 0 || i+1 == len(code) {
			return false
		}
		if code = code[i+1:]; throughRegister(code[0]) || throughFrame(code) {
			return true
		}
	}
}

// throughRegister reports whether a ModRM byte is D0 to D7 (call) or E0 to E7 (jump).
func throughRegister(modrm byte) bool {
	return modrm&0xc8 == 0xc0 && modrm&0x30 != 0 && modrm&0x30 != 0x30
}

// throughFrame reports whether an operand is that of a call through disp(%rbp), or through
// disp(%rsp), which has the SIB byte 24.
func throughFrame(operand []byte) bool {
	switch operand[0] {
	case 0x55, 0x95:
		return true
	case 0x14, 0x54, 0x94:
		return len(operand) > 1 && operand[1] == 0x24
	}
	return false
}

// regField is ModRM.reg with REX.R; rmField is ModRM.rm with REX.B.
func regField(code []byte, in arch.Insn) uint8 { return code[in.ModRM]>>3&7 | in.Rex&4<<1 }
func rmField(code []byte, in arch.Insn) uint8  { return code[in.ModRM]&7 | in.Rex&1<<3 }

// flow sets the step of an instruction that goes somewhere.
func (fn *function) flow(s *step, code []byte, in arch.Insn) {
	switch in.Flow {
	case arch.FlowReturn, arch.FlowStop, arch.FlowFar:
		s.kind = stepEnd
	case arch.FlowSystem:
		s.kind, s.reg = stepKill, 0
	case arch.FlowBranch:
		s.kind, s.target = stepBranch, fn.target(s, code, in)
	case arch.FlowJump, arch.FlowCall:
		fn.relative(s, code, in)
	default:
		fn.indirect(s, code, in)
	}
}

// altersOperand are the prefixes that change an operand: they add a segment's base or
// truncate it.
const altersOperand = arch.PrefixFS | arch.PrefixGS | arch.PrefixAddrSize | arch.PrefixOpSize

// indirect sets the step of a call or jump through a register or memory.
func (fn *function) indirect(s *step, code []byte, in arch.Insn) {
	s.call = in.Flow == arch.FlowIndirectCall
	switch {
	case code[in.ModRM] >= 0xc0:
		s.kind, s.reg = stepUse, rmField(code, in)
	case s.call:
		s.kind = stepCall
		if slot, ok := fn.spillIndex(code, in, false); ok && in.Prefix&altersOperand == 0 {
			s.kind, s.reg = stepUse, slot
		}
	default:
		s.kind = stepTable
	}
}

// relative sets the step of a direct call or jump. If that leads to a thunk, it goes
// through a register.
func (fn *function) relative(s *step, code []byte, in arch.Insn) {
	call := in.Flow == arch.FlowCall
	s.target = fn.target(s, code, in)
	t, ok := fn.c.thunkAt(fn.start + uint64(s.off) + uint64(in.Len) + uint64(displacement(code, in)))
	switch {
	case ok && !t.inside:
		s.kind, s.reg, s.call = stepUse, uint8(t.reg), call
	case call:
		s.kind = stepCall
	default:
		s.kind = stepJump
	}
}

// displacement returns the signed distance of a relative branch.
func displacement(code []byte, in arch.Insn) int64 {
	if in.Len-in.Imm == 1 {
		return int64(int8(code[in.Imm]))
	}
	return int64(int32(binary.LittleEndian.Uint32(code[in.Imm:])))
}

// target returns the offset that a branch goes to. For one that is out of range it returns
// an offset that no instruction has.
func (fn *function) target(s *step, code []byte, in arch.Insn) uint32 {
	to := int64(s.off) + int64(in.Len) + displacement(code, in)
	if to < 0 || to >= 1<<31 {
		return 1<<32 - 1
	}
	return uint32(to)
}

// move sets the step of an instruction that copies or overwrites a register. Only writes
// of 32 or 64 bits count as overwriting.
func (fn *function) move(s *step, code []byte, in arch.Insn) {
	if in.Vex || in.Prefix&arch.PrefixOpSize != 0 {
		return
	}
	if in.Map == 1 {
		if in.Op == 0xaf || in.Op|9 == 0xbf { // imul; movzx B6, B7, movsx BE, BF
			s.kind, s.reg = stepKill, regField(code, in)
		}
		return
	}
	switch op := in.Op; {
	case in.Map != 0:
	case op == 0x89 || op == 0x8b:
		fn.mov(s, code, in)
	case op == 0x8d || op == 0x63 || op == 0x69 || op == 0x6b || op < 0x38 && op&7 == 3:
		s.kind, s.reg = stepKill, regField(code, in)
	case op < 0x38 && op&7 == 1 || op == 0xc7 || (op == 0x81 || op == 0x83) && code[in.ModRM]>>3&7 != 7:
		if code[in.ModRM] >= 0xc0 {
			s.kind, s.reg = stepKill, rmField(code, in)
		}
	case op&0xf8 == 0x58 || op&0xf8 == 0xb8:
		s.kind, s.reg = stepKill, op&7|in.Rex&1<<3
	}
}

// mov sets the step of a copy between registers, to a spill slot or from one.
func (fn *function) mov(s *step, code []byte, in arch.Insn) {
	reg, other := regField(code, in), rmField(code, in)
	if code[in.ModRM] < 0xc0 {
		slot, ok := fn.spillIndex(code, in, in.Op == 0x89)
		if !ok && in.Op == 0x8b {
			s.kind, s.reg = stepKill, reg
		}
		if !ok {
			return
		}
		other = slot
	}
	if in.Op == 0x8b {
		reg, other = other, reg
	}
	s.kind, s.reg, s.from = stepCopy, other, reg
	if in.Rex&8 == 0 {
		s.kind = stepKill
	}
}

// spillIndex returns the index in a state of the spill slot that a memory operand is: rsp
// or rbp plus a constant. A store may make a new spill slot.
func (fn *function) spillIndex(code []byte, in arch.Insn, store bool) (uint8, bool) {
	base := code[in.ModRM] & 7
	if in.Rex&3 != 0 || in.RIPRel >= 0 || base != 4 && base != 5 || base == 4 && code[in.ModRM+1] != 0x24 {
		return 0, false
	}
	at := spillSlot{base: base}
	switch {
	case in.Disp < 0:
	case in.Imm-in.Disp == 1:
		at.disp = int32(int8(code[in.Disp]))
	default:
		at.disp = int32(binary.LittleEndian.Uint32(code[in.Disp:]))
	}
	i := slices.Index(fn.spillSlots, at)
	if i < 0 && store && fn.words != nil && len(fn.spillSlots) < maxSpillSlots && in.Rex&8 != 0 {
		i = len(fn.spillSlots)
		fn.spillSlots = append(fn.spillSlots, at)
	}
	return uint8(registers + max(i, 0)), i >= 0
}
