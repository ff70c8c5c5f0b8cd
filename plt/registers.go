package plt

import (
	"cmp"
	"math/bits"
	"slices"
)

// A compiler may load the GOT word of an import that is called several times into a
// register first, and keep it there across loops and other calls:
//
//	mov  puts@GOT(%rip),%rbx
//	...
//	call *%rbx
//
// This is a data-flow analysis of one function: which imports' words may each register,
// and each of some stack words, hold? An effect of an instruction that it misses makes
// the answer larger, never smaller. That is safe, because the tracer compares register and
// word at each hit.

// A set holds up to three imports' words; with more it stands for any word. Words are
// indexes in function.words, so that a set is small.
type set struct {
	n     uint8
	words [3]uint8
}

// many is the n of a set that stands for any word that the function loads.
const many = 4

func (s *set) add(w uint8) bool {
	switch {
	case s.n == many || slices.Contains(s.words[:s.n], w):
		return false
	case s.n == uint8(len(s.words)):
		*s = set{n: many}
	default:
		s.words[s.n] = w
		s.n++
	}
	return true
}

func (s *set) join(t *set) bool {
	if t.n == many {
		changed := s.n != many
		*s = set{n: many}
		return changed
	}
	changed := false
	for _, w := range t.words[:t.n] {
		changed = s.add(w) || changed
	}
	return changed
}

const (
	registers     = 16
	maxSpillSlots = 8
)

// A state is what registers and spill slots may hold at one place. Most hold nothing: held
// has a bit for each set that is not empty; the other sets are stale.
type state struct {
	held uint32
	sets [registers + maxSpillSlots]set
}

func (s *state) get(i uint8) set {
	if s.held>>i&1 == 0 {
		return set{}
	}
	return s.sets[i]
}

func (s *state) put(i uint8, v set) {
	s.held &^= 1 << i
	if v.n > 0 {
		s.held |= 1 << i
		s.sets[i] = v
	}
}

// join adds what t may hold to s, and reports whether that changed s.
func (s *state) join(t *state) bool { return s.joinOf(t, ^uint32(0)) }

// joinOf joins the sets whose bits are in which.
func (s *state) joinOf(t *state, which uint32) bool {
	changed := false
	for rest := t.held & which; rest != 0; rest &= rest - 1 {
		i := uint8(bits.TrailingZeros32(rest))
		if v := s.get(i); v != t.sets[i] {
			changed = v.join(&t.sets[i]) || changed
			s.put(i, v)
		}
	}
	return changed
}

// A leader is the start of a basic block.
type leader struct {
	off     uint32
	noPreds bool  // follows the end of a path, and no branch goes there: a landing pad or a switch case
	in      state // joined over the branches to it
}

// callerSaved are the registers that a call may change, by System V ABI AMD64,
// 3.2.1: rax, rcx, rdx, rsi, rdi, r8 to r11.
const callerSaved = 1<<0 | 1<<1 | 1<<2 | 1<<6 | 1<<7 | 1<<8 | 1<<9 | 1<<10 | 1<<11

// A function holds the effects of a function's instructions, and what registers may hold.
type function struct {
	c          *confirmer
	start      uint64
	steps      []step
	words      []int32     // the imports whose words are loaded, in order of first use
	spillSlots []spillSlot // where registers are stored first once a word is loaded

	leaders []leader // sorted
	atCases state    // at any switch case: joined over jumps through a table
	atPads  state    // in an exception's landing pad: joined over calls
	cur     state
	live    bool
	changed bool
	final   bool
}

// A spillSlot is a stack word: base is rsp (4) or rbp (5).
type spillSlot struct {
	base byte
	disp int32
}

// Bounds on the work for one function. Beyond them every register may hold every word
// that the function loads.
const (
	maxLeaders = 1 << 16
	maxWork    = 1 << 25
	maxWords   = 256 // different words, and slots of one instruction
)

// follow emits the slots of calls and jumps through registers and spill slots.
func (fn *function) follow() {
	if !fn.usesWords() {
		return
	}
	fn.findLeaders()
	if fn.leaders == nil || len(fn.words) > maxWords {
		fn.emitAll()
		return
	}
	for work := 0; ; work += len(fn.steps) + len(fn.leaders) {
		if work > maxWork {
			fn.emitAll()
			return
		}
		if fn.changed = false; !fn.pass() {
			break
		}
	}
	fn.final = true
	fn.pass()
}

// usesWords reports whether any call goes through a register to which a word is loaded, or
// copied from such a register. It ignores the order of instructions.
func (fn *function) usesWords() bool {
	var held uint32 // by index in a state
	for more := true; more; {
		before := held
		for _, s := range fn.steps {
			switch {
			case s.kind == stepLoad, s.kind == stepCopy && held>>s.from&1 != 0:
				held |= 1 << s.reg
			}
		}
		more = held != before
	}
	return slices.ContainsFunc(fn.steps, func(s step) bool { return s.kind == stepUse && held>>s.reg&1 != 0 })
}

// emitAll emits slots as if every use could be of any word.
func (fn *function) emitAll() {
	for _, s := range fn.steps {
		if s.kind == stepUse {
			fn.emit(s, set{n: many})
		}
	}
}

// findLeaders finds the leaders, and turns the targets of branches into indexes of them.
// If there are too many, leaders stays nil.
func (fn *function) findLeaders() {
	fn.leaders = nil
	offs := fn.c.offs[:0]
	for _, s := range fn.steps {
		if s.kind == stepBranch || s.kind == stepJump {
			offs = append(offs, s.target)
		}
	}
	targets := len(offs)
	for _, s := range fn.steps {
		if s.ends() {
			offs = append(offs, s.off+uint32(s.length))
		}
	}
	fn.c.offs = offs
	if len(offs) > maxLeaders {
		return
	}
	fn.leaders = makeLeaders(fn.c.leaders[:0], offs[:targets], offs[targets:])
	fn.c.leaders = fn.leaders
	for i, s := range fn.steps {
		if s.kind == stepBranch || s.kind == stepJump {
			n, _ := slices.BinarySearchFunc(fn.leaders, s.target, leader.compare)
			fn.steps[i].target = uint32(n)
		}
	}
}

func (l leader) compare(off uint32) int { return cmp.Compare(l.off, off) }

// makeLeaders merges the targets of branches with the offsets that follow the end of a
// path. It reuses the memory of leaders.
func makeLeaders(leaders []leader, targets, ends []uint32) []leader {
	slices.Sort(targets)
	slices.Sort(ends)
	leaders = slices.Grow(leaders, len(targets)+len(ends)+1)
	add := func(off uint32, orphan bool) {
		if n := len(leaders); n == 0 || leaders[n-1].off != off {
			leaders = append(leaders, leader{off: off, noPreds: orphan})
		}
	}
	for len(targets)+len(ends) > 0 {
		if len(ends) == 0 || len(targets) > 0 && targets[0] <= ends[0] {
			add(targets[0], false)
			targets = targets[1:]
		} else {
			add(ends[0], true)
			ends = ends[1:]
		}
	}
	return leaders
}

// pass visits the steps once, in order of addresses. It reports whether it changed a state
// at a leader, which takes another pass.
func (fn *function) pass() bool {
	fn.cur, fn.live = state{}, true
	next := 0
	for _, s := range fn.steps {
		for next < len(fn.leaders) && fn.leaders[next].off <= s.off {
			fn.merge(&fn.leaders[next])
			next++
		}
		if fn.live {
			fn.step(s)
		}
	}
	return fn.changed
}

// merge enters the block of a leader with the joined state of the paths that meet there.
func (fn *function) merge(l *leader) {
	if l.noPreds {
		fn.cur, fn.live = fn.atCases, true
		fn.cur.join(&fn.atPads)
		return
	}
	if fn.live {
		l.in.join(&fn.cur)
	}
	fn.cur, fn.live = l.in, true
}

// step applies the effect of one instruction.
func (fn *function) step(s step) {
	switch s.kind {
	case stepLoad:
		fn.cur.put(s.reg, set{n: 1, words: [3]uint8{s.word}})
	case stepCopy:
		fn.cur.put(s.reg, fn.cur.get(s.from))
	case stepKill:
		fn.cur.put(s.reg, set{})
	case stepBranch:
		fn.jump(s.target)
	case stepJump:
		fn.jump(s.target)
		fn.live = false
	case stepEnd:
		fn.live = false
	case stepTable:
		fn.changed = fn.atCases.join(&fn.cur) || fn.changed
		fn.live = false
	case stepCall:
		fn.call()
	case stepUse:
		fn.use(s)
	}
}

// jump joins the state into that of a branch target.
func (fn *function) jump(target uint32) {
	fn.changed = fn.leaders[target].in.join(&fn.cur) || fn.changed
}

// call applies the effect of any call. It may end in the landing pad of an exception.
func (fn *function) call() {
	fn.cur.held &^= callerSaved
	fn.changed = fn.atPads.join(&fn.cur) || fn.changed
}

// use applies a call or jump through a register. A jump through a table may lead to any
// place.
func (fn *function) use(s step) {
	holds, anywhere := fn.cur.get(s.reg), fn.atCases.get(s.reg)
	holds.join(&anywhere)
	if fn.final {
		fn.emit(s, holds)
	}
	switch {
	case s.call:
		fn.call()
	case holds.n == 0:
		fn.step(step{kind: stepTable})
	default:
		fn.live = false
	}
}

// emit adds the slots of one call or jump through a register or a spill slot.
func (fn *function) emit(s step, holds set) {
	words := fn.words[:min(len(fn.words), maxWords)]
	if holds.n != many {
		words = nil
		for _, w := range holds.words[:holds.n] {
			words = append(words, fn.words[w])
		}
	}
	slot := Slot{Addr: fn.start + uint64(s.off), Len: int(s.length), Form: RegisterJump, Reg: int(s.reg)}
	switch {
	case s.reg >= registers:
		at := fn.spillSlots[s.reg-registers]
		slot.Form, slot.Reg, slot.Disp = SpilledCall, int(at.base), at.disp
	case s.call:
		slot.Form = RegisterCall
	}
	for _, w := range words {
		fn.c.add(candidate{word: int(w)}, slot)
	}
}
