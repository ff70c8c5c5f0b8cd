package tracer

import (
	"errors"
	"time"

	"plait/breakpoints"
	"plait/event"
	"plait/ptrace"
)

// Interrupt makes Run detach from the processes that were attached to. It may be called
// from any goroutine.
func (t *Tracer) Interrupt() {
	first := !t.interrupted.Swap(true)
	t.worker.Interrupt()
	if first {
		t.wake()
	}
}

// wakeInterval is the time until the loop is woken again, in case it missed that.
const wakeInterval = 2 * time.Millisecond

// wake wakes the loop until it has noticed.
func (t *Tracer) wake() {
	t.Kernel.Wake()
	go func() {
		for time.Sleep(wakeInterval); !t.wakeSeen.Load(); time.Sleep(wakeInterval) {
			t.Kernel.Wake()
		}
	}()
}

// DetachNow makes Run detach from everything, the launched command included, and return,
// because this process is about to die. It may be called from any goroutine.
func (t *Tracer) DetachNow() {
	first := !t.dying.Swap(true)
	t.worker.Interrupt()
	if !first {
		return
	}
	t.wakeSeen.Store(false)
	t.interrupted.Store(true)
	t.wake()
}

// detachUnfiltered marks every tracee for a detach. A tracee with a seccomp filter of
// ours can't go, because its system calls would fail without a tracer: it stays, and is
// not shown any more.
func (t *Tracer) detachUnfiltered() {
	for _, tr := range t.tracees {
		if tr.filtering == unfiltered {
			tr.attached = true
		} else if tr.shown {
			t.endShown(tr)
			tr.shown = false
		}
	}
	if tr := t.tracees[t.launched]; tr == nil || tr.filtering == unfiltered {
		t.launched = 0
	}
}

// detachAll begins to detach: it stops all tracees of every space that was attached to.
func (t *Tracer) detachAll() error {
	t.now = t.Now()
	t.detaching = true
	if t.dying.Load() {
		t.DetachLaunched = true
		t.detachDeadline = t.now.Add(maxDetachWait)
	}
	if t.DetachLaunched {
		t.detachUnfiltered()
	}
	if err := t.restartDelayed(true); err != nil {
		return err
	}
	spaces := map[*space]bool{}
	for _, tr := range t.tracees {
		if !tr.attached || tr.space.allStop != notStopping {
			continue
		}
		spaces[tr.space] = true
		if err := t.Kernel.Interrupt(tr.tid); err != nil && !errors.Is(err, ptrace.ErrGone) {
			return err
		}
	}
	for s := range spaces {
		s.allStop = stoppingAll
	}
	if t.Detaching != nil {
		t.Detaching()
	}
	return nil
}

// detachSpace detaches from a space whose tracees have all stopped. Before, it restores
// their memory and registers.
func (t *Tracer) detachSpace(s *space) error {
	if len(s.held) > 0 {
		s.tid = s.held[0].tr.tid
	}
	t.stopEngine(s, s.held)
	if err := s.table.RemoveAll(); err != nil && len(s.held) > 0 {
		t.noticeMissing(s.held[0].tr, "breakpoints cannot be removed from it, and the next one that is hit kills it", err)
	}
	all := s.held
	s.held = nil
	if spaces := t.stopping(); len(spaces) == 1 && spaces[s] {
		t.wakeSeen.Store(true) // signals would only take time from the detaches
	}
	for _, tr := range t.tracees {
		if tr.space == s && tr.phase == zombieLeader {
			t.removeTracee(tr) // the kernel detaches from it when plait exits
		}
	}
	return t.detachHeld(all)
}

// maxEnds is how many calls may be reported as left open while tracees wait: little
// enough to take no time.
const maxEnds = 1000

// mayWait tells whether tracees that have been restored may stay stopped until Detach or
// the end of this process: nothing else is traced, and none dies with this process.
func (t *Tracer) mayWait(all []heldTracee) bool {
	open := 0
	for _, p := range all {
		open += p.tr.depth()
	}
	return len(all) == len(t.tracees) && !t.exitKills && !t.dying.Load() && open <= maxEnds
}

// Waiting reports whether Run has left tracees stopped. They are as they would be without
// plait, and go on at Detach or when this process ends.
func (t *Tracer) Waiting() bool { return len(t.waiting) > 0 }

// Detach detaches from the tracees that Run has left stopped.
func (t *Tracer) Detach() {
	for _, tid := range t.waiting {
		_ = t.Kernel.Detach(tid, 0) // an error can only mean that it has died
	}
	t.waiting = nil
}

// detachHeld detaches from stopped tracees, or leaves that to Detach. It restores all of
// them before it lets the first one run: on a busy machine each that runs takes processor
// time from plait. The end of this process would neither deliver a signal nor switch
// single-stepping off, so tracees that need that are detached from in any case.
func (t *Tracer) detachHeld(all []heldTracee) error {
	var failed error
	note := func(err error) {
		if err != nil && !errors.Is(err, ptrace.ErrGone) {
			failed = errors.Join(failed, err)
		}
	}
	signals := make([]int, len(all))
	for i, p := range all {
		sig, err := t.restore(p.tr, p.stop)
		signals[i] = sig
		note(err)
	}
	t.unmapAreas(all)
	wait := t.mayWait(all)
	for i, p := range all { // before the events: a million calls may be open
		if wait && signals[i] == 0 && p.tr.stepping == nil {
			t.waiting = append(t.waiting, p.tr.tid)
			continue
		}
		note(t.Kernel.Detach(p.tr.tid, signals[i]))
	}
	for _, p := range all {
		t.endShown(p.tr)
		t.removeTracee(p.tr)
	}
	return failed
}

// unmapAreas unmaps the out-of-line areas of a space whose tracees have been restored.
func (t *Tracer) unmapAreas(all []heldTracee) {
	for _, h := range all {
		if s := h.tr.space; !h.inCall && s.native && s.table.Len() == 0 {
			for _, at := range s.areas.Starts() {
				_, _ = t.call(h.tr, t.arch.Calls.Munmap, at, breakpoints.AreaSize)
			}
			return
		}
	}
}

// endShown reports that a tracee is detached from, and that its calls are left open.
func (t *Tracer) endShown(tr *tracee) {
	t.endAllCalls(tr, event.Detached)
	if tr.shown {
		t.emit(&event.Detach{Head: t.head(tr, 0, 0)})
	}
}

// restore restores the registers of one stopped tracee. It returns the signal to detach
// with: the one that the tracee stopped with, or none if that is the trap of a
// breakpoint. In that case the tracee is put back before the breakpoint.
func (t *Tracer) restore(tr *tracee, stop ptrace.Stop) (sig int, err error) {
	if stop.Kind == ptrace.SignalDelivery {
		sig = stop.Signal
	}
	_ = t.restoreFlags(tr)
	native, err := t.loadRegs(tr)
	if err == nil && native {
		addr := tr.regs.PC() - t.arch.TrapSkew
		switch {
		case sig == sigTrap && tr.stepping != nil && !t.executedBreakpoint(tr):
			sig = 0 // its step in place is over
		case sig == sigTrap && tr.space.sites[addr] != nil:
			err = t.restoreSigtrap(tr)
			tr.regs.SetPC(addr)
			sig = 0
			err = errors.Join(err, t.storeRegs(tr))
		case t.exitArea(tr):
			err = t.storeRegs(tr)
		}
	}
	return sig, errors.Join(err, t.restoreDisposition(tr))
}
