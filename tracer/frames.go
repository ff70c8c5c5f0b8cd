package tracer

import (
	"slices"
	"strings"
	"time"

	"plait/event"
	"plait/proto/decode"
)

// A frame is a call that has not returned yet.
type frame struct {
	call  *event.Call
	proto *decode.Prototype
	slot  *slot
	sp    uint64 // at entry: where the return address lies
	ret   uint64 // the return address
	bp    uint64 // at entry: the frame pointer

	goroutine goroutine     // of a call of Go's
	words     words         // as they were at entry
	begun     time.Time     // when the tracee went on from the stop that began it; zero before
	work      time.Duration // tracee.work then
	back      *site         // where it returns to, if in made code
	end       ending        // of the stack that it is on
	errno     int           // at entry, if what it leaves there may be that

	// Of a system call:
	execs  bool          // it began a new image, with which the calls around it are over
	cpu    time.Duration // t.cpu when it began
	limits decode.Limits // for its arguments and result
	// shallow calls show addresses instead of what lies there; whole are their
	// arguments as they would be.
	shallow bool
	whole   []event.Arg
}

// push puts a call on the tracee's stack of frames.
func (t *Tracer) push(tr *tracee, f *frame) {
	tr.calls.push(f, !t.continues(tr, f))
	tr.countGo(f, 1)
}

// continues tells whether a call belongs to the run of the one before: it was made on
// the same goroutine, or no higher on what looks like the same stack.
func (t *Tracer) continues(tr *tracee, f *frame) bool {
	n := tr.calls.depth()
	if n == 0 {
		return false
	}
	last := tr.calls.at(n - 1)
	if f.goroutine.g != 0 || last.goroutine.g != 0 {
		return f.goroutine.g == last.goroutine.g
	}
	return f.sp <= last.sp && (within(f.sp, last.sp, elsewhere) || t.sameStack(tr, f.sp, last.sp))
}

// goesOn notes that a tracee is let go. What was done while it stood is no part of
// the calls that it is in, and one that begins with this stop begins now.
func (t *Tracer) goesOn(tr *tracee) {
	now := t.Now()
	tr.work += now.Sub(t.now)
	for i := tr.calls.depth() - 1; i >= 0 && tr.calls.at(i).begun.IsZero(); i-- {
		tr.calls.at(i).begun, tr.calls.at(i).work = now, tr.work
	}
	if f := tr.syscall; f != nil && f.begun.IsZero() {
		f.begun, f.work = now, tr.work
	}
}

// took is how long a call has taken until now, and how much more time has passed, in
// which its thread stood still and we worked.
func (t *Tracer) took(tr *tracee, f *frame) (elapsed, work time.Duration) {
	if f.begun.IsZero() {
		return 0, 0 // it ends at the stop that began it
	}
	work = tr.work - f.work
	return t.now.Sub(f.begun) - work, work
}

// around is the ID of the call that frame i is in, 0 if it is in none.
func (tr *tracee) around(i int) uint64 {
	if i == 0 {
		return 0
	}
	return tr.calls.at(i - 1).call.ID
}

// depth is how many calls are open.
func (tr *tracee) depth() int {
	if tr.syscall != nil {
		return tr.calls.depth() + 1
	}
	return tr.calls.depth()
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
	for k := len(tr.calls.runs) - 1; k >= 0; k-- {
		r := tr.calls.runs[k]
		if r.g != 0 {
			continue
		}
		if r.end() <= base || !t.returnedIn(tr, r, max(base, r.before), at) && base < 0 {
			return // what is still on the stack is open
		}
	}
}

// returnedIn is returned for the calls of one run from the given one on. It reports
// whether there they are all over.
func (t *Tracer) returnedIn(tr *tracee, r *run, from int, at *spot) (all bool) {
	all = true
	for i := t.reach(tr, r, at.sp) - 1; i >= from; i-- {
		switch f := tr.calls.at(i); {
		case f.sp >= at.sp:
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
func (t *Tracer) reach(tr *tracee, r *run, sp uint64) int {
	if r.high < sp && !within(r.high, sp, elsewhere) && !t.sameStack(tr, r.high, sp) {
		return r.before
	}
	return r.end()
}

// caught tells whether a frame at whose return address its thread is was left by an
// exception before: what catches it often goes on just there. A return leaves the
// address where it was, what has caught an exception has made calls that overwrite it.
func (t *Tracer) caught(tr *tracee, f *frame) bool {
	if o := tr.space.objects.At(f.ret); o == nil || o.File == nil || !o.File.Catches() {
		return false
	}
	word, err := t.readWord(tr, f.sp)
	return err == nil && word != f.ret
}

// match is the index of the outermost of the innermost frames that return to
// addr with sp, or -1.
func (t *Tracer) match(tr *tracee, addr, sp uint64) int {
	for k := len(tr.calls.runs) - 1; k >= 0; k-- {
		if i := t.matchIn(tr, tr.calls.runs[k], addr, sp); i >= 0 {
			return i
		}
	}
	return -1
}

// matchIn is match in one run.
func (t *Tracer) matchIn(tr *tracee, r *run, addr, sp uint64) int {
	found := -1
	if r.g != 0 {
		return found
	}
	for i := t.reach(tr, r, sp) - 1; i >= r.before; i-- {
		f := tr.calls.at(i)
		if t.goesOnAt(f) == (place{addr, sp}) {
			found = i
		} else if found >= 0 || f.sp > sp {
			break // what is further out lies higher
		}
	}
	return found
}

// prune ends the frames that cannot be open any more when a new call has its
// return address ret at sp: the stack was cut back beyond theirs. A frame with the
// very same place is open only if this is its tail call. Frames on other stacks,
// which may have come later, say nothing of those on this one.
func (t *Tracer) prune(tr *tracee, sp, ret uint64, tail func(*frame) bool) {
	at := &spot{pc: ret, sp: sp + t.arch.RetPop, called: true}
	t.jumped(tr, at)
	t.handled(tr, sp)
	for k := len(tr.calls.runs) - 1; k >= 0; k-- {
		if r := tr.calls.runs[k]; r.g == 0 && t.pruneIn(tr, r, sp, at, tail) {
			return
		}
	}
}

// pruneIn is prune in one run. It reports that no more is to be looked for if this is a
// tail call.
func (t *Tracer) pruneIn(tr *tracee, r *run, sp uint64, at *spot, tail func(*frame) bool) (done bool) {
	for i := t.reach(tr, r, sp) - 1; i >= r.before; i-- {
		switch f := tr.calls.at(i); {
		case sp < f.sp:
			return false // what is further out lies higher
		case sp == f.sp && tail(f):
			return true
		case sp == f.sp, t.overtaken(tr, f, at):
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
	for tr.calls.depth() > 0 {
		f := tr.calls.at(tr.calls.depth() - 1)
		if !jumps(f) || !t.jumpedFrom(tr, f, at) {
			return
		}
		t.leave(tr, tr.calls.depth()-1, tr.abandoned(f))
		t.leaveHandlers(tr, f, at)
	}
}

// jumpedFrom tells whether a longjmp is seen to have left its stack. If it went up its
// own, it is as overtaken as any other call.
func (t *Tracer) jumpedFrom(tr *tracee, f *frame, at *spot) bool {
	if !t.sameStack(tr, f.sp, at.sp) {
		return true
	}
	if !t.onOwn(tr, at.sp) {
		return t.ends(tr, f, at) == apart
	}
	if f.sp <= at.sp {
		return false
	}
	where := t.ends(tr, f, at)
	return where == apart || where == together
}

// leaveHandlers ends the calls of signal handlers that frame f, a longjmp, left
// together with the alternate stack that they ran on. Calls on a coroutine's stack
// go on some day and are left alone: no signal has interrupted what called them.
func (t *Tracer) leaveHandlers(tr *tracee, f *frame, at *spot) {
	for i := tr.calls.depth() - 1; i >= 0; i-- {
		g := tr.calls.at(i)
		handler := func(a arrival) bool { return a.depth <= i && !t.sameStack(tr, a.sp, g.sp) }
		within := t.onOwn(tr, g.sp) && g.sp > at.sp && t.ends(tr, g, at) == together // in the thread's own
		if !t.sameStack(tr, f.sp, g.sp) || !within && !slices.ContainsFunc(tr.arrivals, handler) {
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
	tr.arrivals = append(tr.arrivals, arrival{tr.calls.depth(), sp})
}

// handled forgets the signals whose handlers are over, now that the stack pointer
// is sp.
func (t *Tracer) handled(tr *tracee, sp uint64) {
	for n := len(tr.arrivals); n > 0; n-- {
		a := tr.arrivals[n-1]
		if a.depth <= tr.calls.depth() && (sp <= a.sp || !t.sameStack(tr, a.sp, sp)) {
			return
		}
		tr.arrivals = tr.arrivals[:n-1]
	}
}

// jumps tells whether frame f is a call that goes elsewhere instead of coming back.
func jumps(f *frame) bool {
	return strings.Contains(f.call.Name, "longjmp") || f.call.Name == "setcontext"
}

// abandoned tells how frame f ended if not by return: the innermost of the
// frames that end together is the call that did it.
func (tr *tracee) abandoned(f *frame) event.Outcome {
	switch name := f.call.Name; {
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
	f := tr.calls.at(i)
	tr.calls.remove(i)
	tr.countGo(f, -1)
	r := &tr.returned
	*r = event.Return{Head: t.head(tr, i, f.ret), Call: f.call, Outcome: how}
	r.Elapsed, r.Work = t.took(tr, f)
	f.call.ArgsPending, f.call.Parent = false, tr.around(i)
	if how == event.Returned {
		t.decodeReturn(at, f, r)
	}
	if f.back != nil {
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
	for i := tr.calls.depth() - 1; i >= 0; i-- {
		t.leave(tr, i, how)
	}
	t.endNumber(tr)
}

// leaveSyscall ends the system call that a tracee is in and will not be seen to
// return from.
func (t *Tracer) leaveSyscall(tr *tracee, how event.Outcome) {
	f := tr.syscall
	tr.syscall = nil
	f.call.Parent = tr.around(tr.calls.depth())
	r := &tr.returned
	*r = event.Return{Head: t.head(tr, tr.calls.depth(), f.ret), Call: f.call, Outcome: how}
	r.Elapsed, r.Work = t.took(tr, f)
	if tr.tamper != nil {
		r.Tamper = tr.tamper.done
	}
	t.emit(r)
}
