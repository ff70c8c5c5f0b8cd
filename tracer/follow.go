package tracer

import (
	"cmp"
	"errors"

	"plait/event"
	"plait/ptrace"
	"plait/syscalls"
)

// unknownThread handles a stop of a thread that is not known: a child whose parent has
// yet to report it. Nothing else is expected here, except the end of a command that was
// detached from.
func (t *Tracer) unknownThread(stop ptrace.Stop) error {
	if stop.Kind == ptrace.Exited || stop.Kind == ptrace.Killed {
		t.keepStatus(stop)
		delete(t.earlyStops, stop.TID)
		return nil
	}
	t.earlyStops[stop.TID] = append(t.earlyStops[stop.TID], stop)
	return nil
}

// spawn handles the report of a parent that it has made a child.
func (t *Tracer) spawn(tr *tracee, stop ptrace.Stop) (ptrace.Restart, error) {
	if stop.Child == 0 || t.tracees[stop.Child] != nil {
		return t.nextRestart(tr), nil
	}
	child := t.adoptChild(tr, stop)
	if err := t.restoreFlagsInMemory(tr); err != nil {
		return ptrace.Restart{}, err
	}
	if stop.Kind == ptrace.VFork {
		tr.phase = vforking
		tr.space.blocked++
	}
	if child.shown {
		kind := event.Forked
		if child.pid == tr.pid {
			kind = event.Threaded
		}
		t.emit(&event.Spawn{Head: t.head(tr, tr.depth(), 0), Kind: kind, ChildPID: child.pid, ChildTID: child.tid})
	}
	waiting := t.earlyStops[child.tid]
	delete(t.earlyStops, child.tid)
	for _, early := range waiting {
		if err := t.handle(early); err != nil {
			return ptrace.Restart{}, err
		}
	}
	return t.nextRestart(tr), nil
}

// unblock notes that a tracee can be stopped again, or exists no longer.
func (t *Tracer) unblock(tr *tracee) {
	s, waited := tr.space, tr.phase == vforking
	if !tr.blocked() {
		return
	}
	tr.phase = running
	s.blocked--
	if waited && s.lifted {
		s.lifted = false
		_ = s.table.Replant()
	}
}

// adoptChild makes the tracee of a new thread or process. A process with memory of its
// own that is not to be followed is detached from at its first stop. One that shares its
// parent's memory is watched without being shown, because it may hit our breakpoints.
func (t *Tracer) adoptChild(parent *tracee, stop ptrace.Stop) *tracee {
	pid := stop.Child
	if p := t.Kernel.Process(stop.Child); p != 0 {
		pid = p
	}
	shared := pid == parent.pid || t.Kernel.SharesMemory(stop.Child, parent.tid)
	s := parent.space
	if !shared {
		s = t.copySpace(s, stop.Child)
	}
	lifted := !t.Follow && shared && pid != parent.pid && stop.Kind == ptrace.VFork && parent.filtering == unfiltered && t.lift(s)
	c := t.adopt(stop.Child, pid, s)
	parent.copyDisposition(c)
	c.untraced = parent.untraced
	c.shown = parent.shown && t.Follow && !(t.ShowExec && c.untraced != nil) // strace does not see such a child
	c.attached, c.filtering = parent.attached, parent.filtering
	if !t.Follow && (!shared || lifted) {
		c.phase = unfollowed
	} else if t.detaching && c.attached {
		c.space.allStop = max(c.space.allStop, stoppingAll)
	}
	if c.shown && pid != parent.pid {
		t.inheritCalls(c, parent)
	}
	return c
}

// lift takes the breakpoints out of a space while its only thread waits for its vfork(2)
// child, so that the child needs no watching. With more threads their calls would be
// missed, so there the child is watched.
func (t *Tracer) lift(s *space) bool {
	if s.allStop != notStopping || s.users > 1 && s.catchesCalls() {
		return false
	}
	s.lifted = s.table.Lift() == nil
	if !s.lifted {
		_ = s.table.Replant()
	}
	return s.lifted
}

// catchesCalls tells whether calls are caught in a space.
func (s *space) catchesCalls() bool {
	for _, p := range s.sites {
		if !p.linker {
			return true
		}
	}
	return false
}

// inheritCalls gives a forked child copies of its parent's open calls, because they
// return in the child too. In the child they begin when it does.
func (t *Tracer) inheritCalls(tr, parent *tracee) {
	tr.calls.InheritStack(&parent.calls)
	for i := range parent.calls.Depth() {
		frame := parent.calls.CopyOf(i)
		frame.Begun, frame.Work = t.now, 0
		t.lastCallID++
		frame.Call.Origin, frame.Call.ID = cmp.Or(frame.Call.Origin, frame.Call.ID), t.lastCallID
		if frame.Uses != nil {
			tr.space.sites[frame.Ret].await(frame)
		}
		tr.calls.Push(frame)
	}
}

// detachChild detaches from a child that is not followed, after it has taken our
// breakpoints out of its memory.
func (t *Tracer) detachChild(tr *tracee, stop ptrace.Stop) (ptrace.Restart, error) {
	var stuck error
	if err := t.leaveChild(tr); err != nil {
		return stayStopped, err
	}
	if !tr.space.lifted {
		stuck = tr.space.table.RemoveAll()
	}
	_, err := t.ownPlace(tr)
	err = errors.Join(err, t.restoreFlags(tr), t.restoreDisposition(tr))
	if stuck != nil {
		t.noticeMissing(tr, "it stays traced, but is not shown: breakpoints cannot be removed from it", stuck)
	}
	if tr.filtering != unfiltered || stuck != nil {
		tr.phase = running // without a tracer its system calls would fail, or a breakpoint would kill it
		return t.nextRestart(tr), err
	}
	t.removeTracee(tr)
	if err == nil || !errors.Is(err, ptrace.ErrGone) {
		err = t.Kernel.Detach(tr.tid, stop.Signal)
	}
	return stayStopped, err
}

// exec handles a thread that now runs a new program. All other threads of its process
// have ended, and it has the process's ID.
func (t *Tracer) exec(tr *tracee, former int) (ptrace.Restart, error) {
	tr = t.execThread(tr, former)
	t.endCallsAtExec(tr)
	shared := tr.space.users > 1
	t.removeFromSpace(tr)
	tr.space = t.newSpace(tr.tid)
	tr.space.users = 1
	tr.execDisposition()
	tr.skip, tr.stepping, tr.comm, tr.joined = 0, nil, "", false
	tr.calls.ForgetStack()
	if !tr.shown {
		return t.silentExec(tr, shared)
	}
	t.emit(&event.Exec{Head: t.head(tr, 0, 0), Path: t.Kernel.Exe(tr.tid), FormerTID: former})
	if tr.syscall == nil {
		t.endOldTID(tr)
	}
	if t.DetachOnExec && tr.phase != preExec {
		return t.detachExec(tr)
	}
	t.newImage(tr)
	return t.nextRestart(tr), nil
}

// detachExec detaches from a process that runs a new program, in which nothing was
// planted yet.
func (t *Tracer) detachExec(tr *tracee) (ptrace.Restart, error) {
	if tr.syscall != nil {
		t.endSyscall(tr, event.Detached)
	}
	t.endCalls(tr)
	t.endOldTID(tr)
	t.emit(&event.Detach{Head: t.head(tr, 0, 0)})
	t.removeTracee(tr)
	return stayStopped, t.Kernel.Detach(tr.tid, 0)
}

// silentExec detaches from a process that was watched only because it shared memory with
// another one.
func (t *Tracer) silentExec(tr *tracee, shared bool) (ptrace.Restart, error) {
	if t.Follow || !shared || tr.filtering != unfiltered {
		return t.nextRestart(tr), nil
	}
	t.removeTracee(tr)
	return stayStopped, t.Kernel.Detach(tr.tid, 0)
}

// execThread is the thread that goes on after execve(2): the one that called it, now
// under its process's ID.
func (t *Tracer) execThread(leader *tracee, former int) *tracee {
	tr := leader
	if caller := t.tracees[former]; former != 0 && former != leader.tid && caller != nil {
		t.endAllCalls(leader, event.NoReturn)
		t.removeTracee(leader)
		t.changeTID(caller, leader.tid)
		caller.shown = caller.shown || leader.shown // it represents the process now
		tr = caller
	}
	for _, other := range t.tracees {
		if other.pid == tr.pid && other != tr {
			t.endedByExec(other)
		}
	}
	return tr
}

// execThreadOf is the thread that a stop of unknown ID belongs to, if that is an
// execve(2)'s: the only traced thread of its process, which now has the process's ID. It
// is nil for any other stop.
func (t *Tracer) execThreadOf(stop ptrace.Stop) *tracee {
	tr := t.tracees[stop.Child]
	if stop.Kind != ptrace.Exec || tr == nil {
		return nil
	}
	t.changeTID(tr, stop.TID)
	tr.pid = stop.TID
	return tr
}

// endedByExec ends a thread because another one of its process has called execve(2). Its
// status is 0 by ptrace(2); the kernel's own report may come too late.
func (t *Tracer) endedByExec(tr *tracee) {
	if tr.shown {
		t.endAllCalls(tr, event.NoReturn)
		t.emit(&event.Exit{Head: t.head(tr, 0, 0)})
	}
	t.removeTracee(tr)
}

// changeTID gives a thread that has called execve(2) the ID of its process.
func (t *Tracer) changeTID(tr *tracee, tid int) {
	delete(t.tracees, tr.tid)
	if tr.shown {
		tr.oldTID = tr.tid
	}
	for i := range tr.calls.Depth() {
		tr.calls.At(i).Call.EnterTID = tr.tid
	}
	if tr.syscall != nil {
		tr.syscall.Call.EnterTID = tr.tid
	}
	if tr.space.tid == tr.tid {
		tr.space.tid = tid
	}
	tr.tid = tid
	t.tracees[tid] = tr
}

// endCallsAtExec ends the library calls that execve(2) was called in. If that system
// call is shown, they end after it, since they contain it.
func (t *Tracer) endCallsAtExec(tr *tracee) {
	if tr.syscall == nil {
		t.endCalls(tr)
		return
	}
	tr.syscall.execs = true
	for i := range tr.calls.Depth() {
		if f := tr.calls.At(i); f.Uses != nil {
			t.stopAwaiting(tr, f, event.NoReturn)
		}
	}
}

// endCalls ends the library calls of a tracee that runs a new program.
func (t *Tracer) endCalls(tr *tracee) {
	for i := tr.calls.Depth() - 1; i >= 0; i-- {
		t.endCall(tr, i, event.NoReturn)
	}
}

// endOldTID reports the end of the thread ID that a tracee had before execve(2). The
// calls that it began under that ID have ended.
func (t *Tracer) endOldTID(tr *tracee) {
	if tr.oldTID == 0 {
		return
	}
	e := &event.Exit{Head: t.head(tr, 0, 0), NewTID: tr.tid}
	e.TID, tr.oldTID = tr.oldTID, 0
	t.emit(e)
}

// keepStatus keeps the status of the launched command, which is wanted even after a
// detach.
func (t *Tracer) keepStatus(stop ptrace.Stop) {
	if stop.TID != t.launched {
		return
	}
	t.status = Status{Exit: stop.Status, Signal: 0}
	if stop.Kind == ptrace.Killed {
		t.status.Signal = stop.Signal
	}
}

// exited handles the end of a thread.
func (t *Tracer) exited(tr *tracee, stop ptrace.Stop) error {
	t.keepStatus(stop)
	if tr.shown {
		t.endAllCalls(tr, event.NoReturn)
		e := &event.Exit{Head: t.head(tr, 0, 0), Process: tr.tid == tr.pid, Status: stop.Status, Core: stop.Core}
		if stop.Kind == ptrace.Killed {
			e.Signal, _ = syscalls.SignalName(stop.Signal)
		}
		t.emit(e)
	}
	t.removeTracee(tr)
	return nil
}
