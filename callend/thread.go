package callend

import (
	"iter"

	"plait/callstack"
	"plait/event"
	"plait/unwind"
)

// A Thread is the calls that are open in one thread.
type Thread struct {
	callstack.Stack
	Machine Machine
	RetPop  uint64 // by how many bytes a return raises the stack pointer

	own        threadStack
	endings    map[place]callstack.Ending // of stacks, by where open calls on them return to
	calling    *position                  // where it is about to make a call; nil: nothing was compared with that
	handlers   []signalHandler            // of signals, those that may be running
	goroutines map[uint64]int             // how many calls of functions of Go each goroutine has
	unwoundBy  event.Outcome              // what last unwound calls
}

// A Machine is what can be known about a thread where it is now.
type Machine interface {
	// Word is the word of memory at addr; false if it can't be known.
	Word(addr uint64) (uint64, bool)
	// Register is the general register with that number in machine code.
	Register(n int) uint64
	// Space is where the thread's stack can be walked.
	Space() unwind.Space
	// Now reports whether registers and memory are those of the thread where it is. If not,
	// it was there before, and has gone on.
	Now() bool
	// StillOpen reports whether a call is still open, if Now is false and the thread was at a
	// higher stack pointer: it was on another stack then.
	StillOpen(f *callstack.Frame) bool
	// OwnStack is the bounds of the stack that the thread began to run on; first is the
	// stack pointer of its first call. If nothing is known, all is one stack.
	OwnStack(first uint64) (lo, hi uint64)
	// Catches reports whether the object at pc has code that catches exceptions.
	Catches(pc uint64) bool
	// End ends call i, removes it, and reports it. EndOf does so for a call that began in
	// another thread.
	End(i int, how event.Outcome)
	EndOf(owner *Thread, i int, how event.Outcome)
	// Others are the other threads that run in the same memory.
	Others() iter.Seq[*Thread]
	// Goroutine is the register in which Go's code holds the address of its goroutine.
	Goroutine() uint64
	// FunctionAt is where the function that contains pc begins; 0 if that is unknown.
	FunctionAt(pc uint64) uint64
}

// Remove removes call i, which need not be the innermost, and returns its frame.
func (c *Thread) Remove(i int) *callstack.Frame {
	f := c.At(i)
	c.Stack.Remove(i)
	delete(c.endings, c.returnPlace(f))
	c.countGo(f, -1)
	return f
}

// UnwoundAt reports whether frame f was certainly unwound, now that the thread is at pc with
// stack pointer sp.
func (c *Thread) UnwoundAt(f *callstack.Frame, pc, sp uint64) bool {
	return c.isUnwound(f, &position{pc: pc, sp: sp})
}

// ForgetStack forgets where the thread's own stack is, because it runs a new program.
func (c *Thread) ForgetStack() { c.own = threadStack{} }

// InheritStack notes that the thread runs on a copy of its parent's stack.
func (c *Thread) InheritStack(parent *Thread) { c.own = parent.own }
