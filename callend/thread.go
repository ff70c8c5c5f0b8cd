package callend

import (
	"plait/callstack"
	"plait/event"
	"plait/unwind"
)

// A Thread is the calls that are open in one thread.
type Thread struct {
	callstack.Stack
	Machine Machine
	RetPop  uint64 // by how many bytes a return raises the stack pointer

	own       threadStack
	endings   map[place]callstack.Ending // of stacks, by where open calls on them return to
	calling   *position                  // where it is about to make a call; nil: nothing was compared with that
	handlers  []signalHandler            // of signals, those that may be running
	unwoundBy event.Outcome              // what last unwound calls
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
	// OwnStack is the bounds of the stack that the thread began to run on; first is the
	// stack pointer of its first call. If nothing is known, all is one stack.
	OwnStack(first uint64) (lo, hi uint64)
	// Catches reports whether the object at pc has code that catches exceptions.
	Catches(pc uint64) bool
	// End ends call i, removes it, and reports it.
	End(i int, how event.Outcome)
}

// Remove removes call i, which need not be the innermost, and returns its frame.
func (c *Thread) Remove(i int) *callstack.Frame {
	f := c.At(i)
	c.Stack.Remove(i)
	delete(c.endings, c.returnPlace(f))
	return f
}

// ForgetStack forgets where the thread's own stack is, because it runs a new program.
func (c *Thread) ForgetStack() { c.own = threadStack{} }

// InheritStack notes that the thread runs on a copy of its parent's stack.
func (c *Thread) InheritStack(parent *Thread) { c.own = parent.own }
