package arch

// What follows an opcode, by letter:
//
//   - nothing                       m  ModRM
//     b  8-bit immediate               B  ModRM, 8-bit immediate
//     w  16-bit immediate              E  ModRM, two 8-bit immediates (SSE4a)
//     z  16 or 32 bits by 66           Z  ModRM, 16 or 32 bits by 66
//     q  16, 32 or 64 bits             D  ModRM, 32-bit immediate
//     e  ENTER: 16 and 8 bits          g  ModRM, 8 bits if reg is 0 or 1
//     a  address, 64 or 32 bits by 67  G  ModRM, 16 or 32 bits if reg is 0 or 1
//     j  8-bit branch                  J  32-bit branch
//     i  group FE, FF                  r  ModRM that always names registers
//     c  C6, C7: reg 0, or XABORT and XBEGIN
//     s  0F78: by the prefix           P  POP
//     p  prefix                        x  no instruction in 64-bit mode
//
// 0F, 62, C4 and C5 are handled before the table is asked.
const oneByte = "" +
	"mmmmbzxxmmmmbzxx" + // 0.
	"mmmmbzxxmmmmbzxx" + // 1.
	"mmmmbzpxmmmmbzpx" + // 2.
	"mmmmbzpxmmmmbzpx" + // 3.
	"pppppppppppppppp" + // 4. REX
	"----------------" + // 5.
	"xxxmppppzZbB----" + // 6.
	"jjjjjjjjjjjjjjjj" + // 7.
	"BZxBmmmmmmmmmmmP" + // 8.
	"----------x-----" + // 9.
	"aaaa----bz------" + // A.
	"bbbbbbbbqqqqqqqq" + // B.
	"BBw-xxcce-w--bx-" + // C.
	"mmmmxxx-mmmmmmmm" + // D.
	"jjjjbbbbJJxj----" + // E.
	"p-pp--gG------ii" //  F.

const twoByte = "" +
	"mmmmx-----x-xm-B" + // 0.
	"mmmmmmmmmmmmmmmm" + // 1.
	"rrrrxxxxmmmmmmmm" + // 2.
	"------x-xxxxxxxx" + // 3.
	"mmmmmmmmmmmmmmmm" + // 4.
	"mmmmmmmmmmmmmmmm" + // 5.
	"mmmmmmmmmmmmmmmm" + // 6.
	"BBBBmmm-smxxmmmm" + // 7.
	"JJJJJJJJJJJJJJJJ" + // 8.
	"mmmmmmmmmmmmmmmm" + // 9.
	"---mBmmm---mBmmm" + // A.
	"mmmmmmmmmmBmmmmm" + // B.
	"mmBmBBBm--------" + // C.
	"mmmmmmmmmmmmmmmm" + // D.
	"mmmmmmmmmmmmmmmm" + // E.
	"mmmmmmmmmmmmmmmm" //  F.

// operands reads what shape says.
func (d *decoder) operands(shape byte) bool {
	switch shape {
	case '-':
		d.in.Imm = d.pos
	case 'b', 'j':
		d.immediate(1)
	case 'w':
		d.immediate(2)
	case 'e':
		d.immediate(3)
	case 'z':
		d.immediate(d.immSize())
	case 'q':
		d.immediate(d.movSize())
	case 'a':
		d.immediate(d.addrSize())
	case 'J':
		d.immediate(4)
	default:
		return d.modRM(shape)
	}
	return d.plainFlow(shape)
}

func (d *decoder) immediate(size int) {
	d.in.Imm = d.pos
	d.pos += size
}

// immSize is the size of an immediate that grows with the operand up to 32 bits.
func (d *decoder) immSize() int {
	if d.in.Prefix&PrefixOpSize != 0 && d.in.Rex&8 == 0 {
		return 2
	}
	return 4
}

// movSize is the size of the one immediate that is as long as a 64-bit operand.
func (d *decoder) movSize() int {
	if d.in.Rex&8 != 0 {
		return 8
	}
	return d.immSize()
}

func (d *decoder) addrSize() int {
	if d.in.Prefix&PrefixAddrSize != 0 {
		return 4
	}
	return 8
}

// modRM reads a ModRM byte, the memory operand that it stands for, and the
// immediate behind them.
func (d *decoder) modRM(shape byte) bool {
	b, ok := d.next()
	if !ok {
		return false
	}
	d.in.ModRM = d.pos - 1
	if b < 0xc0 && shape != 'r' && !d.memory(b) {
		return false
	}
	d.in.Imm = d.pos
	size, ok := d.tail(shape, b)
	d.pos += size
	return ok
}

// memory reads the SIB byte and displacement that belong to the ModRM byte b.
func (d *decoder) memory(b byte) bool {
	mod, base := b>>6, b&7
	if base == 5 && mod == 0 {
		d.in.RIPRel = d.pos
		return d.displacement(4)
	}
	if base == 4 {
		sib, ok := d.next()
		if !ok {
			return false
		}
		base = sib & 7
	}
	switch {
	case mod == 1:
		return d.displacement(1)
	case mod == 2 || base == 5 && mod == 0:
		return d.displacement(4)
	}
	return true
}

func (d *decoder) displacement(size int) bool {
	d.in.Disp = d.pos
	d.pos += size
	return true
}

// tail returns the size of the immediate behind the ModRM byte b, and whether
// the opcode has a meaning for b's middle field.
func (d *decoder) tail(shape, b byte) (int, bool) {
	reg := b >> 3 & 7
	switch shape {
	case 'm', 'r':
		return 0, d.modFlow()
	case 'B':
		return 1, true
	case 'D':
		return 4, true
	case 'E':
		return 2, true
	case 'Z':
		return d.immSize(), true
	case 'P':
		return 0, reg == 0
	case 'c':
		return d.moveOrAbort(b)
	case 's':
		return d.sse4a(), true
	case 'i':
		return 0, d.groupFF(reg)
	case 'g', 'G':
		return d.group3(shape, reg), true
	}
	return 0, false
}

// group3 is F6, F7: TEST has an immediate, NOT, NEG, MUL and DIV have none.
func (d *decoder) group3(shape, reg byte) int {
	switch {
	case reg > 1:
		return 0
	case shape == 'g':
		return 1
	}
	return d.immSize()
}

// moveOrAbort is C6, C7: MOV with reg 0, XABORT and XBEGIN with the one ModRM
// byte F8.
func (d *decoder) moveOrAbort(b byte) (int, bool) {
	size := 1
	if d.in.Op == 0xc7 {
		size = d.immSize()
	}
	if b == 0xf8 && d.in.Op == 0xc7 {
		d.in.Flow = FlowBranch
	}
	return size, b>>3&7 == 0 || b == 0xf8
}

// sse4a returns the immediates of 0F78: two for EXTRQ (66) and INSERTQ (F2),
// none for VMREAD and the AVX-512 conversions.
func (d *decoder) sse4a() int {
	if d.in.Prefix&(PrefixOpSize|PrefixRepne) != 0 {
		return 2
	}
	return 0
}

// groupFF is FE, FF: FE has INC and DEC only, FF the indirect branches.
func (d *decoder) groupFF(reg byte) bool {
	if d.in.Op == 0xfe || reg < 2 {
		return reg < 2
	}
	d.in.Flow = [8]Flow{2: FlowIndirectCall, 3: FlowFar, 4: FlowIndirectJump, 5: FlowFar}[reg]
	return reg != 7
}

// modFlow sets the flow of the few instructions with a plain ModRM byte that
// do not go on: UD0 and UD1. It also refuses 0FB8 (JMPE of another
// architecture) where it is not POPCNT.
func (d *decoder) modFlow() bool {
	if d.in.Map != 1 || d.in.Vex {
		return true
	}
	switch d.in.Op {
	case 0xff, 0xb9:
		d.in.Flow = FlowStop
	case 0xb8:
		return d.in.Prefix&PrefixRep != 0
	}
	return true
}

// plainFlow sets the flow of instructions without a ModRM byte, and refuses
// those 32-bit branches whose length CPUs disagree about: with 66 and without
// REX.W, AMD takes 16 bits and Intel 32.
func (d *decoder) plainFlow(shape byte) bool {
	if shape == 'J' && d.immSize() == 2 {
		return false
	}
	if d.in.Map == 0 {
		d.in.Flow = oneByteFlow(d.in.Op)
	} else {
		d.in.Flow = twoByteFlow(d.in.Op)
	}
	return true
}

func oneByteFlow(op byte) Flow {
	switch op {
	case 0xe8:
		return FlowCall
	case 0xe9, 0xeb:
		return FlowJump
	case 0xc2, 0xc3, 0xca, 0xcb, 0xcf:
		return FlowReturn
	case 0xcc, 0xf4:
		return FlowStop
	case 0xcd, 0xf1:
		return FlowSystem
	}
	if op&0xf0 == 0x70 || op >= 0xe0 && op <= 0xe3 {
		return FlowBranch
	}
	return FlowNext
}

func twoByteFlow(op byte) Flow {
	switch {
	case op&0xf0 == 0x80:
		return FlowBranch
	case op == 0x05 || op == 0x34:
		return FlowSystem
	case op == 0x07 || op == 0x35:
		return FlowReturn
	case op == 0x0b:
		return FlowStop
	}
	return FlowNext
}
