package callend

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

// GoroutineAt is the goroutine that a thread in Go's code runs, if sp is on its stack.
// The register is believed only if what it points to makes sense.
func (c *Thread) GoroutineAt(sp uint64) (at callstack.Goroutine, ok bool) {
	g := c.Machine.Goroutine()
	lo, ok1 := c.Machine.Word(g + stackLo)
	hi, ok2 := c.Machine.Word(g + stackHi)
	if g == 0 || g&7 != 0 || !ok1 || !ok2 || lo >= sp || sp > hi || hi-lo > maxGoStack {
		return callstack.Goroutine{}, false
	}
	return callstack.Goroutine{G: g, Height: hi - sp}, true
}

// BegunAgain tells whether a thread is at the beginning of a function that its goroutine
// has already begun. Go begins a function again when its stack had to grow or another
// goroutine's turn had come. An open call at the same place is not enough: a panic may have
// ended it, and its caller may make the same call anew.
func (c *Thread) BegunAgain(addr, ret, sp uint64, at callstack.Goroutine) (again bool) {
	c.goCalls(at, func(owner *Thread, i int, f *callstack.Frame) bool {
		if f.Goroutine.Height != at.Height || f.Ret != ret || f.Call.Addr != addr {
			return f.Goroutine.Height > at.Height
		}
		again = c.preemptedAtStart(addr, sp) || c.leftFrom(addr, at)
		return false
	})
	return again
}

// preemptedAtStart tells whether a goroutine comes back to the beginning of a function from
// runtime.asyncPreempt, whose call a signal has inserted there. The return address of that
// call is still below the stack pointer; a function that really runs stores its frame
// pointer there.
func (c *Thread) preemptedAtStart(addr, sp uint64) bool {
	below, ok := c.Machine.Word(sp - c.RetPop)
	return ok && below == addr
}

// leftFrom tells whether the place where the scheduler saw a goroutine last is inside the
// function at addr: the function's end has called runtime.morestack, which has saved that
// place. The recovery from a panic saves another one.
func (c *Thread) leftFrom(addr uint64, at callstack.Goroutine) bool {
	pc, ok := c.Machine.Word(at.G + schedPC)
	return ok && c.Machine.FunctionAt(pc) == addr
}

// PruneGo ends the calls of a goroutine that can't be open any more when it makes a new
// one: a panic has unwound them. One at exactly the same place is open only if the new
// call is its tail call.
func (c *Thread) PruneGo(at callstack.Goroutine, tail func(*callstack.Frame) bool) {
	c.goCalls(at, func(owner *Thread, i int, f *callstack.Frame) bool {
		if f.Goroutine.Height < at.Height || f.Goroutine.Height == at.Height && tail(f) {
			return false
		}
		owner.Machine.End(i, event.Unwound)
		return true
	})
}

// EndReturnedGo ends the calls of Go functions that are over now that a thread is at
// addr with stack pointer sp, in whichever thread they began.
func (c *Thread) EndReturnedGo(addr, sp uint64) {
	at, ok := c.GoroutineAt(sp - c.RetPop)
	if !ok {
		return
	}
	c.goCalls(at, func(owner *Thread, i int, f *callstack.Frame) bool {
		switch {
		case f.Goroutine.Height == at.Height && f.Ret == addr:
			c.Machine.EndOf(owner, i, event.Returned)
		case f.Goroutine.Height > at.Height:
			c.Machine.EndOf(owner, i, event.Unwound)
		default:
			return false
		}
		return true
	})
}

// goCalls visits the open calls of the goroutine that a thread runs, thread by thread
// and in each the innermost first, until visit returns false: those further out are
// nearer to the beginning of the stack.
func (c *Thread) goCalls(at callstack.Goroutine, visit func(owner *Thread, i int, f *callstack.Frame) bool) {
	c.goCallsIn(at.G, visit)
	for other := range c.Machine.Others() {
		other.goCallsIn(at.G, visit)
	}
}

// goCallsIn is goCalls for the calls that began in one thread.
func (c *Thread) goCallsIn(g uint64, visit func(owner *Thread, i int, f *callstack.Frame) bool) {
	left := c.goroutines[g]
	for k := len(c.Runs) - 1; k >= 0 && left > 0; k-- {
		r := c.Runs[k]
		if r.G != g {
			continue
		}
		for i := r.End() - 1; i >= r.Base; i-- {
			if left--; !visit(c, i, c.At(i)) {
				return
			}
		}
	}
}

// countGo counts open calls by goroutine.
func (c *Thread) countGo(f *callstack.Frame, by int) {
	if f.Goroutine.G == 0 {
		return
	}
	if c.goroutines == nil {
		c.goroutines = map[uint64]int{}
	}
	if c.goroutines[f.Goroutine.G] += by; c.goroutines[f.Goroutine.G] == 0 {
		delete(c.goroutines, f.Goroutine.G)
	}
}
