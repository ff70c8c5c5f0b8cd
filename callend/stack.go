package callend

import (
	"slices"

	"plait/callstack"
	"plait/unwind"
)

// A threadStack is the memory that a thread began to run on. Threads leave it for
// coroutines and signal handlers and come back. Comparing two stack pointers makes sense
// on one stack only.
type threadStack struct {
	first  uint64 // the thread's stack pointer at its first breakpoint
	lo, hi uint64 // bounds; hi is 0 until they are needed
}

// sameStackDistance is how far apart two stack pointers outside of the thread's own
// stack may be and still count as one stack. Stacks of coroutines often lie side by side
// in one mapping and are seldom smaller.
const sameStackDistance = 16 << 10

// sameStack tells whether two stack pointers are on one stack. Outside of the thread's
// own stack that is a guess.
func (c *Thread) sameStack(a, b uint64) bool {
	switch inA, inB := c.onThreadStack(a), c.onThreadStack(b); {
	case inA && inB:
		return true
	case inA != inB:
		return false
	}
	return within(a, b, sameStackDistance)
}

// onThreadStack tells whether a stack pointer is on the thread's own stack.
func (c *Thread) onThreadStack(sp uint64) bool {
	if c.own.hi == 0 {
		c.own.lo, c.own.hi = c.Machine.OwnStack(c.own.first)
	}
	return c.own.lo <= sp && sp < c.own.hi
}

// A position is where a thread is: at pc, or in a call that will return to pc, with the
// stack pointer that it has there.
type position struct {
	pc, sp uint64
	inCall bool
	// Found out when needed:
	walk                   // from there outwards
	walks map[place]*walk  // of other stacks, by the places on them
	other callstack.Ending // of a suspended stack
}

// A place is where a frame continues, and the stack pointer there.
type place struct{ pc, sp uint64 }

// isUnwound tells whether frame f was certainly unwound, now that its thread is at a
// higher stack pointer. That alone proves little: stacks of coroutines lie side by side,
// perhaps within the thread's own stack. The frame was unwound if its return address was
// overwritten, or if it was made on this very stack. If that can't be known, it counts
// as made on it where the thread is on its own stack.
func (c *Thread) isUnwound(f *callstack.Frame, at *position) bool {
	if !c.sameStack(f.SP, at.sp) || f.Ending.Known && f.Ending == at.other {
		return false
	}
	own := c.onThreadStack(at.sp)
	if own && isLongjmp(f) {
		return true // wherever it went
	}
	if !c.Machine.Now() {
		return !c.Machine.StillOpen(f)
	}
	if ret, ok := c.Machine.Word(f.SP); !ok || ret != f.Ret {
		return true
	}
	switch c.compareStacks(f, at) {
	case onSameStack:
		return true
	case onOtherStack:
		at.other = f.Ending // the calls that contain this one on its stack are open too
		return isLongjmp(f)
	case enclosing:
		return false
	}
	return own
}

// A stackRelation is how the stack that a frame is on relates to where its thread is.
type stackRelation uint8

const (
	unknownStack stackRelation = iota
	onSameStack                // it was made on the stack that the thread is on
	enclosing                  // it was, and the thread is still in it
	onOtherStack               // it is on another stack
)

// compareStacks compares the stack that frame f is on with that of a position, by where
// each ends, unless one leads to the other before.
func (c *Thread) compareStacks(f *callstack.Frame, at *position) stackRelation {
	if !c.Machine.Now() {
		return unknownStack
	}
	if !f.Ending.Known {
		w := c.walkFrom(f, at)
		if f.Ending = w.end; w.plain {
			c.noteEnding(f)
		}
	}
	if !f.Ending.Known {
		return onSameStack // as after a longjmp
	}
	if !at.end.Known || at.cut && f.SP >= at.sp { // what is cut off is further out than at
		here := unwind.Start(at.pc, c.Machine.Register)
		if at.inCall {
			here = here.Caller(at.pc, at.sp)
		}
		known := c.endings
		if f.SP >= at.sp {
			known = nil
		}
		at.walk = c.walk(here, 0, known)
	}
	switch {
	case slices.Contains(at.chain, c.returnPlace(f)):
		return enclosing
	case f.Ending.SP == at.end.SP && f.Ending.SP != 0:
		return onSameStack
	case f.Ending.Outermost && at.end.Outermost:
		return onOtherStack
	}
	return unknownStack
}

// walkFrom follows the stack that frame f is on from there outwards. Its end is not known if
// that stack leads to at.
func (c *Thread) walkFrom(f *callstack.Frame, at *position) *walk {
	from := c.returnPlace(f)
	if w := at.walks[from]; w != nil {
		return w
	}
	w := c.walk(unwind.CallerOnly(from.pc, from.sp, f.FramePointer), at.sp, c.endings)
	if at.walks == nil {
		at.walks = map[place]*walk{}
	}
	for _, p := range w.chain {
		at.walks[p] = &w
	}
	return &w
}

// returnPlace is where a frame returns to.
func (c *Thread) returnPlace(f *callstack.Frame) place { return place{f.Ret, f.SP + c.RetPop} }

// maxChain bounds how many frames a walk to the end of a stack visits.
const maxChain = 4096

// A walk is the result of following a stack.
type walk struct {
	chain []place // where its frames continue
	end   callstack.Ending
	cut   bool // chain goes only as far as an open call whose ending is known
	plain bool // there is no signal handler on it, so its places rise
}

// walk follows a stack to its end, or to where a known ending begins. The end is not known
// if a frame on the way has the stack pointer until.
func (c *Thread) walk(r unwind.Registers, until uint64, known map[place]callstack.Ending) (w walk) {
	w.plain, w.end.Known = true, true
	outermost := unwind.Walk(c.Machine.Space(), r, maxChain, func(r *unwind.Registers) bool {
		at := place{r.PC(), r.SP()}
		w.plain = w.plain && (len(w.chain) == 0 || r.At() != at.pc)
		w.chain = append(w.chain, at)
		if end, ok := known[at]; ok && w.plain {
			w.end, w.cut = end, true
			return false
		}
		w.end.SP, w.end.Known = at.sp, at.sp != until
		return w.end.Known
	})
	switch {
	case w.cut:
	case len(w.chain) == maxChain:
		w.end.SP = 0
	default:
		w.end.Outermost = outermost
	}
	return w
}

// maxEndings bounds the known endings that are kept.
const maxEndings = 1 << 14

// noteEnding keeps where the stack of an open call ends, so that no later walk need go
// there again.
func (c *Thread) noteEnding(f *callstack.Frame) {
	if !f.Ending.Outermost || len(c.endings) >= maxEndings {
		return
	}
	if c.endings == nil {
		c.endings = map[place]callstack.Ending{}
	}
	c.endings[c.returnPlace(f)] = f.Ending
}

func within(a, b, n uint64) bool { return a-b < n || b-a < n }
