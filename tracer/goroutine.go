package tracer

import (
	"plait/callstack"
	"plait/event"
)

// Go moves the stack of a goroutine when it grows, and goroutines from thread to thread.
// So a call of a function that Go has compiled is identified by its goroutine and by its
// distance from the beginning of the stack, neither of which changes. Wherever calls
// begin and end, a register holds the goroutine (Go's internal ABI).

// Offsets in struct runtime.g.
const (
	stackLo = 0
	stackHi = 8
	schedPC = 64
)

// maxGoStack is runtime.maxstacksize of 64-bit machines.
const maxGoStack = 1 << 30

// goroutineAt is the goroutine that a tracee in Go's code runs, if sp is on its stack.
// The register is believed only if what it points to makes sense.
func (t *Tracer) goroutineAt(tr *tracee, sp uint64) (at callstack.Goroutine, ok bool) {
	g := tr.regs.Goroutine()
	lo, err1 := t.readWord(tr, g+stackLo)
	hi, err2 := t.readWord(tr, g+stackHi)
	if g == 0 || g&7 != 0 || err1 != nil || err2 != nil || lo >= sp || sp > hi || hi-lo > maxGoStack {
		return callstack.Goroutine{}, false
	}
	return callstack.Goroutine{G: g, Height: hi - sp}, true
}

// begunAgain tells whether a tracee is at the beginning of a function that its goroutine
// has already begun. Go begins a function again when its stack had to grow or another
// goroutine's turn had come. An open call at the same place is not enough: a panic may have
// ended it, and its caller may make the same call anew.
func (t *Tracer) begunAgain(tr *tracee, addr, ret, sp uint64, at callstack.Goroutine) (again bool) {
	t.goCalls(tr, at, func(owner *tracee, i int, f *callstack.Frame) bool {
		if f.Goroutine.Height != at.Height || f.Ret != ret || f.Call.Addr != addr {
			return f.Goroutine.Height > at.Height
		}
		again = t.preemptedAtStart(tr, addr, sp) || t.leftFrom(tr, addr, at)
		return false
	})
	return again
}

// preemptedAtStart tells whether a goroutine comes back to the beginning of a function from
// runtime.asyncPreempt, whose call a signal has inserted there. The return address of that
// call is still below the stack pointer; a function that really runs stores its frame
// pointer there.
func (t *Tracer) preemptedAtStart(tr *tracee, addr, sp uint64) bool {
	below, err := t.readWord(tr, sp-t.arch.RetPop)
	return err == nil && below == addr
}

// leftFrom tells whether the place where the scheduler saw a goroutine last is inside the
// function at addr: the function's end has called runtime.morestack, which has saved that
// place. The recovery from a panic saves another one.
func (t *Tracer) leftFrom(tr *tracee, addr uint64, at callstack.Goroutine) bool {
	pc, err := t.readWord(tr, at.G+schedPC)
	o := tr.space.objects.At(addr)
	if err != nil || o == nil || o.File == nil || tr.space.objects.At(pc) != o {
		return false
	}
	s, ok := o.File.Symbol(pc - o.Base)
	return ok && s.Value == addr-o.Base
}

// pruneGo ends the calls of a goroutine that can't be open any more when it makes a new
// one: a panic has unwound them. One at exactly the same place is open only if the new
// call is its tail call.
func (t *Tracer) pruneGo(tr *tracee, at callstack.Goroutine, tail func(*callstack.Frame) bool) {
	t.goCalls(tr, at, func(owner *tracee, i int, f *callstack.Frame) bool {
		if f.Goroutine.Height < at.Height || f.Goroutine.Height == at.Height && tail(f) {
			return false
		}
		t.endCall(owner, i, event.Unwound)
		return true
	})
}

// endReturnedGo ends the calls of Go functions that are over now that a tracee is at
// addr with stack pointer sp, in whichever thread they began.
func (t *Tracer) endReturnedGo(tr *tracee, addr, sp uint64) {
	at, ok := t.goroutineAt(tr, sp-t.arch.RetPop)
	if !ok {
		return
	}
	t.goCalls(tr, at, func(owner *tracee, i int, f *callstack.Frame) bool {
		switch {
		case f.Goroutine.Height == at.Height && f.Ret == addr:
			t.endCallIn(tr, owner, i, event.Returned)
		case f.Goroutine.Height > at.Height:
			t.endCallIn(tr, owner, i, event.Unwound)
		default:
			return false
		}
		return true
	})
}

// goCalls visits the open calls of the goroutine that a tracee runs, thread by thread
// and in each the innermost first, until visit returns false: those further out are
// nearer to the beginning of the stack.
func (t *Tracer) goCalls(tr *tracee, at callstack.Goroutine, visit func(owner *tracee, i int, f *callstack.Frame) bool) {
	t.goCallsIn(tr, at.G, visit)
	for _, other := range t.tracees {
		if other != tr && other.space == tr.space {
			t.goCallsIn(other, at.G, visit)
		}
	}
}

// goCallsIn is goCalls for one thread.
func (t *Tracer) goCallsIn(owner *tracee, g uint64, visit func(owner *tracee, i int, f *callstack.Frame) bool) {
	left := owner.goroutines[g]
	for k := len(owner.calls.Runs) - 1; k >= 0 && left > 0; k-- {
		r := owner.calls.Runs[k]
		if r.G != g {
			continue
		}
		for i := r.End() - 1; i >= r.Base; i-- {
			if left--; !visit(owner, i, owner.calls.At(i)) {
				return
			}
		}
	}
}

// countGo counts a thread's open calls by goroutine.
func (tr *tracee) countGo(f *callstack.Frame, by int) {
	if f.Goroutine.G == 0 {
		return
	}
	if tr.goroutines == nil {
		tr.goroutines = map[uint64]int{}
	}
	if tr.goroutines[f.Goroutine.G] += by; tr.goroutines[f.Goroutine.G] == 0 {
		delete(tr.goroutines, f.Goroutine.G)
	}
}
