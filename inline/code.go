package inline

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sort"

	"plait/arch"
	"plait/ring"
)

// A Code is code of ours in a program: a thunk, or the hand-over routine.
type Code struct {
	ID    uint32 // what its records have
	Addr  uint64
	Bytes []byte // to be written to Addr
	Entry uint64 // where a thread comes in
	Site  uint64 // address of the program's instruction that leads here; of the routine 0
	Call  bool   // that instruction is a call: the address behind it is on the stack
	Leads *Code  // of an island: the code that it leads to

	template *template
	tail     []mark // behind the template: what runs instead of that instruction
}

func (c *Code) span() (lo, hi uint64) { return c.Addr, c.Addr + uint64(len(c.Bytes)) }

// mark returns what it means to stand at pc. It reports false if no instruction begins there.
func (c *Code) mark(pc uint64) (mark, bool) {
	all, off := c.template.marks, pc-c.Addr
	if n := uint64(len(c.template.bytes)); off >= n {
		all, off = c.tail, off-n
	}
	i := sort.Search(len(all), func(i int) bool { return uint64(all[i].off) >= off })
	if i == len(all) || uint64(all[i].off) != off {
		return mark{}, false
	}
	return all[i], true
}

// A Kit makes code. Its zero value is ready; it keeps what thunks have in common.
type Kit struct {
	enters  map[string]*template
	returns map[ring.Return]*template
}

// Why no code can be made.
var (
	errRecord = errors.New("no record can hold that")
	errSite   = errors.New("no jump or call through a word")
	errReach  = errors.New("out of reach")
	errRuns   = errors.New("the instruction cannot run elsewhere")
)

// EnterSize returns how many bytes of memory the code for e takes, and how many of them are
// before its entry. textResult is that the record of the call's end has a text. It reports
// false if no record can hold e.
func (k *Kit) EnterSize(e ring.Enter, textResult bool) (size, entry int, ok bool) {
	t, ok := k.enter(e, textResult)
	if !ok {
		return 0, 0, false
	}
	return len(t.bytes) + maxEnterTail, t.entry, true
}

// maxEnterTail is how long the jump through the word is, with the load of R11 before it.
const maxEnterTail = 9 + 6

// enter returns the template for e.
func (k *Kit) enter(e ring.Enter, textResult bool) (*template, bool) {
	layout, ok := e.Layout()
	if !ok || !isOffset(e.ErrnoOffset) {
		return nil, false
	}
	key := fmt.Sprint(e, textResult)
	if k.enters[key] == nil {
		if k.enters == nil {
			k.enters = map[string]*template{}
		}
		k.enters[key] = enterTemplate(e, textResult, layout)
	}
	return k.enters[key], true
}

// isOffset reports whether an instruction can have n as its displacement.
func isOffset(n int64) bool { return n == int64(int32(n)) }

// Enter makes the code that records calls at site, whose instruction, a jump or call through
// a word relative to itself, is at the beginning of own. The code will be at addr.
func (k *Kit) Enter(id uint32, e ring.Enter, textResult bool, site uint64, own []byte, addr uint64) (*Code, error) {
	slot, ok := slotOf(site, own)
	if !ok {
		return nil, errSite
	}
	t, ok := k.enter(e, textResult)
	if !ok {
		return nil, errRecord
	}
	tail := tailOf(t, addr)
	tail.restore(r11)
	tail.state.kept = 0
	c := t.code(id, addr)
	c.Site, c.Call = site, slot.call
	tail.op1(&opJumpTo, code(outside(slot.word)))
	return c.finish(tail)
}

// A slot is the instruction of a slot: a jump, or a call, to where a word leads.
type slot struct {
	word uint64
	call bool
	size int
}

// slotOf decodes the instruction at the beginning of own.
func slotOf(site uint64, own []byte) (slot, bool) {
	const plain = arch.PrefixRepne | arch.PrefixOtherSeg // bnd, notrack
	in, ok := arch.DecodeAMD64(own)
	if !ok || in.Map != 0 || in.Vex || in.Op != 0xff || in.RIPRel < 0 || in.Prefix&^plain != 0 {
		return slot{}, false
	}
	if in.Flow != arch.FlowIndirectCall && in.Flow != arch.FlowIndirectJump {
		return slot{}, false
	}
	word := site + uint64(in.Len) + uint64(int64(int32(binary.LittleEndian.Uint32(own[in.RIPRel:]))))
	return slot{word, in.Flow == arch.FlowIndirectCall, in.Len}, true
}

// ReturnSize is EnterSize for the code that records returns.
func (k *Kit) ReturnSize(r ring.Return) (size, entry int, ok bool) {
	t, ok := k.ret(r)
	if !ok {
		return 0, 0, false
	}
	return len(t.bytes) + maxReturnTail, t.entry, true
}

// maxReturnTail is how long the displaced instruction is at most: that of a call, with its
// push.
const maxReturnTail = 7 + 5 + 9 + 5 + arch.MaxStep

// ret returns the template for r.
func (k *Kit) ret(r ring.Return) (*template, bool) {
	if !isOffset(r.ErrnoOffset) {
		return nil, false
	}
	if k.returns[r] == nil {
		if k.returns == nil {
			k.returns = map[ring.Return]*template{}
		}
		k.returns[r] = returnTemplate(r)
	}
	return k.returns[r], true
}

// Return makes the code that records returns to the address ret, whose instruction is at the
// beginning of own. The code will be at addr.
func (k *Kit) Return(id uint32, r ring.Return, ret uint64, own []byte, addr uint64) (*Code, error) {
	t, ok := k.ret(r)
	if !ok {
		return nil, errRecord
	}
	in, ok := arch.DecodeAMD64(own)
	if !ok || in.Flow == arch.FlowStop || in.Flow == arch.FlowSystem {
		return nil, errRuns
	}
	tail := tailOf(t, addr)
	if in.Flow == arch.FlowCall || in.Flow == arch.FlowIndirectCall {
		tail.push(ret + uint64(in.Len))
	} else {
		tail.restore(r11)
		tail.state.kept = 0
	}
	step, err := arch.AMD64.Displace(own, ret, tail.here())
	if err != nil {
		return nil, errRuns
	}
	c := t.code(id, addr)
	c.Site = ret
	tail.displace(step)
	return c.finish(tail)
}

// push appends the push of a return address, and the load of R11. The word below the stack is
// the one that the call itself writes to.
func (a *assembler) push(ret uint64) {
	a.op(&opAddress, r11, code(outside(ret)))
	a.op(&opStore, r11, at(rsp, -8))
	a.restore(r11)
	a.state.kept = 0
	a.op(&opAddress, rsp, at(rsp, -8))
	a.state.pushed = true
}

// displace appends a displaced instruction.
func (a *assembler) displace(step arch.Step) {
	if len(step.Code) == 0 {
		a.jump(&opJump, outside(step.Jump))
		return
	}
	from := len(a.bytes)
	a.raw(&opDisplaced, step.Code)
	for off := range step.Code {
		if own, _ := step.OriginalPC(off); own != 0 {
			a.marks = append(a.marks, mark{off: uint16(from + off), phase: ran, own: own})
		}
	}
}

// tailOf returns an assembler for what follows a template that will be at addr. All but R11
// is restored there.
func tailOf(t *template, addr uint64) *assembler {
	a := &assembler{address: addr + uint64(len(t.bytes))}
	a.state = mark{kept: 1 << 0, phase: past}
	return a
}

// here is the address of the next instruction.
func (a *assembler) here() uint64 { return a.address + uint64(len(a.bytes)) }

// code returns the code of a template at addr. Its tail is missing.
func (t *template) code(id uint32, addr uint64) *Code {
	c := &Code{ID: id, Addr: addr, Entry: addr + uint64(t.entry), template: t}
	c.Bytes = append(make([]byte, 0, len(t.bytes)+maxReturnTail), t.bytes...)
	binary.LittleEndian.PutUint32(c.Bytes[t.id:], id)
	return c
}

// finish appends the tail.
func (c *Code) finish(tail *assembler) (*Code, error) {
	if !tail.finish() {
		return nil, errReach
	}
	c.Bytes = append(c.Bytes, tail.bytes...)
	c.tail = tail.marks
	if len(c.Bytes) >= min(pageSize, math.MaxUint16) {
		return nil, errRecord
	}
	return c, nil
}

// Routine makes the hand-over routine. Threads find it by ring.AreaRoutine.
func (k *Kit) Routine(addr uint64) *Code {
	m := handOver()
	t := &template{bytes: m.bytes, lines: m.lines, marks: m.marks}
	return &Code{Addr: addr, Bytes: m.bytes, Entry: addr, template: t}
}
