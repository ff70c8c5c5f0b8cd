package inline

import "encoding/binary"

// A reg is a general register by its machine number, or a vector register.
type reg uint8

const (
	rax reg = iota
	rcx
	rdx
	rbx
	rsp
	rbp
	rsi
	rdi
	r8
	r9
	r10
	r11
)

// An operand is the operand of an instruction that its ModRM byte describes.
type operand struct {
	kind place
	reg  reg    // the register itself, or the base of memory
	disp int32  // from the base, or from the segment's begin
	to   *label // for inCode
}

// A place is where an operand is.
type place uint8

const (
	inReg    place = iota
	inMemory       // at base + disp
	inGS           // at disp in the segment of GS: the thread's area
	inFS           // at disp from the thread pointer
	inCode         // at a label
)

func direct(r reg) operand             { return operand{kind: inReg, reg: r} }
func at(base reg, disp int) operand    { return operand{kind: inMemory, reg: base, disp: int32(disp)} }
func area(offset int) operand          { return operand{kind: inGS, disp: int32(offset)} }
func threadLocal(offset int64) operand { return operand{kind: inFS, disp: int32(offset)} }
func code(l *label) operand            { return operand{kind: inCode, to: l} }

// A form is a kind of instruction. Its text is that of objdump, with these words for the
// operands: r64, r32, r8 and xmm for the register operand, m64, m32 and m8 for the other one
// (or m, if it is always memory), i for the immediate, l for the label.
// Source: Intel SDM vol. 2.
type form struct {
	text   string
	before byte   // a prefix that comes before REX; 0: none
	opcode []byte // with the escape bytes
	ext    reg    // in the register field of ModRM if there is no register operand
	wide   bool   // REX.W
	imm    int    // bytes of the immediate
	bare   bool   // has no ModRM
}

var (
	opStore     = form{text: "mov r64,m64", wide: true, opcode: []byte{0x89}}
	opLoad      = form{text: "mov m64,r64", wide: true, opcode: []byte{0x8b}}
	opLoad32    = form{text: "mov m,r32", opcode: []byte{0x8b}}
	opStore32   = form{text: "mov r32,m", opcode: []byte{0x89}}
	opLoadByte  = form{text: "movzbl m,r32", opcode: []byte{0x0f, 0xb6}}
	opStoreByte = form{text: "mov r8,m", opcode: []byte{0x88}}
	opStoreLow  = form{text: "movq xmm,m", before: 0x66, opcode: []byte{0x0f, 0xd6}}
	opSet       = form{text: "mov i,m32", opcode: []byte{0xc7}, imm: 4}
	opSet32     = form{text: "movl i,m", opcode: []byte{0xc7}, imm: 4}
	opSet64     = form{text: "movq i,m", wide: true, opcode: []byte{0xc7}, imm: 4}
	opAddress   = form{text: "lea m,r64", wide: true, opcode: []byte{0x8d}}
	opAdd       = form{text: "add m64,r64", wide: true, opcode: []byte{0x03}}
	opSub       = form{text: "sub m64,r64", wide: true, opcode: []byte{0x2b}}
	opOr        = form{text: "or m64,r64", wide: true, opcode: []byte{0x0b}}
	opXor       = form{text: "xor m64,r64", wide: true, opcode: []byte{0x33}}
	opSetBit    = form{text: "bts i,m64", wide: true, opcode: []byte{0x0f, 0xba}, ext: 5, imm: 1}
	opInc       = form{text: "inc m64", wide: true, opcode: []byte{0xff}}
	opLockInc   = form{text: "lock incl m", before: 0xf0, opcode: []byte{0xff}}
	opAnd       = form{text: "and i,m32", opcode: []byte{0x81}, ext: 4, imm: 4}
	opShiftL    = form{text: "shl i,m64", wide: true, opcode: []byte{0xc1}, ext: 4, imm: 1}
	opShiftR    = form{text: "shr i,m64", wide: true, opcode: []byte{0xc1}, ext: 5, imm: 1}
	opCompare   = form{text: "cmp m64,r64", wide: true, opcode: []byte{0x3b}}
	opCompare32 = form{text: "cmp i,m32", opcode: []byte{0x81}, ext: 7, imm: 4}
	opIsZero    = form{text: "cmpq i,m", wide: true, opcode: []byte{0x83}, ext: 7, imm: 1}
	opIsZero32  = form{text: "cmpl i,m", opcode: []byte{0x83}, ext: 7, imm: 1}
	opTest      = form{text: "test r64,m64", wide: true, opcode: []byte{0x85}}
	opTest32    = form{text: "test r32,m32", opcode: []byte{0x85}}
	opTestBits  = form{text: "testl i,m", opcode: []byte{0xf7}, imm: 4}

	opFlags     = form{text: "lahf", opcode: []byte{0x9f}, bare: true}
	opSetFlags  = form{text: "sahf", opcode: []byte{0x9e}, bare: true}
	opOverflow  = form{text: "seto m8", opcode: []byte{0x0f, 0x90}}
	opAddByte   = form{text: "add i,%al", opcode: []byte{0x04}, imm: 1, bare: true}
	opTime      = form{text: "rdtsc", opcode: []byte{0x0f, 0x31}, bare: true}
	opSystem    = form{text: "syscall", opcode: []byte{0x0f, 0x05}, bare: true}
	opJump      = form{text: "jmp l", opcode: []byte{0xe9}, bare: true}
	opJumpBelow = form{text: "jb l", opcode: []byte{0x0f, 0x82}, bare: true}
	opJumpFrom  = form{text: "jae l", opcode: []byte{0x0f, 0x83}, bare: true}
	opJumpEqual = form{text: "je l", opcode: []byte{0x0f, 0x84}, bare: true}
	opJumpOther = form{text: "jne l", opcode: []byte{0x0f, 0x85}, bare: true}
	opJumpAbove = form{text: "ja l", opcode: []byte{0x0f, 0x87}, bare: true}
	opJumpTo    = form{text: "jmp *m", opcode: []byte{0xff}, ext: 4}
	opData      = form{text: ".data"}
	opDisplaced = form{text: ".displaced"}
)

// A label is a place in the code, or an address outside of it.
type label struct {
	offset  int // from the begin of the code, if placed
	placed  bool
	address uint64
	fixups  []int // where offsets of 32 bits to it end, each at its instruction's end
}

// outside returns a label for an address that is not in the code.
func outside(address uint64) *label { return &label{address: address} }

// A line is one instruction as it was meant.
type line struct {
	form *form
	reg  reg
	rm   operand
	imm  int64
	to   *label
	off  int
}

// An assembler makes machine code. It notes what each instruction means for a thread that
// stands before it.
type assembler struct {
	address uint64 // of the first byte
	bytes   []byte
	lines   []line
	marks   []mark
	state   mark     // of the next instruction, but for its offset
	outer   []*label // those outside of the code that were referred to
}

// begin notes the next instruction.
func (a *assembler) begin(l line) {
	l.off = len(a.bytes)
	a.lines = append(a.lines, l)
	m := a.state
	m.off = uint16(l.off)
	a.marks = append(a.marks, m)
}

// op appends an instruction with a register operand and another one.
func (a *assembler) op(f *form, r reg, rm operand) { a.encode(line{form: f, reg: r, rm: rm}) }

// opImm appends an instruction with an immediate and an operand.
func (a *assembler) opImm(f *form, imm int64, rm operand) {
	a.encode(line{form: f, reg: f.ext, rm: rm, imm: imm})
}

// op1 appends an instruction with one operand.
func (a *assembler) op1(f *form, rm operand) { a.opImm(f, 0, rm) }

// op0 appends an instruction without operands.
func (a *assembler) op0(f *form) { a.encode(line{form: f}) }

// jump appends a jump to a label.
func (a *assembler) jump(f *form, to *label) { a.encode(line{form: f, to: to}) }

// encode appends the instruction that a line describes.
func (a *assembler) encode(l line) {
	a.begin(l)
	f := l.form
	a.prefixes(l)
	a.bytes = append(a.bytes, f.opcode...)
	if !f.bare {
		a.modRM(l.reg, l.rm)
	}
	for i := range f.imm {
		a.bytes = append(a.bytes, byte(l.imm>>(8*i)))
	}
	if l.to != nil {
		a.bytes = append(a.bytes, 0, 0, 0, 0)
		a.refer(l.to)
	}
}

// prefixes appends the segment, the form's own prefix and REX.
func (a *assembler) prefixes(l line) {
	switch l.rm.kind {
	case inGS:
		a.bytes = append(a.bytes, 0x65)
	case inFS:
		a.bytes = append(a.bytes, 0x64)
	}
	if l.form.before != 0 {
		a.bytes = append(a.bytes, l.form.before)
	}
	var rex byte
	if l.form.wide {
		rex = 0x48
	}
	if l.reg >= 8 {
		rex |= 0x44
	}
	if l.rm.reg >= 8 {
		rex |= 0x41
	}
	if rex != 0 {
		a.bytes = append(a.bytes, rex)
	}
}

// modRM appends ModRM, SIB and the displacement. No form with an immediate has an operand in code.
func (a *assembler) modRM(r reg, rm operand) {
	field := byte(r&7) << 3
	base := byte(rm.reg & 7)
	switch rm.kind {
	case inReg:
		a.bytes = append(a.bytes, 0xc0|field|base)
	case inGS, inFS:
		a.bytes = append(a.bytes, field|4, 0x25) // no base, no index
		a.bytes = binary.LittleEndian.AppendUint32(a.bytes, uint32(rm.disp))
	case inCode:
		a.bytes = append(a.bytes, field|5, 0, 0, 0, 0) // from the next instruction
		a.refer(rm.to)
	case inMemory:
		a.based(field, base, rm.disp)
	}
}

// based appends an operand in memory at a register's value.
func (a *assembler) based(field, base byte, disp int32) {
	short := disp == int32(int8(disp))
	mod := byte(0x80)
	switch {
	case disp == 0 && base != byte(rbp):
		mod = 0
	case short:
		mod = 0x40
	}
	a.bytes = append(a.bytes, mod|field|base)
	if base == byte(rsp) {
		a.bytes = append(a.bytes, 0x24)
	}
	switch mod {
	case 0x40:
		a.bytes = append(a.bytes, byte(disp))
	case 0x80:
		a.bytes = binary.LittleEndian.AppendUint32(a.bytes, uint32(disp))
	}
}

// refer makes the last four bytes the offset from here to a label.
func (a *assembler) refer(to *label) {
	end := len(a.bytes)
	if to.placed {
		binary.LittleEndian.PutUint32(a.bytes[end-4:], uint32(to.offset-end))
		return
	}
	if len(to.fixups) == 0 && to.address != 0 {
		a.outer = append(a.outer, to)
	}
	to.fixups = append(to.fixups, end)
}

// place puts a label here.
func (a *assembler) place(l *label) {
	l.offset, l.placed = len(a.bytes), true
	for _, end := range l.fixups {
		binary.LittleEndian.PutUint32(a.bytes[end-4:], uint32(l.offset-end))
	}
}

// raw appends bytes that are one instruction of the program, or data.
func (a *assembler) raw(f *form, b []byte) {
	a.begin(line{form: f})
	a.bytes = append(a.bytes, b...)
}

// finish fills in the offsets to labels outside of the code. It reports false if one of them
// is out of reach.
func (a *assembler) finish() bool {
	for _, l := range a.outer {
		for _, end := range l.fixups {
			d := int64(l.address - a.address - uint64(end))
			if d != int64(int32(d)) {
				return false
			}
			binary.LittleEndian.PutUint32(a.bytes[end-4:], uint32(d))
		}
	}
	return true
}
