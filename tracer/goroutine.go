package tracer

import "plait/event"

// Go moves the stacks of its goroutines when they grow, and its goroutines from
// thread to thread. So a call of a function that Go has compiled is known by the
// goroutine and by how far from its stack's beginning the call was made: both stay
// what they are. Go's code has the goroutine in a register wherever calls begin and
// end (Go's internal ABI).

// A goroutine is where a call was made on which goroutine's stack.
type goroutine struct {
	g      uint64 // address of the goroutine's struct runtime.g; 0: the call is not one of Go's
	height uint64 // from the stack's beginning, where the return address is
	hi     uint64 // where the stack began then
	grows  bool   // it was certain that the function would have to wait for another stack, or its turn, and begin again
}

// Offsets in struct runtime.g.
const (
	stackLo    = 0
	stackHi    = 8
	stackGuard = 16
)

// maxGoStack is runtime.maxstacksize of 64-bit machines.
const maxGoStack = 1 << 30

// goroutineAt is the goroutine that a tracee in Go's code runs, with sp on its stack.
// What the register holds is believed only if that fits.
func (t *Tracer) goroutineAt(tr *tracee, sp uint64) (at goroutine, ok bool) {
	g := tr.regs.Goroutine()
	lo, err1 := t.readWord(tr, g+stackLo)
	hi, err2 := t.readWord(tr, g+stackHi)
	guard, err3 := t.readWord(tr, g+stackGuard)
	if g == 0 || g&7 != 0 || err1 != nil || err2 != nil || err3 != nil || lo >= sp || sp > hi || hi-lo > maxGoStack {
		return goroutine{}, false
	}
	return goroutine{g: g, height: hi - sp, hi: hi, grows: sp <= guard}, true
}

// begunAgain tells whether a tracee is at the beginning of a function that its
// goroutine has begun before: there was too little stack, or another goroutine's turn
// had come, and so it begins again once there is more.
func (t *Tracer) begunAgain(tr *tracee, addr, ret uint64, at goroutine) (again bool) {
	t.goCalls(tr, at, func(owner *tracee, i int, f *frame) bool {
		if f.goroutine.height != at.height || f.ret != ret || f.call.Addr != addr {
			return f.goroutine.height > at.height
		}
		again = f.goroutine.grows || f.goroutine.hi != at.hi || t.jumpedBack(tr, addr, at)
		f.goroutine.grows, f.goroutine.hi = at.grows, at.hi
		return false
	})
	return again
}

// jumpedBack tells whether a goroutine at the beginning of a function was in it just
// before: that its turn was over has become known only after the call began. Either its
// end has called runtime.morestack, or a signal has put runtime.asyncPreempt in between.
// Where those were to return to is still below the stack pointer; a function that can be
// begun again keeps its frame pointer there as soon as it goes on.
func (t *Tracer) jumpedBack(tr *tracee, addr uint64, at goroutine) bool {
	below, err := t.readWord(tr, at.hi-at.height-t.arch.RetPop)
	o := tr.space.objects.At(addr)
	if err != nil || o == nil || o.File == nil || tr.space.objects.At(below) != o {
		return false
	}
	s, ok := o.File.Symbol(below - o.Base)
	return ok && s.Value == addr-o.Base
}

// pruneGo ends the calls of a goroutine that cannot be open any more when it makes a
// new one: it has left them by a panic. One at the very same place is open only if
// this is its tail call.
func (t *Tracer) pruneGo(tr *tracee, at goroutine, tail func(*frame) bool) {
	t.goCalls(tr, at, func(owner *tracee, i int, f *frame) bool {
		if f.goroutine.height < at.height || f.goroutine.height == at.height && tail(f) {
			return false
		}
		t.leave(owner, i, event.Unwound)
		return true
	})
}

// returnedGo ends the calls of Go's that are over now that a tracee is at addr with
// stack pointer sp, whichever thread they began in.
func (t *Tracer) returnedGo(tr *tracee, addr, sp uint64) {
	at, ok := t.goroutineAt(tr, sp-t.arch.RetPop)
	if !ok {
		return
	}
	t.goCalls(tr, at, func(owner *tracee, i int, f *frame) bool {
		switch {
		case f.goroutine.height == at.height && f.ret == addr:
			t.leaveIn(tr, owner, i, event.Returned)
		case f.goroutine.height > at.height:
			t.leaveIn(tr, owner, i, event.Unwound)
		default:
			return false
		}
		return true
	})
}

// goCalls visits the open calls of the goroutine that a tracee runs, by the threads
// that they began in and in each the innermost first, until visit says false: those
// further out are nearer to the beginning of the stack.
func (t *Tracer) goCalls(tr *tracee, at goroutine, visit func(owner *tracee, i int, f *frame) bool) {
	t.goCallsIn(tr, at.g, visit)
	for _, other := range t.tracees {
		if other != tr && other.space == tr.space {
			t.goCallsIn(other, at.g, visit)
		}
	}
}

// goCallsIn is goCalls in one thread.
func (t *Tracer) goCallsIn(owner *tracee, g uint64, visit func(owner *tracee, i int, f *frame) bool) {
	left := owner.goroutines[g]
	for k := len(owner.calls.runs) - 1; k >= 0 && left > 0; k-- {
		r := owner.calls.runs[k]
		if r.g != g {
			continue
		}
		for i := r.end() - 1; i >= r.before; i-- {
			if left--; !visit(owner, i, owner.calls.at(i)) {
				return
			}
		}
	}
}

// countGo counts the open calls of goroutines in a thread.
func (tr *tracee) countGo(f *frame, by int) {
	if f.goroutine.g == 0 {
		return
	}
	if tr.goroutines == nil {
		tr.goroutines = map[uint64]int{}
	}
	if tr.goroutines[f.goroutine.g] += by; tr.goroutines[f.goroutine.g] == 0 {
		delete(tr.goroutines, f.goroutine.g)
	}
}
