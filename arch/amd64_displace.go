package arch

import (
	"encoding/binary"
	"math"
)

// displaceAMD64 prepares the instruction at the beginning of code, whose address is from,
// to run at to. It rewrites an instruction that depends on its address, and leaves direct
// calls and jumps to the tracer.
func displaceAMD64(code []byte, from, to uint64) (Step, error) {
	in, ok := DecodeAMD64(code)
	if !ok {
		return Step{}, errDisplace
	}
	d := displacement{in: in, code: code[:in.Len], from: from, to: to, step: Step{Len: in.Len}}
	switch in.Flow {
	case FlowCall:
		d.step.Push, d.step.Jump = true, d.target()
	case FlowJump:
		d.step.Jump = d.target()
	case FlowBranch:
		d.branch()
	case FlowIndirectCall:
		d.indirectCall()
	case FlowIndirectJump, FlowReturn:
		d.copy()
	case FlowFar:
		return Step{}, errDisplace
	case FlowStop:
		d.stop()
	case FlowSystem:
		d.syscall()
	default:
		d.next()
	}
	return d.step, d.err
}

// A displacement is the displacing of one instruction.
type displacement struct {
	in       Insn
	code     []byte
	from, to uint64
	step     Step
	err      error
}

// after returns the address after the original instruction.
func (d *displacement) after() uint64 { return d.from + uint64(d.in.Len) }

// target returns the target of a relative branch.
func (d *displacement) target() uint64 {
	if d.in.Len-d.in.Imm == 1 {
		return d.after() + uint64(int64(int8(d.code[d.in.Imm])))
	}
	return d.after() + uint64(int64(int32(binary.LittleEndian.Uint32(d.code[d.in.Imm:]))))
}

// isNop reports whether an instruction does nothing, so that it need not run: ENDBR64, NOP
// and its long forms.
func (d *displacement) isNop() bool {
	switch {
	case d.in.Vex:
		return false
	case d.in.Map == 0:
		return d.in.Op == 0x90 && d.in.Rex&1 == 0 && d.in.Prefix&PrefixRep == 0
	case d.in.Map == 1 && d.in.Op == 0x1f:
		return true
	}
	endbr64 := [...]byte{0xf3, 0x0f, 0x1e, 0xfa}
	return d.in.Len == 4 && [4]byte(d.code) == endbr64
}

// next displaces an instruction that continues with the next one.
func (d *displacement) next() {
	if d.isNop() {
		d.step.Jump = d.after()
		return
	}
	d.copy()
	d.jump(d.after())
}

// stop displaces an instruction that traps. INT3 reports the address after it, where the
// tracee already is. The others fault: they run in the slot, and the tracer corrects the
// address.
func (d *displacement) stop() {
	if d.in.Map == 0 && d.in.Op == 0xcc {
		d.step.Trap = true
		return
	}
	d.copy()
}

// syscall displaces an instruction that enters the kernel. SYSCALL stores the address
// after it in RCX, which is then replaced by that of the original:
//
//	syscall; lea after(%rip),%rcx; jmp after
func (d *displacement) syscall() {
	if d.in.Map != 1 || d.in.Op != 0x05 {
		d.next() // INT
		return
	}
	d.copy()
	d.step.Link = d.in.Len
	d.step.marks = append(d.step.marks, mark{d.in.Len, d.after()})
	d.step.Code = append(d.step.Code, 0x48, 0x8d, 0x0d, 0, 0, 0, 0)
	n := len(d.step.Code)
	d.put32(n-4, int64(d.after()-d.to)-int64(n))
	d.jump(d.after())
}

// copy appends the instruction with a corrected RIP-relative operand.
func (d *displacement) copy() {
	at := len(d.step.Code)
	d.step.Code = append(d.step.Code, d.code...)
	if d.in.RIPRel < 0 {
		return
	}
	if d.in.Prefix&PrefixAddrSize != 0 {
		d.err = errDisplace
		return
	}
	disp := int64(int32(binary.LittleEndian.Uint32(d.code[d.in.RIPRel:])))
	d.put32(at+d.in.RIPRel, disp+int64(d.from-d.to)-int64(at))
}

// put32 stores v at offset off of the code. It is an error if 32 bits can't hold it.
func (d *displacement) put32(off int, v int64) {
	if v < math.MinInt32 || v > math.MaxInt32 {
		d.err = errDisplace
		return
	}
	binary.LittleEndian.PutUint32(d.step.Code[off:], uint32(v))
}

// jump appends "jmp target".
func (d *displacement) jump(target uint64) {
	d.step.marks = append(d.step.marks, mark{len(d.step.Code), target})
	d.step.Code = append(d.step.Code, 0xe9, 0, 0, 0, 0)
	n := len(d.step.Code)
	d.put32(n-4, int64(target-d.to)-int64(n))
}

// branch appends the branch with a displacement that skips the jump after it:
//
//	jcc 1f; jmp after; 1: jmp target
func (d *displacement) branch() {
	if d.in.Map == 1 && d.in.Op&0xf0 == 0x80 {
		d.step.Code = append(d.step.Code, 0x70|d.in.Op&0xf, 5)
	} else if d.in.Map == 0 && d.in.Len-d.in.Imm == 1 {
		d.step.Code = append(d.step.Code, d.code[:d.in.Imm]...)
		d.step.Code = append(d.step.Code, 5)
	} else {
		d.err = errDisplace // XBEGIN: where it aborts to must not be ours
		return
	}
	d.jump(d.after())
	d.jump(d.target())
}

// indirectCall turns "call *operand" into a push by the tracer and
// "jmp *operand": FF /2 into FF /4. An operand relative to the stack pointer
// would be looked up after the push, one word too low.
func (d *displacement) indirectCall() {
	if d.in.Op != 0xff || d.in.ModRM < 0 || d.usesStackPointer() {
		d.err = errDisplace
		return
	}
	d.step.Push = true
	d.copy()
	d.step.Code[d.in.ModRM] = d.step.Code[d.in.ModRM]&^0x38 | 4<<3
}

// usesStackPointer reports whether the operand is RSP itself or memory relative to it.
func (d *displacement) usesStackPointer() bool {
	modrm := d.code[d.in.ModRM]
	if modrm&7 != 4 || d.in.Rex&1 != 0 && modrm>>6 == 3 {
		return false
	}
	if modrm>>6 == 3 {
		return true
	}
	return d.code[d.in.ModRM+1]&7 == 4 && d.in.Rex&1 == 0
}
