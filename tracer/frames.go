package tracer

import (
	"time"

	"plait/callstack"
	"plait/event"
)

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

// endCall ends frame i of the tracee and reports it.
func (t *Tracer) endCall(tr *tracee, i int, how event.Outcome) { t.endCallIn(tr, tr, i, how) }

// endCallIn is endCall for a call that began in thread tr and ends in thread at.
func (t *Tracer) endCallIn(at, tr *tracee, i int, how event.Outcome) {
	f := tr.calls.Remove(i)
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
