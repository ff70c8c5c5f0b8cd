package tracer

import (
	"slices"
	"strings"
	"time"

	"plait/callstack"
	"plait/event"
)

// push adds a call to the tracee's open calls.
func (t *Tracer) push(tr *tracee, f *callstack.Frame) {
	if at := tr.calling; at != nil && at.plain && t.returnPlace(f) == (place{at.pc, at.sp}) {
		f.Ending = at.end
		t.noteEnding(tr, f)
	}
	tr.calling = nil
	tr.calls.Push(f, !t.sameRun(tr, f))
	tr.countGo(f, 1)
}

// sameRun tells whether a call belongs to the run of the call before: it was made on
// the same goroutine, or no higher on what looks like the same stack.
func (t *Tracer) sameRun(tr *tracee, f *callstack.Frame) bool {
	n := tr.calls.Depth()
	if n == 0 {
		return false
	}
	last := tr.calls.At(n - 1)
	if f.Goroutine.G != 0 || last.Goroutine.G != 0 {
		return f.Goroutine.G == last.Goroutine.G
	}
	return f.SP <= last.SP && (within(f.SP, last.SP, sameStackDistance) || t.sameStack(tr, f.SP, last.SP))
}

// noteRestart notes that a tracee is about to be restarted. The time that plait worked
// while it was stopped is not part of its open calls, and a call that begins with this
// stop begins now.
func (t *Tracer) noteRestart(tr *tracee) {
	now := t.Now()
	tr.work += now.Sub(t.now)
	for i := tr.calls.Depth() - 1; i >= 0 && tr.calls.At(i).Begun.IsZero(); i-- {
		tr.calls.At(i).Begun, tr.calls.At(i).Work = now, tr.work
	}
	if f := tr.syscall; f != nil && f.Begun.IsZero() {
		f.Begun, f.Work = now, tr.work
	}
}

// timesOf is how long a call has taken until now, and how much longer its thread was
// stopped because plait worked.
func (t *Tracer) timesOf(tr *tracee, f *callstack.Frame) (elapsed, work time.Duration) {
	if f.Begun.IsZero() {
		return 0, 0 // it ends at the stop at which it began
	}
	work = tr.work - f.Work
	return t.now.Sub(f.Begun) - work, work
}

// parentOf is the ID of the call that frame i was made in, 0 if there is none.
func (tr *tracee) parentOf(i int) uint64 {
	if i == 0 {
		return 0
	}
	return tr.calls.At(i - 1).Call.ID
}

// depth is how many calls are open.
func (tr *tracee) depth() int {
	if tr.syscall != nil {
		return tr.calls.Depth() + 1
	}
	return tr.calls.Depth()
}

// endReturned ends the frames that are over now that the tracee is at addr with stack
// pointer sp, innermost first. Those that return to addr and whose return address was
// just popped have returned: two of them after a tail call. Frames below the stack
// pointer were unwound, unless they are on another stack (of a coroutine or a signal
// handler).
func (t *Tracer) endReturned(tr *tracee, addr, sp uint64) {
	at := &position{pc: addr, sp: sp}
	t.endLongjmp(tr, at)
	t.endHandlers(tr, sp)
	base := t.match(tr, addr, sp)
	for k := len(tr.calls.Runs) - 1; k >= 0; k-- {
		r := tr.calls.Runs[k]
		if r.G != 0 {
			continue
		}
		if r.End() <= base || !t.endReturnedIn(tr, r, max(base, r.Base), at) && base < 0 {
			return // calls that are still on the stack are open
		}
	}
}

// endReturnedIn is endReturned for the calls of one run, from the given one on. It
// reports whether all of them are over.
func (t *Tracer) endReturnedIn(tr *tracee, r *callstack.Run, from int, at *position) (all bool) {
	all = true
	for i := t.reach(tr, r, at.sp) - 1; i >= from; i-- {
		switch f := tr.calls.At(i); {
		case f.SP >= at.sp:
			return false // frames further out are higher
		case t.returnPlace(f) == (place{at.pc, at.sp}) && t.caughtException(tr, f):
			t.endCall(tr, i, tr.unwindOutcome(f))
		case t.returnPlace(f) == (place{at.pc, at.sp}):
			t.endCall(tr, i, event.Returned)
		case t.isUnwound(tr, f, at):
			t.endCall(tr, i, tr.unwindOutcome(f))
		default:
			all = false
		}
	}
	return all
}

// reach is the end of a run, or its beginning if the run is certainly on another stack
// than sp: then sp says nothing about its calls.
func (t *Tracer) reach(tr *tracee, r *callstack.Run, sp uint64) int {
	if r.High < sp && !within(r.High, sp, sameStackDistance) && !t.sameStack(tr, r.High, sp) {
		return r.Base
	}
	return r.End()
}

// caughtException tells whether a frame was unwound by an exception although its thread
// is at its return address: the handler often continues right there. A return leaves the
// word in memory as it was, but an unwinder has made calls that overwrite it.
func (t *Tracer) caughtException(tr *tracee, f *callstack.Frame) bool {
	if o := tr.space.objects.At(f.Ret); o == nil || o.File == nil || !o.File.Catches() {
		return false
	}
	word, err := t.readWord(tr, f.SP)
	return err == nil && word != f.Ret
}

// match is the index of the outermost of the innermost frames that return to addr with
// sp, or -1.
func (t *Tracer) match(tr *tracee, addr, sp uint64) int {
	for k := len(tr.calls.Runs) - 1; k >= 0; k-- {
		if i := t.matchIn(tr, tr.calls.Runs[k], addr, sp); i >= 0 {
			return i
		}
	}
	return -1
}

// matchIn is match in one run.
func (t *Tracer) matchIn(tr *tracee, r *callstack.Run, addr, sp uint64) int {
	found := -1
	if r.G != 0 {
		return found
	}
	for i := t.reach(tr, r, sp) - 1; i >= r.Base; i-- {
		f := tr.calls.At(i)
		if t.returnPlace(f) == (place{addr, sp}) {
			found = i
		} else if found >= 0 || f.SP > sp {
			break // frames further out are higher
		}
	}
	return found
}

// prune ends the frames that can't be open any more when a new call has its return
// address ret at sp, because the stack was cut back beyond theirs. A frame at exactly
// the same place is open only if the new call is its tail call. Frames on other stacks
// may be younger and say nothing about those on this one.
func (t *Tracer) prune(tr *tracee, sp, ret uint64, tail func(*callstack.Frame) bool) {
	at := &position{pc: ret, sp: sp + t.arch.RetPop, inCall: true}
	tr.calling = at
	t.endLongjmp(tr, at)
	t.endHandlers(tr, sp)
	for k := len(tr.calls.Runs) - 1; k >= 0; k-- {
		if r := tr.calls.Runs[k]; r.G == 0 && t.pruneIn(tr, r, sp, at, tail) {
			return
		}
	}
}

// pruneIn is prune for one run. It reports true if the new call is a tail call, so that
// no other frame can be over.
func (t *Tracer) pruneIn(tr *tracee, r *callstack.Run, sp uint64, at *position, tail func(*callstack.Frame) bool) (done bool) {
	for i := t.reach(tr, r, sp) - 1; i >= r.Base; i-- {
		switch f := tr.calls.At(i); {
		case sp < f.SP:
			return false // frames further out are higher
		case sp == f.SP && tail(f):
			return true
		case sp == f.SP, t.isUnwound(tr, f, at):
			t.endCall(tr, i, tr.unwindOutcome(f))
		}
	}
	return false
}

// endLongjmp ends a longjmp(3) that has evidently left its stack, because the tracee is
// on another one. Otherwise its frame would stay open until that stack is used again,
// and contain all calls made since. If the longjmp was only interrupted by a signal
// whose handler runs on another stack, its end is reported a moment early.
func (t *Tracer) endLongjmp(tr *tracee, at *position) {
	for tr.calls.Depth() > 0 {
		f := tr.calls.At(tr.calls.Depth() - 1)
		if !isLongjmp(f) || !t.longjmpDone(tr, f, at) {
			return
		}
		t.endCall(tr, tr.calls.Depth()-1, tr.unwindOutcome(f))
		t.endHandlerCalls(tr, f, at)
	}
}

// longjmpDone tells whether a longjmp has evidently left its stack. One that went up its
// own stack is unwound like any other call.
func (t *Tracer) longjmpDone(tr *tracee, f *callstack.Frame, at *position) bool {
	if !t.sameStack(tr, f.SP, at.sp) {
		return true
	}
	if !tr.onThreadStack(t.Kernel, at.sp) {
		return t.compareStacks(tr, f, at) == onOtherStack
	}
	if f.SP <= at.sp {
		return false
	}
	where := t.compareStacks(tr, f, at)
	return where == onOtherStack || where == onSameStack
}

// endHandlerCalls ends the calls of signal handlers that frame f, a longjmp, left
// together with their alternate stack. Calls on a coroutine's stack will go on and stay
// open: no signal interrupted their callers.
func (t *Tracer) endHandlerCalls(tr *tracee, f *callstack.Frame, at *position) {
	for i := tr.calls.Depth() - 1; i >= 0; i-- {
		g := tr.calls.At(i)
		handler := func(a signalHandler) bool { return a.depth <= i && !t.sameStack(tr, a.sp, g.SP) }
		within := tr.onThreadStack(t.Kernel, g.SP) && g.SP > at.sp && t.compareStacks(tr, g, at) == onSameStack // on the thread's own stack
		if !t.sameStack(tr, f.SP, g.SP) || !within && !slices.ContainsFunc(tr.handlers, handler) {
			return
		}
		t.endCall(tr, i, tr.unwindOutcome(g))
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

// noteHandler notes that a signal is about to be handled.
func (tr *tracee) noteHandler(sp uint64) {
	if len(tr.handlers) == maxHandlers {
		tr.handlers = slices.Delete(tr.handlers, 0, 1)
	}
	tr.handlers = append(tr.handlers, signalHandler{tr.calls.Depth(), sp})
}

// endHandlers forgets the signals whose handlers have ended, now that the stack pointer
// is sp.
func (t *Tracer) endHandlers(tr *tracee, sp uint64) {
	for n := len(tr.handlers); n > 0; n-- {
		a := tr.handlers[n-1]
		if a.depth <= tr.calls.Depth() && (sp <= a.sp || !t.sameStack(tr, a.sp, sp)) {
			return
		}
		tr.handlers = tr.handlers[:n-1]
	}
}

// isLongjmp tells whether frame f is a call that jumps elsewhere instead of returning.
func isLongjmp(f *callstack.Frame) bool {
	return strings.Contains(f.Call.Name, "longjmp") || f.Call.Name == "setcontext"
}

// unwindOutcome says how frame f ended if it did not return. Of frames that end
// together, the innermost is the call that unwound them.
func (tr *tracee) unwindOutcome(f *callstack.Frame) event.Outcome {
	switch name := f.Call.Name; {
	case isLongjmp(f):
		tr.unwoundBy = event.Longjmp
	case strings.Contains(name, "throw"), strings.HasPrefix(name, "_Unwind_"):
		tr.unwoundBy = event.Unwound
	}
	return tr.unwoundBy
}

// endCall ends frame i of the tracee and reports it.
func (t *Tracer) endCall(tr *tracee, i int, how event.Outcome) { t.endCallIn(tr, tr, i, how) }

// endCallIn is endCall for a call that began in thread tr and ends in thread at.
func (t *Tracer) endCallIn(at, tr *tracee, i int, how event.Outcome) {
	f := tr.calls.At(i)
	tr.calls.Remove(i)
	delete(tr.endings, t.returnPlace(f))
	tr.countGo(f, -1)
	r := &tr.returnEvent
	*r = event.Return{Head: t.head(tr, i, f.Ret), Call: f.Call, Outcome: how}
	r.Elapsed, r.Work = t.timesOf(tr, f)
	f.Call.ArgsPending, f.Call.Parent = false, tr.parentOf(i)
	if how == event.Returned {
		t.decodeReturn(at, f, r)
	}
	if f.Uses != nil {
		t.stopAwaiting(tr, f, how)
	}
	delete(tr.freed, f.Call.ID)
	t.emit(r)
	t.count(r)
}

// endAllCalls ends every open call of a tracee that will not be seen again.
func (t *Tracer) endAllCalls(tr *tracee, how event.Outcome) {
	if tr.syscall != nil {
		t.endSyscall(tr, how)
	}
	for i := tr.calls.Depth() - 1; i >= 0; i-- {
		t.endCall(tr, i, how)
	}
	t.endOldTID(tr)
}

// endSyscall ends the system call that a tracee is in and whose return will not be seen.
func (t *Tracer) endSyscall(tr *tracee, how event.Outcome) {
	f := tr.syscall
	tr.syscall = nil
	f.Call.Parent = tr.parentOf(tr.calls.Depth())
	r := &tr.returnEvent
	*r = event.Return{Head: t.head(tr, tr.calls.Depth(), f.Ret), Call: f.Call, Outcome: how}
	r.Elapsed, r.Work = t.timesOf(tr, &f.Frame)
	if tr.injection != nil {
		r.Tamper = tr.injection.done
	}
	t.emit(r)
}
