package plt

import (
	"bytes"
	"encoding/binary"
	"slices"

	"plait/arch"
)

// A stepKind is what an instruction does, as far as registers.go asks.
type stepKind byte

const (
	stepLoad   stepKind = iota + 1 // reg = word
	stepCopy                       // reg = from; either may be a spill slot
	stepKill                       // reg = something else
	stepBranch                     // may go to target
	stepJump                       // goes to target
	stepEnd                        // leaves the function
	stepTable                      // jump through memory or a register without an import
	stepCall                       // some other function runs
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

// ends tells whether the next instruction is not reached from s.
func (s step) ends() bool {
	return s.kind == stepJump || s.kind == stepEnd || s.kind == stepTable || s.kind == stepUse && !s.call
}

// note records the effect of the instruction code at offset pos; at is its
// candidate if it loads an import's word.
func (fn *function) note(pos int, code []byte, in arch.Insn, at *candidate) {
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

// word returns the index of an import among those that the function loads.
func (fn *function) word(w int32) uint8 {
	i := slices.Index(fn.words, w)
	if i < 0 && len(fn.words) <= maxWords {
		i = len(fn.words)
		fn.words = append(fn.words, w)
	}
	return uint8(max(i, 0)) // of too many words none is asked for by its index
}

// mayUse tells whether code may have a call or jump through a register, or a call
// through a place in the frame: FF with a ModRM byte for that behind it.
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

// throughRegister tells D0 to D7 (call) and E0 to E7 (jump).
func throughRegister(modrm byte) bool {
	return modrm&0xc8 == 0xc0 && modrm&0x30 != 0 && modrm&0x30 != 0x30
}

// throughFrame tells a call with the operand disp(%rbp), or disp(%rsp), which has
// the SIB byte 24.
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

// cutsOperand are the prefixes that make an operand another than it looks: with a
// segment's base added, or of fewer bits.
const cutsOperand = arch.PrefixFS | arch.PrefixGS | arch.PrefixAddrSize | arch.PrefixOpSize

// indirect sets the step of a call or jump through a register or memory.
func (fn *function) indirect(s *step, code []byte, in arch.Insn) {
	s.call = in.Flow == arch.FlowIndirectCall
	switch {
	case code[in.ModRM] >= 0xc0:
		s.kind, s.reg = stepUse, rmField(code, in)
	case s.call:
		s.kind = stepCall
		if slot, ok := fn.spill(code, in, false); ok && in.Prefix&cutsOperand == 0 {
			s.kind, s.reg = stepUse, slot
		}
	default:
		s.kind = stepTable
	}
}

// relative sets the step of a direct call or jump; one of a thunk goes where a
// register points.
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

// displacement is the signed distance of a relative branch.
func displacement(code []byte, in arch.Insn) int64 {
	if in.Len-in.Imm == 1 {
		return int64(int8(code[in.Imm]))
	}
	return int64(int32(binary.LittleEndian.Uint32(code[in.Imm:])))
}

// target is the offset that a branch goes to. One outside of the function
// counts as an offset that no instruction has.
func (fn *function) target(s *step, code []byte, in arch.Insn) uint32 {
	to := int64(s.off) + int64(in.Len) + displacement(code, in)
	if to < 0 || to >= 1<<31 {
		return 1<<32 - 1
	}
	return uint32(to)
}

// move sets the step of an instruction that copies or overwrites a register.
// Only overwriting by 32 or 64 bits counts.
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

// mov is a copy between registers, to a spill slot or from one.
func (fn *function) mov(s *step, code []byte, in arch.Insn) {
	reg, other := regField(code, in), rmField(code, in)
	if code[in.ModRM] < 0xc0 {
		slot, ok := fn.spill(code, in, in.Op == 0x89)
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

// spill returns the index in a state of a memory operand at rsp or rbp plus a
// constant, if it is one of those that registers were first stored to.
func (fn *function) spill(code []byte, in arch.Insn, store bool) (uint8, bool) {
	base := code[in.ModRM] & 7
	if in.Rex&3 != 0 || in.RIPRel >= 0 || base != 4 && base != 5 || base == 4 && code[in.ModRM+1] != 0x24 {
		return 0, false
	}
	at := spill{base: base}
	switch {
	case in.Disp < 0:
	case in.Imm-in.Disp == 1:
		at.disp = int32(int8(code[in.Disp]))
	default:
		at.disp = int32(binary.LittleEndian.Uint32(code[in.Disp:]))
	}
	i := slices.Index(fn.slots, at)
	if i < 0 && store && fn.words != nil && len(fn.slots) < spillSlots && in.Rex&8 != 0 {
		i = len(fn.slots)
		fn.slots = append(fn.slots, at)
	}
	return uint8(registers + max(i, 0)), i >= 0
}
