package inline

import (
	"encoding/binary"

	"plait/arch"
	"plait/ring"
)

// A Store is a word to be written into the program's memory.
type Store struct{ Addr, Word uint64 }

// An Exit is what remains to be done for a thread that was taken out of code of ours.
type Exit struct {
	// Stores are to be made, in this order.
	Stores []Store
	// Pending tells that the call or return is over as far as records go, but that the
	// instruction at PC has not run: a jump or call through a word at a call, where the
	// thread must not come back to be recorded again, anything at a return, where it may.
	Pending bool
}

// Leave takes a thread out of code of ours, as if it were not there. The thread's registers
// are regs, which it changes; area has the AreaSize bytes of its area, which is at areaAddr.
// It reports false, and changes nothing, if the thread is not in code of ours, or its area
// does not say where it came from.
func (t *Table) Leave(regs arch.Regs, area []byte, areaAddr uint64) (Exit, bool) {
	l := leaving{regs: regs, area: area, areaAddr: areaAddr}
	thunk := t.thunk(l)
	if thunk == nil {
		return Exit{}, false
	}
	m, ok := t.Code(regs.PC()).mark(regs.PC())
	if !ok {
		return Exit{}, false
	}
	l.stores(m)
	l.restore(m.kept)
	l.ownPC(thunk, m)
	return Exit{Stores: l.exit, Pending: m.phase == past}, true
}

// thunk returns the thunk that a thread is in, or came from to the hand-over routine; nil if
// there is none.
func (t *Table) thunk(l leaving) *Code {
	c := t.Code(l.regs.PC())
	if c == nil || c.Site != 0 {
		return c
	}
	from := t.Code(l.resume(c))
	if from == nil || from.Site == 0 || from.Entry != l.resume(c) {
		return nil
	}
	return from
}

// leaving is one thread's leaving.
type leaving struct {
	regs     arch.Regs
	area     []byte
	areaAddr uint64
	exit     []Store
}

// word returns a word of the area.
func (l *leaving) word(offset int) uint64 { return binary.LittleEndian.Uint64(l.area[offset:]) }

// resume returns where the hand-over routine c will go. Its first instruction stores that.
func (l *leaving) resume(c *Code) uint64 {
	if l.regs.PC() == c.Entry {
		return l.regs.GPR(int(r11))
	}
	return l.word(ring.AreaResume)
}

// stores finds what is to be stored: a hand-over is finished, a request taken back, and the
// result of a system call kept.
func (l *leaving) stores(m mark) {
	base := l.word(ring.AreaRing)
	switch m.phase {
	case handing:
		other := 1 - max(ring.HalfOf(base, l.word(ring.AreaLimit)), 0)
		l.store(l.areaAddr+ring.AreaPos, ring.HalfStart(base, other))
		l.store(l.areaAddr+ring.AreaLimit, ring.HalfLimit(base, other))
	case called:
		l.store(base+ring.CommandResult, l.regs.GPR(int(rax)))
		l.store(base+ring.CommandNr, 0)
		l.store(base+ring.Request, 0)
	case asking:
		l.store(base+ring.Request, 0)
	}
	if l.word(ring.AreaRequest) != 0 && m.phase < past || m.phase > ran {
		l.store(l.areaAddr+ring.AreaRequest, 0)
	}
}

func (l *leaving) store(addr, word uint64) { l.exit = append(l.exit, Store{addr, word}) }

// restore restores the registers that are in the area.
func (l *leaving) restore(which kept) {
	for i, w := range keptWords {
		if which>>i&1 != 0 {
			l.regs.SetGPR(int(w.reg), l.word(w.word))
		}
	}
	if which&keptFlagsBit != 0 {
		l.regs.SetFlags(l.regs.Flags()&^keptFlagsMask | flagsOf(l.word(keptFlags)))
	}
	l.regs.CancelRestart()
}

// Flags that LAHF and SETO keep: in RFLAGS, carry is bit 0, parity 2, adjust 4, zero 6, sign
// 7, overflow 11.
const (
	lowFlags      = 0xd5
	overflow      = 1 << 11
	keptFlagsMask = lowFlags | overflow
)

// flagsOf returns the flags that a word has which LAHF and SETO left.
func flagsOf(word uint64) uint64 { return word>>8&lowFlags | word&1*overflow }

// ownPC sets PC, and the stack pointer, to where the thread is in its own code.
func (l *leaving) ownPC(c *Code, m mark) {
	if m.phase == ran {
		l.regs.SetPC(m.own)
		return
	}
	l.regs.SetPC(c.Site)
	if c.Call || m.pushed {
		l.regs.SetSP(l.regs.SP() + 8)
	}
}

// Own returns the address in the program's own code that an address in code of ours stands for.
// It reports false if there is none.
func (t *Table) Own(pc uint64) (own uint64, ok bool) {
	c := t.Code(pc)
	if c == nil || c.Site == 0 {
		return 0, false
	}
	if m, ok := c.mark(pc); ok && m.phase == ran {
		return m.own, true
	}
	return c.Site, true
}

// GoOn makes a thread go on in code of ours, behind what it records: nothing of this call is
// recorded if it was not yet. It is for a thread that can't go on where it is and would come
// back there from its own code: an instruction of ours faults, or the program steps itself.
// Otherwise it is like [Table.Leave].
func (t *Table) GoOn(regs arch.Regs, area []byte, areaAddr uint64) (Exit, bool) {
	l := leaving{regs: regs, area: area, areaAddr: areaAddr}
	thunk := t.thunk(l)
	exit, ok := t.Leave(regs, area, areaAddr)
	if !ok || regs.PC() != thunk.Site {
		return exit, ok
	}
	if thunk.Leads != nil {
		thunk = thunk.Leads
	}
	if thunk.Call {
		regs.SetSP(regs.SP() - 8)
	}
	if thunk.Leads != nil {
		thunk = thunk.Leads
	}
	regs.SetPC(thunk.Addr + uint64(len(thunk.template.bytes)))
	return Exit{Stores: append(exit.Stores, Store{areaAddr + keptR11, regs.GPR(int(r11))})}, true
}

// A Fault is a text or block that could not be read.
type Fault struct {
	Text    int     // its number: bit of the record's flags
	Record  uint64  // address of the record
	Stores  []Store // to be made: zeroes where the bytes of a text are missing
	CountAt uint64  // of a block: where its Count is to be stored, as a byte; otherwise 0
	Count   byte    // how many of its bytes could be read
}

// SkipText sends a thread on, behind the text or block whose copying has faulted. area has the bytes of
// its area. It reports false, and changes nothing, if PC is not at such an instruction.
func (t *Table) SkipText(regs arch.Regs, area []byte) (Fault, bool) {
	c := t.Code(regs.PC())
	if c == nil {
		return Fault{}, false
	}
	m, ok := c.mark(regs.PC())
	if !ok || m.text == 0 {
		return Fault{}, false
	}
	n := int(m.text) - 1
	record := binary.LittleEndian.Uint64(area[ring.AreaPos:])
	missing := record + uint64(m.slot)
	if m.slot == moving {
		missing = regs.GPR(int(r11))
	}
	part := c.template.parts[n]
	regs.SetPC(c.Addr + uint64(part.skip))
	if part.end == 0 {
		return Fault{Text: n, Record: record, Stores: []Store{{missing, 0}}}, true
	}
	return Fault{Text: n, Record: record, CountAt: record + uint64(part.end) - 1, Count: byte(missing - record - uint64(part.slot))}, true
}
