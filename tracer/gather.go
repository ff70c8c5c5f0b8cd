package tracer

import (
	"errors"
	"time"

	"plait/event"
	"plait/ptrace"
)

// To plant in a running process, or to leave it, all its threads have to stand
// still at once. They are gathered: each is asked to stop, and what it stops
// with is parked until the last one is there.

// A parked tracee waits in its space, with the stop that it came to.
type parked struct {
	tr   *tracee
	stop ptrace.Stop
}

// Attach begins to trace a running process, all its threads. Run does the rest.
// The error of one that is not there is ptrace.ErrGone.
func (t *Tracer) Attach(pid int) error {
	if t.tracees[pid] != nil {
		return nil
	}
	t.now = t.Now()
	process := pid
	if p := t.Kernel.Process(pid); p != 0 {
		process = p
	}
	if err := t.Kernel.Seize(pid); err != nil {
		return t.attachWithout(pid, process, err)
	}
	tr := t.adoptAttached(pid, process, nil)
	tr.space.standing = arriving
	t.lookInside(tr)
	if err := t.Kernel.Interrupt(pid); err != nil {
		return err
	}
	_, _ = t.seizeOthers(tr.space, process) // which is tried again when it has stopped
	return nil
}

// lookInside notes which system call a thread is in that was just attached to:
// interrupted, it may have to go on with it under another name.
func (t *Tracer) lookInside(tr *tracee) {
	tr.last.nr, tr.last.known = t.Kernel.Inside(tr.tid)
}

// attachWithout attaches to the threads of a process whose first has ended and
// can't be seized; err is what the kernel said of it.
func (t *Tracer) attachWithout(pid, process int, err error) error {
	if pid != process || !t.Kernel.Ended(pid) {
		return err
	}
	s := t.newSpace(pid)
	s.standing = arriving
	if more, _ := t.seizeOthers(s, process); !more {
		return err // it ended as a whole
	}
	return nil
}

func (t *Tracer) adoptAttached(tid, pid int, s *space) *tracee {
	tr := t.adopt(tid, pid, s)
	tr.shown, tr.attached = true, true
	t.emit(&event.Spawn{Head: t.head(tr, 0, 0), Kind: event.Attached, ChildPID: pid, ChildTID: tid})
	return tr
}

// seizeOthers seizes the threads of a process that are not traced yet, and
// reports whether there were any.
func (t *Tracer) seizeOthers(s *space, pid int) (more bool, err error) {
	if t.Lone {
		return false, nil
	}
	tids, err := t.Kernel.Threads(pid)
	if err != nil {
		return false, err
	}
	for _, tid := range tids {
		if t.tracees[tid] != nil || t.Kernel.Seize(tid) != nil {
			continue // known, or already gone, or seized with its creator
		}
		t.adoptRunning(tid, pid, s)
		more = true
	}
	return more, nil
}

// adoptRunning adopts a thread that was seized and asks it to stop. One that has
// executed a program meanwhile has the ID of its process now.
func (t *Tracer) adoptRunning(tid, pid int, s *space) {
	tr := t.adoptAttached(tid, pid, s)
	t.lookInside(tr)
	if !errors.Is(t.Kernel.Interrupt(tid), ptrace.ErrGone) || tid == pid {
		return
	}
	t.drop(tr)
	if t.tracees[pid] == nil {
		t.adoptAttached(pid, pid, s)
	}
	_ = t.Kernel.Interrupt(pid)
}

// park keeps a tracee where it stopped until all of its space have stopped. New
// children are taken note of at once: they are to be gathered too.
func (t *Tracer) park(tr *tracee, stop ptrace.Stop) error {
	s := tr.space
	switch stop.Kind {
	case ptrace.Exited, ptrace.Killed:
		if err := t.exited(tr, stop); err != nil {
			return err
		}
		return t.gathered(s)
	case ptrace.Fork, ptrace.VFork, ptrace.Clone:
		if _, err := t.spawn(tr, stop); err != nil {
			return err
		}
		t.unblock(tr) // it stands in its stop still
		stop = ptrace.Stop{TID: stop.TID, Kind: ptrace.Interrupted}
	case ptrace.Exec:
		if _, err := t.exec(tr, stop.Child); err != nil {
			return err
		}
		tr = t.tracees[stop.TID]
		if tr == nil {
			return t.gathered(s)
		}
		stop = ptrace.Stop{TID: stop.TID, Kind: ptrace.Interrupted}
		if t.leaving {
			tr.space.standing = halting
		}
		if err := t.gathered(s); err != nil || !t.leaving {
			return errors.Join(err, t.handle(stop))
		}
		s = tr.space
	}
	if t.leaving && t.behindBreakpoint(tr, stop) {
		return t.Kernel.Restart(tr.tid, ptrace.Restart{})
	}
	s.parked = append(s.parked, parked{tr, stop})
	return t.gathered(s)
}

// behindBreakpoint tells whether a tracee was interrupted between hitting a
// breakpoint of ours, or a step in place, and the delivery of that SIGTRAP, which
// has to come first: after a detach it would kill.
func (t *Tracer) behindBreakpoint(tr *tracee, stop ptrace.Stop) bool {
	if stop.Kind == ptrace.SignalDelivery {
		return false
	}
	native, err := t.loadRegs(tr)
	if err != nil || !native {
		return false
	}
	hit := tr.space.sites[tr.regs.PC()-t.arch.TrapSkew] != nil || tr.stepping != nil
	return hit && t.Kernel.Pending(tr.tid, sigTrap)
}

// gathered goes on when the last tracee of a space stands still.
func (t *Tracer) gathered(s *space) error {
	if len(s.parked) < s.users-s.blocked {
		t.passOver(s)
	}
	if len(s.parked) < s.users-s.blocked {
		return nil
	}
	if t.leaving {
		return t.release(s)
	}
	if s.standing == arriving && t.seizeMore(s) {
		return nil
	}
	if s.standing == arriving && len(s.parked) > 0 {
		for _, p := range s.parked {
			t.learnSignals(p.tr)
		}
		t.survey(s.parked[0].tr)
	}
	s.standing = moving
	all := s.parked
	s.parked = nil
	for _, p := range all {
		if err := t.handle(p.stop); err != nil {
			return err
		}
	}
	return nil
}

// seizeMore seizes the threads that have come to be since the others of a space were
// asked to stop, and reports whether there were any.
func (t *Tracer) seizeMore(s *space) bool {
	asked := map[int]bool{}
	for _, p := range s.parked {
		if asked[p.tr.pid] {
			continue
		}
		asked[p.tr.pid] = true
		more, err := t.seizeOthers(s, p.tr.pid)
		if more {
			return true
		}
		if err != nil { // a breakpoint would kill a thread that is not traced
			t.missing(p.tr, "no library calls, and no further threads: its threads are not known", err)
			s.standing = halting
			return false
		}
	}
	return false
}

// passOver notes which first threads have ended while others of their process
// go on. They cannot be stopped.
func (t *Tracer) passOver(s *space) {
	for _, tr := range t.tracees {
		if tr.space == s && tr.tid == tr.pid && !tr.blocked() && t.Kernel.Ended(tr.tid) {
			tr.phase = over
			s.blocked++
		}
	}
}

// survey finds what can be traced in a process that runs already.
func (t *Tracer) survey(tr *tracee) {
	t.image(tr)
	tr.space.filters = 0 // they may be younger than the image
	if tr.space.linker.main == nil && tr.space.linker.watched {
		t.updateObjects(tr)
	}
	for _, p := range tr.space.sites {
		if p.entry {
			t.started(tr, p)
		}
	}
}

// Interrupt makes Run let go of the processes that were attached to. It may be
// called from any goroutine.
func (t *Tracer) Interrupt() {
	first := !t.interrupted.Swap(true)
	t.work.Interrupt()
	if first {
		go t.wake()
	}
}

// wake wakes the loop until it has heard.
func (t *Tracer) wake() {
	for !t.heard.Load() {
		t.Kernel.Wake()
		time.Sleep(2 * time.Millisecond)
	}
}

// GiveUp makes Run let go of everything, also of the launched command, and return:
// this process is about to die. It may be called from any goroutine.
func (t *Tracer) GiveUp() {
	first := !t.doomed.Swap(true)
	t.work.Interrupt()
	if !first {
		return
	}
	t.heard.Store(false)
	t.interrupted.Store(true)
	go t.wake()
}

// disown makes every tracee one to be let go of. Those with a filter, whose calls
// would fail without a tracer, are waited for in silence.
func (t *Tracer) disown() {
	for _, tr := range t.tracees {
		if tr.filtering == unfiltered {
			tr.attached = true
		} else if tr.shown {
			t.leaveAll(tr, event.Detached)
			t.emit(&event.Detach{Head: t.head(tr, 0, 0)})
			tr.shown = false
		}
	}
	if tr := t.tracees[t.launched]; tr == nil || tr.filtering == unfiltered {
		t.launched = 0
	}
}

// letGoAll begins to let go: every space that was attached to is gathered.
func (t *Tracer) letGoAll() error {
	t.now = t.Now()
	t.leaving = true
	if t.doomed.Load() {
		t.Abandon = true
		t.patience = t.now.Add(lastPatience)
	}
	if t.Abandon {
		t.disown()
	}
	if err := t.resume(true); err != nil {
		return err
	}
	spaces := map[*space]bool{}
	for _, tr := range t.tracees {
		if !tr.attached || tr.space.standing != moving {
			continue
		}
		spaces[tr.space] = true
		if err := t.Kernel.Interrupt(tr.tid); err != nil && !errors.Is(err, ptrace.ErrGone) {
			return err
		}
	}
	for s := range spaces {
		s.standing = halting
	}
	if t.Leaving != nil {
		t.Leaving()
	}
	return nil
}

// recheck looks again at the spaces that are being gathered: a first thread may
// have ended since the last of the others stopped, of which there is no report.
// When there are none the waking can end.
func (t *Tracer) recheck() error {
	spaces := map[*space]bool{}
	for _, tr := range t.tracees {
		if tr.space.standing != moving {
			spaces[tr.space] = true
		}
	}
	t.heard.Store(t.leaving && len(spaces) == 0)
	for s := range spaces {
		if len(s.parked) == 0 {
			continue
		}
		if err := t.gathered(s); err != nil {
			return err
		}
	}
	return nil
}

// release lets go of a space whose tracees all stand still: its memory and
// their registers are made their own again.
func (t *Tracer) release(s *space) error {
	if len(s.parked) > 0 {
		s.tid = s.parked[0].tr.tid
	}
	if err := s.table.RemoveAll(); err != nil && len(s.parked) > 0 {
		t.missing(s.parked[0].tr, "the next one that is hit kills it: breakpoints cannot be taken out of it", err)
	}
	all := s.parked
	s.parked = nil
	for _, tr := range t.tracees {
		if tr.space == s && tr.phase == over {
			t.drop(tr) // the kernel detaches it when plait exits
		}
	}
	var failed error
	for _, p := range all {
		if err := t.detach(p.tr, p.stop); err != nil && !errors.Is(err, ptrace.ErrGone) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// detach lets go of one stopped tracee. A signal it stopped with goes on to it,
// but for the trap of a breakpoint, before which it is put back.
func (t *Tracer) detach(tr *tracee, stop ptrace.Stop) error {
	sig := 0
	if stop.Kind == ptrace.SignalDelivery {
		sig = stop.Signal
	}
	_ = t.giveBack(tr)
	native, err := t.loadRegs(tr)
	if err == nil && native {
		addr := tr.regs.PC() - t.arch.TrapSkew
		switch {
		case sig == sigTrap && tr.stepping != nil && !t.executedBreakpoint(tr):
			sig = 0 // its step in place is over
		case sig == sigTrap && tr.space.sites[addr] != nil:
			err = t.undo(tr)
			tr.regs.SetPC(addr)
			sig = 0
			err = errors.Join(err, t.storeRegs(tr))
		case t.leaveArea(tr):
			err = t.storeRegs(tr)
		}
	}
	err = errors.Join(err, t.conclude(tr))
	err = errors.Join(err, t.Kernel.Detach(tr.tid, sig)) // at once: a million calls may be open
	t.leaveAll(tr, event.Detached)
	if tr.shown {
		t.emit(&event.Detach{Head: t.head(tr, 0, 0)})
	}
	t.drop(tr)
	return err
}
