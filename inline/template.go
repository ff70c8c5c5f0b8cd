package inline

import (
	"plait/ring"
)

// Words of a thread's area where code of ours keeps the program's registers. Flags are as
// LAHF and SETO leave them in RAX.
const (
	keptR11   = ring.AreaSaved
	keptRAX   = ring.AreaSaved + 8
	keptFlags = ring.AreaSaved + 16
	keptRDX   = ring.AreaSaved + 24
	keptRCX   = ring.AreaSavedMore
	keptRSI   = ring.AreaSavedMore + 8
	keptRDI   = ring.AreaSavedMore + 16
	keptR8    = ring.AreaSavedMore + 24
	keptR9    = ring.AreaSavedMore + 32
	keptR10   = ring.AreaSavedMore + 40
)

// A phase says how far a thread has come that stands before an instruction.
type phase uint8

const (
	before  phase = iota // nothing is recorded
	past                 // recorded, or never to be; the displaced instruction has not run
	ran                  // the displaced instruction has run
	handing              // the half is handed over, but pos and limit are not those of the other
	asking               // the ring has a request
	called               // the command's system call is made, its result still in the register
)

// A mark says what it means for a thread to stand before an instruction.
type mark struct {
	off   uint16
	kept  kept // registers of the program that are in the area
	phase phase
	text  int8   // 1 + number of the text or block that the instruction loads; 0: none
	slot  int16  // where in the record the loaded bytes go; moving: R11 has the address
	own   uint64 // address in the program's code, if the displaced instruction has run
	// pushed tells that a return address was pushed for a displaced call.
	pushed bool
}

// moving as mark.slot means that R11 has the address where the byte goes.
const moving = -1

// kept is a set of registers: bit i is keptWords[i].
type kept uint16

// keptWords are the registers that code of ours changes, and where it keeps them. Flags,
// which have no number, are at keptFlags.
var keptWords = []struct {
	reg  reg
	word int
}{
	{r11, keptR11}, {rax, keptRAX}, {rdx, keptRDX}, {rcx, keptRCX}, {rsi, keptRSI},
	{rdi, keptRDI}, {r8, keptR8}, {r9, keptR9}, {r10, keptR10},
}

// keptFlagsBit stands for the flags.
const keptFlagsBit kept = 1 << 15

// keep appends the store of a register to its word.
func (a *assembler) keep(r reg) {
	for i, w := range keptWords {
		if w.reg == r {
			a.op(&opStore, r, area(w.word))
			a.state.kept |= 1 << i
		}
	}
}

// restore appends the load of a register from its word.
func (a *assembler) restore(r reg) {
	for _, w := range keptWords {
		if w.reg == r {
			a.op(&opLoad, r, area(w.word))
		}
	}
}

// keepFlags appends code that keeps the flags, by RAX.
func (a *assembler) keepFlags() {
	a.op0(&opFlags)
	a.op1(&opOverflow, direct(rax))
	a.op(&opStore, rax, area(keptFlags))
	a.state.kept |= keptFlagsBit
}

// restoreFlags appends code that restores the flags, by RAX. Adding 127 to 1 overflows, to 0
// does not.
func (a *assembler) restoreFlags() {
	a.op(&opLoad, rax, area(keptFlags))
	a.opImm(&opAddByte, 127, operand{})
	a.op0(&opSetFlags)
}

// restoreAll appends code that restores everything.
func (a *assembler) restoreAll() {
	a.restoreFlags()
	for _, w := range keptWords {
		if w.reg != r11 {
			a.restore(w.reg)
		}
	}
	a.restore(r11)
}

// A template is a thunk but for its number and what runs behind the record.
type template struct {
	bytes []byte
	lines []line
	marks []mark
	entry int    // offset of its first instruction
	id    int    // offset of the number
	parts []part // texts, then blocks
}

// A part is a text or block of a record.
type part struct {
	skip      int // offset of the code behind its copying
	slot, end int // of a block: its place in the record
}

// A maker makes a template. The code for what is rare comes first, so that the displaced
// instruction can follow the template.
type maker struct {
	assembler
	top    label // the first instruction
	full   label // the half is full, or nothing is recorded
	ask    label // to the hand-over routine, then again from the top
	pass   label // to the displaced instruction, and nothing is recorded
	out    label // to the displaced instruction, all but R11 restored
	layout ring.Layout
	texts  []text
	blocks []block
	id     int
}

// A text is one text to copy into the record.
type text struct {
	number int     // as in flags
	from   operand // where the pointer is
	slot   int     // where it goes in the record
	slow   label   // byte by byte
	skip   label   // slow has ended
	next   label   // behind all
}

// rare appends the code for a full half and for threads that record nothing. It is reached
// with R11, RAX, RDX and flags kept.
func (m *maker) rare() {
	m.state = mark{kept: 1<<0 | 1<<1 | 1<<2 | keptFlagsBit}
	m.place(&m.full)
	m.op1(&opIsZero, area(ring.AreaPos))
	m.jump(&opJumpEqual, &m.pass)
	m.place(&m.ask)
	m.op(&opAddress, r11, code(&m.top))
	m.op1(&opJumpTo, area(ring.AreaRoutine))
	m.place(&m.pass)
	m.restoreFlags()
	m.restore(rdx)
	m.restore(rax)
	m.jump(&opJump, &m.out)
	for i := range m.texts {
		m.slowText(&m.texts[i])
	}
	for i := range m.blocks {
		m.slowBlock(&m.blocks[i])
	}
}

// start appends the first instructions: R11 becomes the address of the record.
func (m *maker) start() {
	m.state = mark{}
	m.place(&m.top)
	m.keep(r11)
	m.keep(rax)
	m.keepFlags()
	m.keep(rdx)
	m.op(&opLoad, r11, area(ring.AreaPos))
	m.op(&opCompare, r11, area(ring.AreaLimit))
	m.jump(&opJumpFrom, &m.full)
}

// head appends the store of the record's first word. The flags of texts are 0.
func (m *maker) head(kind ring.Kind) {
	head := ring.Head(kind, 0, m.layout.Words)
	m.id = len(m.bytes) + 3 // behind opcode and ModRM: a store to (%r11)
	m.opImm(&opSet32, 0, at(r11, 0))
	m.opImm(&opSet32, int64(head>>32), at(r11, 4))
}

// errno appends the store of errno, if the layout has it.
func (m *maker) errno(offset int64) {
	if m.layout.Errno != 0 {
		m.op(&opLoad32, rdx, threadLocal(offset))
		m.op(&opStore, rdx, at(r11, m.layout.Errno))
	}
}

// commit appends the end: the time, the registers, and the store that makes the record
// count. No instruction behind restoreFlags changes flags.
func (m *maker) commit() {
	m.op0(&opTime)
	m.opImm(&opShiftL, 32, direct(rdx))
	m.op(&opOr, rax, direct(rdx))
	m.op(&opStore, rax, at(r11, ring.At))
	m.restoreFlags()
	m.restore(rdx)
	m.restore(rax)
	m.op(&opAddress, r11, at(r11, 8*m.layout.Words))
	m.op(&opStore, r11, area(ring.AreaPos))
	m.place(&m.out)
}

// A page has pageSize bytes.
const pageSize = 4096

// copyText appends the copying of a text whose pointer may be NULL: flat if it lies in one
// page, otherwise by slowText.
func (m *maker) copyText(t *text) {
	m.op(&opLoad, rax, t.from)
	m.op(&opTest, rax, direct(rax))
	m.jump(&opJumpEqual, &t.next)
	m.op(&opLoad, rdx, direct(rax))
	m.opImm(&opAnd, pageSize-1, direct(rdx))
	m.opImm(&opCompare32, pageSize-ring.TextSize, direct(rdx))
	m.jump(&opJumpAbove, &t.slow)
	for off := 0; off < ring.TextSize; off += 8 {
		m.state.text, m.state.slot = int8(1+t.number), int16(t.slot+off)
		m.op(&opLoad, rdx, at(rax, off))
		m.state.text = 0
		m.op(&opStore, rdx, at(r11, t.slot+off))
	}
	m.place(&t.next)
}

// slowText appends the copying byte by byte, to the NUL or the end of the text's place. R11
// moves.
func (m *maker) slowText(t *text) {
	var again label
	m.place(&t.slow)
	m.op(&opAddress, r11, at(r11, t.slot))
	m.place(&again)
	m.copyByte(t.number)
	m.op(&opTest32, rdx, direct(rdx))
	m.jump(&opJumpEqual, &t.skip)
	m.op(&opAddress, rdx, at(r11, -t.slot-ring.TextSize))
	m.op(&opCompare, rdx, area(ring.AreaPos))
	m.jump(&opJumpBelow, &again)
	m.place(&t.skip)
	m.op(&opLoad, r11, area(ring.AreaPos))
	m.jump(&opJump, &t.next)
}

// copyByte appends the copying of one byte of the part with a number, from where RAX points to
// where R11 points. Both move on; RDX has the byte.
func (m *maker) copyByte(number int) {
	m.state.text, m.state.slot = int8(1+number), moving
	m.op(&opLoadByte, rdx, at(rax, 0))
	m.state.text = 0
	m.op(&opStoreByte, rdx, at(r11, 0))
	m.op1(&opInc, direct(rax))
	m.op1(&opInc, direct(r11))
}

// template returns what was made.
func (m *maker) template() *template {
	t := &template{bytes: m.bytes, lines: m.lines, marks: m.marks, entry: m.top.offset, id: m.id}
	for i := range m.texts {
		t.parts = append(t.parts, part{skip: m.texts[i].skip.offset})
	}
	for i := range m.blocks {
		b := &m.blocks[i]
		t.parts = append(t.parts, part{b.skip.offset, b.slot, b.slot + (b.size+7)/8*8})
	}
	return t
}
