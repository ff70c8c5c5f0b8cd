package tracer

import (
	"errors"

	"plait/ptrace"
)

// Before plait plants breakpoints in a running process, or detaches from it, all its
// threads have to stop (all-stop). Each is asked to stop, and is held in the stop that
// it comes to until the last one has stopped.

// A heldTracee is held in the stop that it reported until all others of its space have
// stopped.
type heldTracee struct {
	tr     *tracee
	stop   ptrace.Stop
	inCall bool // it is in the middle of a system call, and can make no other for us
}

// hold keeps a tracee stopped until all of its space have stopped. New children are
// adopted at once, because they have to stop as well.
func (t *Tracer) hold(tr *tracee, stop ptrace.Stop) error {
	s := tr.space
	inCall := stop.Kind != ptrace.Interrupted && stop.Kind != ptrace.SignalDelivery
	switch stop.Kind {
	case ptrace.Exited, ptrace.Killed:
		if err := t.exited(tr, stop); err != nil {
			return err
		}
		return t.checkAllStopped(s)
	case ptrace.Fork, ptrace.VFork, ptrace.Clone:
		if _, err := t.spawn(tr, stop); err != nil {
			return err
		}
		t.unblock(tr) // it is still in its stop
		stop = ptrace.Stop{TID: stop.TID, Kind: ptrace.Interrupted}
	case ptrace.Exec:
		if _, err := t.exec(tr, stop.Child); err != nil {
			return err
		}
		tr = t.tracees[stop.TID]
		if tr == nil {
			return t.checkAllStopped(s)
		}
		stop = ptrace.Stop{TID: stop.TID, Kind: ptrace.Interrupted}
		if t.detaching {
			tr.space.allStop = stoppingAll
		}
		if err := t.checkAllStopped(s); err != nil || !t.detaching {
			return errors.Join(err, t.handle(stop))
		}
		s = tr.space
	}
	if t.detaching && t.behindBreakpoint(tr, stop) {
		return t.Kernel.Restart(tr.tid, ptrace.Restart{})
	}
	s.held = append(s.held, heldTracee{tr, stop, inCall})
	return t.checkAllStopped(s)
}

// behindBreakpoint tells whether a tracee was interrupted after it had hit a breakpoint
// of ours, or had finished a step in place, and before the SIGTRAP for that was
// delivered. The SIGTRAP has to come first: after a detach it would kill.
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

// checkAllStopped goes on as planned once the last tracee of a space has stopped.
func (t *Tracer) checkAllStopped(s *space) error {
	if len(s.held) < s.users-s.blocked {
		t.markZombieLeaders(s)
	}
	if len(s.held) < s.users-s.blocked {
		return nil
	}
	if t.detaching {
		return t.detachSpace(s)
	}
	if s.allStop == stoppingToPlant && t.seizeMore(s) {
		return nil
	}
	if s.allStop == stoppingToPlant && len(s.held) > 0 {
		for _, p := range s.held {
			t.learnSignals(p.tr)
		}
		t.scanProcess(s.held[0].tr)
		t.startEngineOf(s)
	}
	s.allStop = notStopping
	all := s.held
	s.held = nil
	for _, p := range all {
		if err := t.handle(p.stop); err != nil {
			return err
		}
	}
	return nil
}

// markZombieLeaders finds first threads that have ended while other threads of their
// process live. They cannot be stopped.
func (t *Tracer) markZombieLeaders(s *space) {
	for _, tr := range t.tracees {
		if tr.space == s && tr.tid == tr.pid && !tr.blocked() && t.Kernel.Ended(tr.tid) {
			tr.phase = zombieLeader
			s.blocked++
		}
	}
}

// recheckAllStops looks again at the spaces that are waiting for all to stop. The first
// thread of a process may have ended since the last of the others stopped, and the
// kernel reports that only when all have. When no space is waiting, wake can stop.
func (t *Tracer) recheckAllStops() error {
	spaces := t.stopping()
	t.wakeSeen.Store(t.detaching && len(spaces) == 0)
	for s := range spaces {
		if len(s.held) == 0 {
			continue
		}
		if err := t.checkAllStopped(s); err != nil {
			return err
		}
	}
	return nil
}

// stopping returns the spaces that wait for all their tracees to stop.
func (t *Tracer) stopping() map[*space]bool {
	spaces := map[*space]bool{}
	for _, tr := range t.tracees {
		if tr.space.allStop != notStopping {
			spaces[tr.space] = true
		}
	}
	return spaces
}
