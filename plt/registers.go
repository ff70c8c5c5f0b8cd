package plt

import (
	"cmp"
	"math/bits"
	"slices"
)

// Compilers that call an import several times may load its GOT word into a
// register first, and keep that over loops and other calls:
//
//	mov  puts@GOT(%rip),%rbx
//	...
//	call *%rbx
//
// A function is run through abstractly: for each register and some words of the
// stack, of which imports' words may it hold the value? What is missed of the
// effects of an instruction makes the answer larger, never smaller: the tracer
// compares register and word at each hit.

// A set holds up to three imports' words, or any if there were more. Words are
// indexes in function.words, so that a set is small.
type set struct {
	n     uint8
	words [3]uint8
}

// many is the n of a set that may be any word that the function loads.
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
	registers  = 16
	spillSlots = 8
)

// A state is what registers and spill slots may hold at one place. Most hold
// nothing: held has a bit for each set that is not empty, the others are stale.
type state struct {
	held uint32
	sets [registers + spillSlots]set
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

// join adds what t may hold to s, and reports whether that was news.
func (s *state) join(t *state) bool { return s.joinOf(t, ^uint32(0)) }

// joinOf joins the sets whose bits are in which.
func (s *state) joinOf(t *state, which uint32) bool {
	changed := false
	for left := t.held & which; left != 0; left &= left - 1 {
		i := uint8(bits.TrailingZeros32(left))
		if v := s.get(i); v != t.sets[i] {
			changed = v.join(&t.sets[i]) || changed
			s.put(i, v)
		}
	}
	return changed
}

// A leader is a place where paths meet or begin.
type leader struct {
	off    uint32
	orphan bool  // behind the end of a path, and no branch goes there: landing pads, cases
	in     state // what the branches to it bring
}

// callerSaved are the registers that a call may change, by System V ABI AMD64,
// 3.2.1: rax, rcx, rdx, rsi, rdi, r8 to r11.
const callerSaved = 1<<0 | 1<<1 | 1<<2 | 1<<6 | 1<<7 | 1<<8 | 1<<9 | 1<<10 | 1<<11

// A function is what its instructions do to the registers.
type function struct {
	c     *confirmer
	start uint64
	steps []step
	words []int32 // the imports whose words are loaded, first come first
	slots []spill // the first places behind that where a register was spilled

	leaders  []leader // sorted
	anywhere state    // joined over jumps through a table
	landing  state    // what callee-saved registers may hold in an exception's landing pad
	cur      state
	live     bool
	changed  bool
	final    bool
}

// A spill is a place in the frame: displacement from rsp (4) or rbp (5).
type spill struct {
	base byte
	disp int32
}

// Bounds on the work for one function; beyond, every register may hold every
// word that the function loads.
const (
	maxLeaders = 1 << 16
	maxWork    = 1 << 25
	maxWords   = 256 // that are told apart, and slots for one instruction
)

// follow finds the calls through registers.
func (fn *function) follow() {
	if !fn.useful() {
		return
	}
	fn.lead()
	if fn.leaders == nil || len(fn.words) > maxWords {
		fn.giveUp()
		return
	}
	for work := 0; ; work += len(fn.steps) + len(fn.leaders) {
		if work > maxWork {
			fn.giveUp()
			return
		}
		if fn.changed = false; !fn.pass() {
			break
		}
	}
	fn.final = true
	fn.pass()
}

// useful tells whether any call goes through a register to which a word is
// loaded, or copied from such a register, in whatever order.
func (fn *function) useful() bool {
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

// giveUp takes each use for one of any word.
func (fn *function) giveUp() {
	for _, s := range fn.steps {
		if s.kind == stepUse {
			fn.emit(s, set{n: many})
		}
	}
}

// lead finds where paths meet or begin, and makes the targets of branches
// indexes of them. Of too many it makes nothing.
func (fn *function) lead() {
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

// makeLeaders merges where branches go with where the code behind the end of a
// path begins, using the memory of leaders.
func makeLeaders(leaders []leader, targets, ends []uint32) []leader {
	slices.Sort(targets)
	slices.Sort(ends)
	leaders = slices.Grow(leaders, len(targets)+len(ends)+1)
	add := func(off uint32, orphan bool) {
		if n := len(leaders); n == 0 || leaders[n-1].off != off {
			leaders = append(leaders, leader{off: off, orphan: orphan})
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

// pass runs through the function once, in order of addresses. It reports
// whether something came up that needs another pass.
func (fn *function) pass() bool {
	fn.cur, fn.live = state{}, true
	next := 0
	for _, s := range fn.steps {
		for next < len(fn.leaders) && fn.leaders[next].off <= s.off {
			fn.arrive(&fn.leaders[next])
			next++
		}
		if fn.live {
			fn.step(s)
		}
	}
	return fn.changed
}

// arrive joins the paths that meet.
func (fn *function) arrive(l *leader) {
	if l.orphan {
		fn.cur, fn.live = fn.anywhere, true
		fn.cur.join(&fn.landing)
		return
	}
	if fn.live {
		l.in.join(&fn.cur)
	}
	fn.cur, fn.live = l.in, true
}

// step does what one instruction does.
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
		fn.changed = fn.anywhere.join(&fn.cur) || fn.changed
		fn.live = false
	case stepCall:
		fn.call()
	case stepUse:
		fn.use(s)
	}
}

// jump carries the state to a branch target.
func (fn *function) jump(target uint32) {
	fn.changed = fn.leaders[target].in.join(&fn.cur) || fn.changed
}

// call is what any call does: it may end in the landing pad of an exception.
func (fn *function) call() {
	fn.cur.held &^= callerSaved
	fn.changed = fn.landing.join(&fn.cur) || fn.changed
}

// use is a call or jump through a register. If there are jumps through tables,
// any place may be reached from them.
func (fn *function) use(s step) {
	holds, anywhere := fn.cur.get(s.reg), fn.anywhere.get(s.reg)
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

// emit makes the slots of one call through a register or a spill slot.
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
		at := fn.slots[s.reg-registers]
		slot.Form, slot.Reg, slot.Disp = SpilledCall, int(at.base), at.disp
	case s.call:
		slot.Form = RegisterCall
	}
	for _, w := range words {
		fn.c.add(candidate{word: int(w)}, slot)
	}
}
