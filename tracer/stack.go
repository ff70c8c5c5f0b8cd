package tracer

import "math"

// A stack is the memory that a thread began to run on. Threads leave it for
// coroutines and signal handlers, and come back; the order of two stack pointers
// means something only on one stack.
type stack struct {
	first  uint64 // the stack pointer at the thread's first breakpoint
	lo, hi uint64 // bounds; hi is 0 until they are needed
}

// elsewhere is how far apart two stack pointers outside of the thread's own
// stack may be and still be taken for one stack: coroutines' stacks lie side by
// side in one mapping, and are seldom smaller.
const elsewhere = 16 << 10

// sameStack tells whether two stack pointers belong to one stack.
func (t *Tracer) sameStack(tr *tracee, a, b uint64) bool {
	s := &tr.stack
	if s.hi == 0 {
		t.bound(tr)
	}
	inA, inB := s.lo <= a && a < s.hi, s.lo <= b && b < s.hi
	switch {
	case inA && inB:
		return true
	case inA != inB:
		return false
	}
	return within(a, b, elsewhere)
}

// bound finds the bounds of the thread's own stack. The process's first stack
// grows down from where it is now.
func (t *Tracer) bound(tr *tracee) {
	s := &tr.stack
	s.lo, s.hi = 0, math.MaxUint64 // if nothing is known, there is one stack
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		return
	}
	at := mappingAt(maps, s.first)
	if at < 0 {
		return
	}
	s.lo, s.hi = maps[at].Start, maps[at].End
	if maps[at].Path == "[stack]" && at > 0 {
		s.lo = maps[at-1].End
	}
}
