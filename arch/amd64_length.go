package arch

// An Insn is the shape of one amd64 machine instruction: where its parts are and where
// control goes next, not what it computes. Offsets count from the first byte of the
// instruction.
//
// Source: Intel SDM vol. 2, chapter 2 and appendix A; AMD64 APM vol. 3,
// appendix A, for XOP, 3DNow! and SSE4a.
type Insn struct {
	Len    int      // bytes, 1..15
	Map    byte     // opcode map: 0 one byte, 1 0F, 2 0F38, 3 0F3A; as coded in VEX, EVEX (5, 6) and XOP (8..10)
	Op     byte     // opcode byte within Map
	OpOff  int      // offset of Op
	Vex    bool     // encoded with VEX, EVEX or XOP
	Prefix Prefixes // legacy prefixes
	Rex    byte     // REX prefix, 0 if there is none
	ModRM  int      // offset of the ModRM byte, or -1
	RIPRel int      // offset of a 32-bit displacement counted from the next instruction, or -1
	Disp   int      // offset of the displacement of a memory operand (as RIPRel if that is set), or -1
	Imm    int      // offset of the immediate operand, or of a branch's relative target; Len if there is none
	Flow   Flow     // where control goes
}

// Prefixes is the set of legacy prefixes of an instruction.
type Prefixes byte

// The legacy prefixes.
const (
	PrefixOpSize   Prefixes = 1 << iota // 66
	PrefixAddrSize                      // 67: addresses, RIP-relative ones too, are cut to 32 bits
	PrefixLock                          // F0
	PrefixRepne                         // F2; bnd before a branch
	PrefixRep                           // F3
	PrefixFS                            // 64
	PrefixGS                            // 65
	PrefixOtherSeg                      // 26 2E 36 3E: without effect, notrack or a branch hint
)

// Flow is what an instruction does to the program counter.
type Flow byte

// The kinds of flow. The displacement of a relative branch is its immediate and counts
// from the next instruction. The operand of an indirect branch is in ModRM.
const (
	FlowNext         Flow = iota // on to the next instruction
	FlowCall                     // relative call
	FlowJump                     // relative jump
	FlowBranch                   // relative conditional jump; LOOP, JRCXZ and XBEGIN too
	FlowIndirectCall             // call through a register or memory
	FlowIndirectJump             // jump through a register or memory
	FlowReturn                   // near or far return, IRET
	FlowFar                      // far call or jump through memory
	FlowSystem                   // SYSCALL, SYSENTER, INT n: the kernel is entered
	FlowStop                     // HLT, INT3, UD0, UD1, UD2: does not continue
)

// maxInsn is the longest instruction that a CPU accepts.
const maxInsn = 15

// DecodeAMD64 returns the shape of the instruction at the beginning of code in 64-bit
// mode. It reports false if code is too short, is not an instruction, or means different
// things on different CPUs (66 before a near branch). It does not detect instructions that
// only their operands make invalid, and does not know APX (REX2, EVEX map 4).
func DecodeAMD64(code []byte) (Insn, bool) {
	if len(code) > maxInsn {
		code = code[:maxInsn]
	}
	d := decoder{code: code}
	d.in.ModRM, d.in.RIPRel, d.in.Disp = -1, -1, -1
	shape, ok := d.opcode()
	if !ok || !d.operands(shape) || d.pos > len(code) {
		return Insn{}, false
	}
	d.in.Len = d.pos
	return d.in, true
}

// A decoder reads one instruction. pos may exceed the end of code by a displacement and an
// immediate: the end is checked once, at last.
type decoder struct {
	code []byte
	pos  int
	in   Insn
}

func (d *decoder) next() (byte, bool) {
	if d.pos >= len(d.code) {
		return 0, false
	}
	d.pos++
	return d.code[d.pos-1], true
}

// opcode reads prefixes and the opcode and returns its shape.
func (d *decoder) opcode() (byte, bool) {
	b, ok := d.next()
	for ok && oneByte[b] == 'p' {
		d.prefix(b)
		b, ok = d.next()
	}
	if !ok {
		return 0, false
	}
	switch {
	case b == 0x0f:
		return d.twoByteOpcode()
	case b == 0xc4 || b == 0xc5 || b == 0x62 || b == 0x8f && d.isXOP():
		return d.vexOpcode(b)
	}
	return d.setOp(b, oneByte[b])
}

func (d *decoder) setOp(op, shape byte) (byte, bool) {
	d.in.Op, d.in.OpOff = op, d.pos-1
	return shape, shape != 'x'
}

// prefix notes the prefix b. A REX prefix counts only directly before the
// opcode; the CPU ignores one that another prefix follows.
func (d *decoder) prefix(b byte) {
	d.in.Rex = 0
	switch b {
	case 0x66:
		d.in.Prefix |= PrefixOpSize
	case 0x67:
		d.in.Prefix |= PrefixAddrSize
	case 0xf0:
		d.in.Prefix |= PrefixLock
	case 0xf2:
		d.in.Prefix |= PrefixRepne
	case 0xf3:
		d.in.Prefix |= PrefixRep
	case 0x64:
		d.in.Prefix |= PrefixFS
	case 0x65:
		d.in.Prefix |= PrefixGS
	case 0x26, 0x2e, 0x36, 0x3e:
		d.in.Prefix |= PrefixOtherSeg
	default:
		d.in.Rex = b
	}
}

// twoByteOpcode reads an opcode after 0F.
func (d *decoder) twoByteOpcode() (byte, bool) {
	op, ok := d.next()
	if !ok {
		return 0, false
	}
	d.in.Map = 1
	if op == 0x38 || op == 0x3a {
		d.in.Map = 2 + op>>1&1
		if op, ok = d.next(); !ok {
			return 0, false
		}
		return d.setOp(op, "mB"[d.in.Map-2])
	}
	return d.setOp(op, twoByte[op])
}

// isXOP distinguishes the two uses of 8F: POP has 0 in ModRM.reg; XOP has a map of 8 or
// more in the same place.
func (d *decoder) isXOP() bool {
	return d.pos < len(d.code) && d.code[d.pos]&0x1f >= 8
}

// vexOpcode reads the payload of VEX (C5: 1 byte, C4: 2), EVEX (62: 3) or XOP (8F: 2) and
// the opcode after it. The CPU rejects legacy prefixes for which the payload has bits.
//
//	C5 RvvvvLpp op          C4 RXBmmmmm WvvvvLpp op
//	62 RXBR0mmm Wvvvv1pp zLLbVaaa op
func (d *decoder) vexOpcode(b byte) (byte, bool) {
	const refused = PrefixOpSize | PrefixLock | PrefixRepne | PrefixRep
	size := 2
	switch b {
	case 0xc5:
		size = 1
	case 0x62:
		size = 3
	}
	if d.in.Rex != 0 || d.in.Prefix&refused != 0 || d.pos+size >= len(d.code) {
		return 0, false
	}
	first, second := d.code[d.pos], d.code[d.pos+1]
	d.in.Vex, d.in.Map = true, first&0x1f
	switch b {
	case 0xc5:
		d.in.Map = 1
	case 0x62:
		if first&8 != 0 || second&4 == 0 {
			return 0, false
		}
		d.in.Map = first & 7
	}
	d.pos += size + 1
	op := d.code[d.pos-1]
	return d.setOp(op, vexShape(d.in.Map, op, b == 0x62))
}

// vexShape returns the shape of an opcode after VEX, EVEX or XOP.
func vexShape(opMap, op byte, evex bool) byte {
	switch opMap {
	case 1:
		if op == 0x77 && !evex {
			return '-' // VZEROUPPER, VZEROALL
		}
		if shape := twoByte[op]; shape == 'B' {
			return 'B'
		}
		return 'm'
	case 2, 5, 6, 9:
		return 'm'
	case 3, 8:
		return 'B'
	case 7, 10:
		return 'D'
	}
	return 'x'
}
