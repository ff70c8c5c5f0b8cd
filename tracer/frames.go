package tracer

import (
	"slices"
	"strings"
	"time"

	"plait/callstack"
	"plait/event"
)

// push puts a call on the tracee's stack of frames.
func (t *Tracer) push(tr *tracee, f *callstack.Frame) {
	tr.calls.Push(f, !t.continues(tr, f))
	tr.countGo(f, 1)
}

// continues tells whether a call belongs to the run of the one before: it was made on
// the same goroutine, or no higher on what looks like the same stack.
func (t *Tracer) continues(tr *tracee, f *callstack.Frame) bool {
	n := tr.calls.Depth()
	if n == 0 {
		return false
	}
	last := tr.calls.At(n - 1)
	if f.Goroutine.G != 0 || last.Goroutine.G != 0 {
		return f.Goroutine.G == last.Goroutine.G
	}
	return f.SP <= last.SP && (within(f.SP, last.SP, elsewhere) || t.sameStack(tr, f.SP, last.SP))
}

// goesOn notes that a tracee is let go. What was done while it stood is no part of
// the calls that it is in, and one that begins with this stop begins now.
func (t *Tracer) goesOn(tr *tracee) {
	now := t.Now()
	tr.work += now.Sub(t.now)
	for i := tr.calls.Depth() - 1; i >= 0 && tr.calls.At(i).Begun.IsZero(); i-- {
		tr.calls.At(i).Begun, tr.calls.At(i).Work = now, tr.work
	}
	if f := tr.syscall; f != nil && f.Begun.IsZero() {
		f.Begun, f.Work = now, tr.work
	}
}

// took is how long a call has taken until now, and how much more time has passed, in
// which its thread stood still and we worked.
func (t *Tracer) took(tr *tracee, f *callstack.Frame) (elapsed, work time.Duration) {
	if f.Begun.IsZero() {
		return 0, 0 // it ends at the stop that began it
	}
	work = tr.work - f.Work
	return t.now.Sub(f.Begun) - work, work
}

// around is the ID of the call that frame i is in, 0 if it is in none.
func (tr *tracee) around(i int) uint64 {
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

// returned ends the frames that are over now that the tracee is at addr with
// stack pointer sp, innermost first: those whose return address that is and
// whose place on the stack was just popped. A tail call leaves two such frames.
// Frames further in, below the stack pointer, were left without a return,
// unless they lie on another stack (a coroutine's, a signal handler's).
func (t *Tracer) returned(tr *tracee, addr, sp uint64) {
	at := &spot{pc: addr, sp: sp}
	t.jumped(tr, at)
	t.handled(tr, sp)
	base := t.match(tr, addr, sp)
	for k := len(tr.calls.Runs) - 1; k >= 0; k-- {
		r := tr.calls.Runs[k]
		if r.G != 0 {
			continue
		}
		if r.End() <= base || !t.returnedIn(tr, r, max(base, r.Base), at) && base < 0 {
			return // what is still on the stack is open
		}
	}
}

// returnedIn is returned for the calls of one run from the given one on. It reports
// whether there they are all over.
func (t *Tracer) returnedIn(tr *tracee, r *callstack.Run, from int, at *spot) (all bool) {
	all = true
	for i := t.reach(tr, r, at.sp) - 1; i >= from; i-- {
		switch f := tr.calls.At(i); {
		case f.SP >= at.sp:
			return false // what is further out lies higher
		case t.goesOnAt(f) == (place{at.pc, at.sp}) && t.caught(tr, f):
			t.leave(tr, i, tr.abandoned(f))
		case t.goesOnAt(f) == (place{at.pc, at.sp}):
			t.leave(tr, i, event.Returned)
		case t.overtaken(tr, f, at):
			t.leave(tr, i, tr.abandoned(f))
		default:
			all = false
		}
	}
	return all
}

// reach is the end of a run, or its beginning if it lies on another stack than sp for
// sure: then a place at sp says nothing of its calls.
func (t *Tracer) reach(tr *tracee, r *callstack.Run, sp uint64) int {
	if r.High < sp && !within(r.High, sp, elsewhere) && !t.sameStack(tr, r.High, sp) {
		return r.Base
	}
	return r.End()
}

// caught tells whether a frame at whose return address its thread is was left by an
// exception before: what catches it often goes on just there. A return leaves the
// address where it was, what has caught an exception has made calls that overwrite it.
func (t *Tracer) caught(tr *tracee, f *callstack.Frame) bool {
	if o := tr.space.objects.At(f.Ret); o == nil || o.File == nil || !o.File.Catches() {
		return false
	}
	word, err := t.readWord(tr, f.SP)
	return err == nil && word != f.Ret
}

// match is the index of the outermost of the innermost frames that return to
// addr with sp, or -1.
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
		if t.goesOnAt(f) == (place{addr, sp}) {
			found = i
		} else if found >= 0 || f.SP > sp {
			break // what is further out lies higher
		}
	}
	return found
}

// prune ends the frames that cannot be open any more when a new call has its
// return address ret at sp: the stack was cut back beyond theirs. A frame with the
// very same place is open only if this is its tail call. Frames on other stacks,
// which may have come later, say nothing of those on this one.
func (t *Tracer) prune(tr *tracee, sp, ret uint64, tail func(*callstack.Frame) bool) {
	at := &spot{pc: ret, sp: sp + t.arch.RetPop, called: true}
	t.jumped(tr, at)
	t.handled(tr, sp)
	for k := len(tr.calls.Runs) - 1; k >= 0; k-- {
		if r := tr.calls.Runs[k]; r.G == 0 && t.pruneIn(tr, r, sp, at, tail) {
			return
		}
	}
}

// pruneIn is prune in one run. It reports that no more is to be looked for if this is a
// tail call.
func (t *Tracer) pruneIn(tr *tracee, r *callstack.Run, sp uint64, at *spot, tail func(*callstack.Frame) bool) (done bool) {
	for i := t.reach(tr, r, sp) - 1; i >= r.Base; i-- {
		switch f := tr.calls.At(i); {
		case sp < f.SP:
			return false // what is further out lies higher
		case sp == f.SP && tail(f):
			return true
		case sp == f.SP, t.overtaken(tr, f, at):
			t.leave(tr, i, tr.abandoned(f))
		}
	}
	return false
}

// jumped ends a longjmp(3) that is seen to have left its stack: the tracee is at a
// place on another one. Its frame would else be open until that stack is used again, and
// calls made since would be in it. If it was only interrupted by a signal, whose
// handler runs elsewhere, its end is told a moment early.
func (t *Tracer) jumped(tr *tracee, at *spot) {
	for tr.calls.Depth() > 0 {
		f := tr.calls.At(tr.calls.Depth() - 1)
		if !jumps(f) || !t.jumpedFrom(tr, f, at) {
			return
		}
		t.leave(tr, tr.calls.Depth()-1, tr.abandoned(f))
		t.leaveHandlers(tr, f, at)
	}
}

// jumpedFrom tells whether a longjmp is seen to have left its stack. If it went up its
// own, it is as overtaken as any other call.
func (t *Tracer) jumpedFrom(tr *tracee, f *callstack.Frame, at *spot) bool {
	if !t.sameStack(tr, f.SP, at.sp) {
		return true
	}
	if !t.onOwn(tr, at.sp) {
		return t.ends(tr, f, at) == apart
	}
	if f.SP <= at.sp {
		return false
	}
	where := t.ends(tr, f, at)
	return where == apart || where == together
}

// leaveHandlers ends the calls of signal handlers that frame f, a longjmp, left
// together with the alternate stack that they ran on. Calls on a coroutine's stack
// go on some day and are left alone: no signal has interrupted what called them.
func (t *Tracer) leaveHandlers(tr *tracee, f *callstack.Frame, at *spot) {
	for i := tr.calls.Depth() - 1; i >= 0; i-- {
		g := tr.calls.At(i)
		handler := func(a arrival) bool { return a.depth <= i && !t.sameStack(tr, a.sp, g.SP) }
		within := t.onOwn(tr, g.SP) && g.SP > at.sp && t.ends(tr, g, at) == together // in the thread's own
		if !t.sameStack(tr, f.SP, g.SP) || !within && !slices.ContainsFunc(tr.arrivals, handler) {
			return
		}
		t.leave(tr, i, tr.abandoned(g))
	}
}

// An arrival is a signal that came when so many calls were open, and where the
// stack pointer was.
type arrival struct {
	depth int
	sp    uint64
}

// maxArrivals bounds how many are remembered: a handler that makes no calls is not
// seen to end.
const maxArrivals = 64

// arrived notes that a signal is about to be handled.
func (tr *tracee) arrived(sp uint64) {
	if len(tr.arrivals) == maxArrivals {
		tr.arrivals = slices.Delete(tr.arrivals, 0, 1)
	}
	tr.arrivals = append(tr.arrivals, arrival{tr.calls.Depth(), sp})
}

// handled forgets the signals whose handlers are over, now that the stack pointer
// is sp.
func (t *Tracer) handled(tr *tracee, sp uint64) {
	for n := len(tr.arrivals); n > 0; n-- {
		a := tr.arrivals[n-1]
		if a.depth <= tr.calls.Depth() && (sp <= a.sp || !t.sameStack(tr, a.sp, sp)) {
			return
		}
		tr.arrivals = tr.arrivals[:n-1]
	}
}

// jumps tells whether frame f is a call that goes elsewhere instead of coming back.
func jumps(f *callstack.Frame) bool {
	return strings.Contains(f.Call.Name, "longjmp") || f.Call.Name == "setcontext"
}

// abandoned tells how frame f ended if not by return: the innermost of the
// frames that end together is the call that did it.
func (tr *tracee) abandoned(f *callstack.Frame) event.Outcome {
	switch name := f.Call.Name; {
	case jumps(f):
		tr.left = event.Longjmp
	case strings.Contains(name, "throw"), strings.HasPrefix(name, "_Unwind_"):
		tr.left = event.Unwound
	}
	return tr.left
}

// leave ends the frame at index i of the tracee's stack and reports it.
func (t *Tracer) leave(tr *tracee, i int, how event.Outcome) { t.leaveIn(tr, tr, i, how) }

// leaveIn is leave for a call that began in thread tr and ends in thread at.
func (t *Tracer) leaveIn(at, tr *tracee, i int, how event.Outcome) {
	f := tr.calls.At(i)
	tr.calls.Remove(i)
	tr.countGo(f, -1)
	r := &tr.returned
	*r = event.Return{Head: t.head(tr, i, f.Ret), Call: f.Call, Outcome: how}
	r.Elapsed, r.Work = t.took(tr, f)
	f.Call.ArgsPending, f.Call.Parent = false, tr.around(i)
	if how == event.Returned {
		t.decodeReturn(at, f, r)
	}
	if f.Uses != nil {
		t.backFrom(tr, f, how)
	}
	t.emit(r)
	t.count(r)
}

// leaveAll ends every open call of a tracee that will not come back.
func (t *Tracer) leaveAll(tr *tracee, how event.Outcome) {
	if tr.syscall != nil {
		t.leaveSyscall(tr, how)
	}
	for i := tr.calls.Depth() - 1; i >= 0; i-- {
		t.leave(tr, i, how)
	}
	t.endNumber(tr)
}

// leaveSyscall ends the system call that a tracee is in and will not be seen to
// return from.
func (t *Tracer) leaveSyscall(tr *tracee, how event.Outcome) {
	f := tr.syscall
	tr.syscall = nil
	f.Call.Parent = tr.around(tr.calls.Depth())
	r := &tr.returned
	*r = event.Return{Head: t.head(tr, tr.calls.Depth(), f.Ret), Call: f.Call, Outcome: how}
	r.Elapsed, r.Work = t.took(tr, &f.Frame)
	if tr.tamper != nil {
		r.Tamper = tr.tamper.done
	}
	t.emit(r)
}
