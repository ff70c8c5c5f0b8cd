package callend

import (
	"cmp"
	"slices"
	"strings"

	"plait/callstack"
	"plait/event"
)

// Push adds a call to the thread's open calls.
func (c *Thread) Push(f *callstack.Frame) {
	if at := c.calling; at != nil && at.plain && c.returnPlace(f) == (place{at.pc, at.sp}) {
		f.Ending = at.end
		c.noteEnding(f)
	}
	c.calling = nil
	c.Stack.Push(f, !c.sameRun(f))
	c.countGo(f, 1)
	if c.own.first == 0 {
		c.own.first = f.SP
	}
}

// sameRun tells whether a call belongs to the run of the call before: it was made on
// the same goroutine, or no higher on what looks like the same stack.
func (c *Thread) sameRun(f *callstack.Frame) bool {
	n := c.Depth()
	if n == 0 {
		return false
	}
	last := c.At(n - 1)
	if f.Goroutine.G != 0 || last.Goroutine.G != 0 {
		return f.Goroutine.G == last.Goroutine.G
	}
	return f.SP <= last.SP && (within(f.SP, last.SP, sameStackDistance) || c.sameStack(f.SP, last.SP))
}

// EndReturned ends the frames that are over now that the thread is at addr with stack
// pointer sp, innermost first. Those that return to addr and whose return address was
// just popped have returned: two of them after a tail call. Frames below the stack
// pointer were unwound, unless they are on another stack (of a coroutine or a signal
// handler).
func (c *Thread) EndReturned(addr, sp uint64) {
	at := &position{pc: addr, sp: sp}
	c.endLongjmp(at)
	c.endHandlers(sp)
	base := c.match(addr, sp)
	for k := len(c.Runs) - 1; k >= 0; k-- {
		r := c.Runs[k]
		if r.G != 0 {
			continue
		}
		if r.End() <= base || !c.endReturnedIn(r, max(base, r.Base), at) && base < 0 {
			return // calls that are still on the stack are open
		}
	}
}

// endReturnedIn is EndReturned for the calls of one run, from the given one on. It
// reports whether all of them are over.
func (c *Thread) endReturnedIn(r *callstack.Run, from int, at *position) (all bool) {
	all = true
	for i := c.reach(r, at.sp) - 1; i >= from; i-- {
		switch f := c.At(i); {
		case f.SP >= at.sp:
			return false // frames further out are higher
		case c.returnPlace(f) == (place{at.pc, at.sp}) && c.caughtException(f):
			c.Machine.End(i, c.unwindOutcome(f))
		case c.returnPlace(f) == (place{at.pc, at.sp}):
			c.Machine.End(i, event.Returned)
		case c.isUnwound(f, at):
			c.Machine.End(i, c.unwindOutcome(f))
		default:
			all = false
		}
	}
	return all
}

// reach is the end of a run, or its beginning if the run is certainly on another stack
// than sp: then sp says nothing about its calls.
func (c *Thread) reach(r *callstack.Run, sp uint64) int {
	if r.High < sp && !within(r.High, sp, sameStackDistance) && !c.sameStack(r.High, sp) {
		return r.Base
	}
	return r.End()
}

// caughtException tells whether a frame was unwound by an exception although its thread
// is at its return address: the handler often continues right there. A return leaves the
// word in memory as it was, but an unwinder has made calls that overwrite it.
func (c *Thread) caughtException(f *callstack.Frame) bool {
	if !c.Machine.Catches(f.Ret) {
		return false
	}
	word, ok := c.Machine.Word(f.SP)
	return ok && word != f.Ret
}

// match is the index of the outermost of the innermost frames that return to addr with
// sp, or -1.
func (c *Thread) match(addr, sp uint64) int {
	for k := len(c.Runs) - 1; k >= 0; k-- {
		if i := c.matchIn(c.Runs[k], addr, sp); i >= 0 {
			return i
		}
	}
	return -1
}

// matchIn is match in one run.
func (c *Thread) matchIn(r *callstack.Run, addr, sp uint64) int {
	found := -1
	if r.G != 0 {
		return found
	}
	for i := c.reach(r, sp) - 1; i >= r.Base; i-- {
		f := c.At(i)
		if c.returnPlace(f) == (place{addr, sp}) {
			found = i
		} else if found >= 0 || f.SP > sp {
			break // frames further out are higher
		}
	}
	return found
}

// Prune ends the frames that can't be open any more when a new call has its return
// address ret at sp, because the stack was cut back beyond theirs. A frame at exactly
// the same place is open only if the new call is its tail call. Frames on other stacks
// may be younger and say nothing about those on this one.
func (c *Thread) Prune(sp, ret uint64, tail func(*callstack.Frame) bool) {
	at := &position{pc: ret, sp: sp + c.RetPop, inCall: true}
	c.calling = at
	c.endLongjmp(at)
	c.endHandlers(sp)
	for k := len(c.Runs) - 1; k >= 0; k-- {
		if r := c.Runs[k]; r.G == 0 && c.pruneIn(r, sp, at, tail) {
			return
		}
	}
}

// pruneIn is Prune for one run. It reports true if the new call is a tail call, so that
// no other frame can be over.
func (c *Thread) pruneIn(r *callstack.Run, sp uint64, at *position, tail func(*callstack.Frame) bool) (done bool) {
	for i := c.reach(r, sp) - 1; i >= r.Base; i-- {
		switch f := c.At(i); {
		case sp < f.SP:
			return false // frames further out are higher
		case sp == f.SP && tail(f):
			return true
		case sp == f.SP, c.isUnwound(f, at):
			c.Machine.End(i, c.unwindOutcome(f))
		}
	}
	return false
}

// endLongjmp ends a longjmp(3) that has evidently left its stack, because the thread is
// on another one. Otherwise its frame would stay open until that stack is used again,
// and contain all calls made since. If the longjmp was only interrupted by a signal
// whose handler runs on another stack, its end is reported a moment early.
func (c *Thread) endLongjmp(at *position) {
	for c.Depth() > 0 {
		f := c.At(c.Depth() - 1)
		if !isLongjmp(f) || !c.longjmpDone(f, at) {
			return
		}
		c.Machine.End(c.Depth()-1, c.unwindOutcome(f))
		c.endHandlerCalls(f, at)
	}
}

// longjmpDone tells whether a longjmp has evidently left its stack. One that went up its
// own stack is unwound like any other call.
func (c *Thread) longjmpDone(f *callstack.Frame, at *position) bool {
	if !c.sameStack(f.SP, at.sp) {
		return true
	}
	if !c.onThreadStack(at.sp) {
		return c.compareStacks(f, at) == onOtherStack
	}
	if f.SP <= at.sp {
		return false
	}
	where := c.compareStacks(f, at)
	return where == onOtherStack || where == onSameStack
}

// endHandlerCalls ends the calls of signal handlers that frame f, a longjmp, left
// together with their alternate stack. Calls on a coroutine's stack will go on and stay
// open: no signal interrupted their callers.
func (c *Thread) endHandlerCalls(f *callstack.Frame, at *position) {
	for i := c.Depth() - 1; i >= 0; i-- {
		g := c.At(i)
		handler := func(a signalHandler) bool { return a.depth <= i && !c.sameStack(a.sp, g.SP) }
		within := c.onThreadStack(g.SP) && g.SP > at.sp && c.compareStacks(g, at) == onSameStack // on the thread's own stack
		if !c.sameStack(f.SP, g.SP) || !within && !slices.ContainsFunc(c.handlers, handler) {
			return
		}
		c.Machine.End(i, c.unwindOutcome(g))
	}
}

// A signalHandler may be running: a signal came when depth calls were open and the stack
// pointer was sp.
type signalHandler struct {
	depth int
	sp    uint64
}

// maxHandlers bounds how many are remembered, because the end of a handler that makes no
// calls is not seen.
const maxHandlers = 64

// NoteHandler notes that a signal is about to be handled.
func (c *Thread) NoteHandler(sp uint64) {
	if len(c.handlers) == maxHandlers {
		c.handlers = slices.Delete(c.handlers, 0, 1)
	}
	c.handlers = append(c.handlers, signalHandler{c.Depth(), sp})
}

// endHandlers forgets the signals whose handlers have ended, now that the stack pointer
// is sp.
func (c *Thread) endHandlers(sp uint64) {
	for n := len(c.handlers); n > 0; n-- {
		a := c.handlers[n-1]
		if a.depth <= c.Depth() && (sp <= a.sp || !c.sameStack(a.sp, sp)) {
			return
		}
		c.handlers = c.handlers[:n-1]
	}
}

// isLongjmp tells whether frame f is a call that jumps elsewhere instead of returning.
func isLongjmp(f *callstack.Frame) bool {
	return strings.Contains(f.Call.Name, "longjmp") || f.Call.Name == "setcontext"
}

// special are parts of the names of functions that do not return as others do.
var special = []string{"setjmp", "longjmp", "context", "fork", "clone", "exec", "spawn", "morestack", "_Unwind_", "throw", "pthread_exit"}

// IsSpecial tells whether the function with that name does not return once, to its caller. Its
// calls must stop, because the registers have to be known.
func IsSpecial(name string) bool {
	return slices.ContainsFunc(special, func(part string) bool { return strings.Contains(name, part) })
}

// unwindOutcome says how frame f ended if it did not return. Of frames that end
// together, the innermost is the call that unwound them.
func (c *Thread) unwindOutcome(f *callstack.Frame) event.Outcome {
	switch name := f.Call.Name; {
	case isLongjmp(f):
		c.unwoundBy = event.Longjmp
	case strings.Contains(name, "throw"), strings.HasPrefix(name, "_Unwind_"):
		c.unwoundBy = event.Unwound
	}
	return cmp.Or(c.unwoundBy, event.Unwound)
}
