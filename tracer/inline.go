package tracer

import (
	"errors"
	"fmt"
	"time"

	"plait/inproc"
	"plait/ptrace"
	"plait/ring"
)

// Where it can, plait has the program itself record its library calls (package inproc), and
// makes events of the records later (record.go). Every site begins with a breakpoint. At a
// hit it may be promoted: a jump takes the breakpoint's place (promote.go). Until then, and
// where that is impossible, calls are caught by breakpoints. So the two kinds of sites
// work side by side, and calls of both nest.
//
// Before a stop of a thread is handled, the thread is put into its own code, if it was in
// ours, and the records of all threads become events.

var errInCall = errors.New("all its threads are in system calls")

// An engine is the in-process engine of a space, and what the tracer knows of it.
type engine struct {
	*inproc.Engine
	kernel Memory
	slots  []*site           // by the numbers in records
	asked  map[uint64]uint32 // return addresses that threads wait for: the slots of their calls
	queue
}

// startEngine starts the engine of a space at a stop of its only thread, or of all of them.
func (t *Tracer) startEngine(tr *tracee) {
	s := tr.space
	if !t.Inline || s.engine != nil || s.noEngine != "" || !s.native {
		return
	}
	if s.noEngine = t.noEngine(tr); s.noEngine == "" {
		c := t.engineConfig(s)
		c.Errno, c.HasErrno = t.errnoOffset(tr)
		e, err := inproc.Start(c, tr.tid)
		if err == nil {
			s.engine = &engine{Engine: e, kernel: t.Kernel, asked: map[uint64]uint32{}}
			t.tickEngines()
			t.promoteAttached(tr)
			return
		}
		s.noEngine = err.Error()
	}
	if t.Caught != nil {
		t.Caught(fmt.Sprintf("all of %d", tr.pid), "by breakpoints: "+s.noEngine)
	}
}

// copyEngine gives a forked child's space a copy of its parent's engine. It is armed when the
// child first stops.
func (t *Tracer) copyEngine(parent, child *space) {
	child.noEngine = parent.noEngine
	if parent.engine == nil {
		return
	}
	c := t.engineConfig(child)
	c.Errno, c.HasErrno = parent.engine.Errno, parent.engine.HasErrno
	child.engine, child.copied = &engine{Engine: parent.engine.Copy(c, child.tid), kernel: t.Kernel, asked: map[uint64]uint32{}}, true
	for _, p := range parent.engine.slots {
		own := child.sites[p.addr]
		if own == nil {
			own = p // its library is gone
		}
		child.engine.slots = append(child.engine.slots, own)
	}
}

// arm makes the copy of an engine work in the child that has just stopped for the first time.
func (t *Tracer) arm(tr *tracee) {
	s := tr.space
	s.copied = false
	_, err := t.loadRegs(tr)
	if err == nil {
		err = s.engine.Arm(tr.tid)
	}
	if err != nil {
		s.noEngine = err.Error()
		t.stopEngine(s, []heldTracee{{tr: tr}})
	}
}

// startEngineOf starts the engine of a space whose tracees are held, if one of them can make
// system calls for us. A call would also end its stop by job control.
func (t *Tracer) startEngineOf(s *space) {
	for _, h := range s.held {
		if !h.inCall {
			t.startEngine(h.tr)
			return
		}
	}
}

// noEngine says why a space gets no engine; "" if it may have one.
func (t *Tracer) noEngine(tr *tracee) string {
	switch native, err := t.loadRegs(tr); {
	case err != nil || !native:
		return "its registers are not those of this machine"
	case tr.regs.SpareBase() != 0:
		return "the program uses the segment base that the engine needs"
	case t.StackFrames > 1:
		return "the callers of each call are wanted"
	case t.CallLimit > 0:
		return "the number of calls is limited"
	case tr.mayForbidMmap(t.Kernel):
		return "a seccomp filter may forbid what it needs"
	}
	return ""
}

// engineConfig is what the engine of a space needs.
func (t *Tracer) engineConfig(s *space) inproc.Config {
	return inproc.Config{
		Arch: t.arch, Kernel: t.Kernel,
		Call:  func(tid int, nr uint64, args ...uint64) (uint64, error) { return t.call(t.tracees[tid], nr, args...) },
		Rung:  t.ring,
		Want:  func(_ int, slot uint32, ret uint64) inproc.Want { return t.wanted(s, slot, ret) },
		Code:  func(_ int, addr uint64, b []byte) int { return s.readCode(t.Kernel, addr, b) },
		Alone: func(int) bool { return s.users-s.blocked == 1 || len(s.held) > 0 && len(s.held) >= s.users-s.blocked },
		Breakpoint: func(tid int, ret uint64) {
			if tr := t.tracees[tid]; tr != nil {
				t.awaitReturn(tr, ret)
			}
		},
		MayCall: func(tid int) bool { return t.tracees[tid] != nil && !t.tracees[tid].mayForbidMmap(t.Kernel) },
	}
}

// errnoOffset is where errno is from the thread pointer.
func (t *Tracer) errnoOffset(tr *tracee) (int64, bool) {
	return tr.space.errnoLocation().Offset(func(addr uint64) (uint64, error) { return t.readWord(tr, addr) })
}

// join gives a stopped tracee a ring of the engine, or lets it pass if it is not shown.
// Threads inherit their creator's place in memory, so this comes before they first run.
func (t *Tracer) join(tr *tracee) error {
	tr.joined = true
	e := tr.space.engine
	native, err := t.loadRegs(tr)
	if err != nil || !native {
		return err
	}
	base := e.Silent()
	if tr.shown {
		if own, err := e.AddThread(tr.tid, tr.regs.SpareBase()); err == nil {
			base = own
		} else if !errors.Is(err, ptrace.ErrGone) {
			t.notice(tr, "the calls of some threads are not traced: "+err.Error())
		}
	}
	tr.regs.SetSpareBase(base)
	return t.storeRegs(tr)
}

// settle is what the engine of a tracee's space needs before a stop of the tracee is
// handled. It reports true if the stop is the engine's own, and nothing else is to be done
// about it.
func (t *Tracer) settle(tr *tracee, stop ptrace.Stop) (own bool, err error) {
	e := tr.space.engine
	switch {
	case e == nil:
		return false, nil
	case stop.Kind == ptrace.Exited, stop.Kind == ptrace.Killed:
		t.drainEngine(e, nil)
		e.RemoveThread(tr.tid, t.read)
		t.readQueue(e, true)
	case stop.Kind == ptrace.Exec:
		for _, other := range t.tracees {
			if other.pid == tr.pid && other.space == tr.space {
				e.RemoveThread(other.tid, t.read)
			}
		}
		t.readQueue(e, true)
	case tr.phase == unfollowed: // detachChild takes the engine out
	case !tr.joined:
		if tr.space.copied {
			t.arm(tr)
		}
		if tr.space.engine != nil {
			return false, t.join(tr)
		}
	default:
		own, err = t.leaveEngine(tr, e, stop)
		t.drainEngine(e, tr)
	}
	return own, err
}

// leaveEngine puts a tracee that is in the engine's code into its own. It reports true if
// the engine's code caused the stop.
func (t *Tracer) leaveEngine(tr *tracee, e *engine, stop ptrace.Stop) (own bool, err error) {
	native, err := t.loadRegs(tr)
	if err != nil || !native || !e.Inside(tr.regs.PC()) {
		return false, err
	}
	if stop.Kind == ptrace.Syscall || stop.Kind == ptrace.Seccomp {
		return true, nil // it waits for us
	}
	if stop.Kind == ptrace.SignalDelivery {
		if own, err := e.Fault(tr.tid, stop.Signal, tr.regs); own || err != nil {
			return own, errors.Join(err, t.storeRegs(tr))
		}
	}
	left, err := e.Leave(tr.tid, tr.regs)
	if err != nil {
		t.noticeMissing(tr, "a thread stands in code of plait's", err)
		return false, nil
	}
	if left.Pending {
		t.finishSlot(tr)
	}
	return false, t.storeRegs(tr)
}

// finishSlot does what the instruction of the slot at PC does, for a call that is recorded
// already. At a return address there is nothing to do.
func (t *Tracer) finishSlot(tr *tracee) {
	p := tr.space.sites[tr.regs.PC()]
	if p == nil || len(p.slots) == 0 {
		return
	}
	if s, target, err := t.chooseSlot(tr, p); err == nil && t.arch.Canonical(target) {
		_ = t.goThrough(tr, p, s, target)
	}
}

// drainEngine makes events of all records of a space, one of whose threads may be stopped. If
// the program has written to where they are, the rest of that thread's is lost.
func (t *Tracer) drainEngine(e *engine, stopped *tracee) {
	t.clock.Set(t.Now(), t.Kernel.Ticks())
	now, cpu := t.now, t.cpu
	e.stopped = stopped
	err := e.DrainAll(t.read)
	t.readQueue(e, false)
	e.stopped = nil
	t.now, t.cpu = now, cpu
	if _, ok := errors.AsType[*ring.BrokenError](err); ok {
		t.notice(nil, "calls are missing: "+err.Error())
	}
}

// engineInterval is how often records are taken out while no thread stops.
const engineInterval = 10 * time.Millisecond

// tickEngines makes the loop wake every 10 ms from now on.
func (t *Tracer) tickEngines() {
	if t.ticking {
		return
	}
	t.ticking = true
	go func() {
		for ; !t.ended.Load(); time.Sleep(engineInterval) {
			t.ring()
		}
	}()
}

// ring makes the loop look after the engines soon. It may be called from any goroutine.
func (t *Tracer) ring() {
	t.rung.Store(true)
	t.Kernel.Alarm()
}

// serveEngines does for running threads what they wait for, and makes events of their records.
func (t *Tracer) serveEngines() {
	if !t.rung.Swap(false) {
		return
	}
	t.now = t.Now()
	served := map[*space]bool{}
	for _, tr := range t.tracees {
		if s := tr.space; s.engine != nil && !served[s] {
			served[s] = true
			if err := s.engine.Tick(); err != nil {
				t.noticeMissing(tr, "calls may wait for plait", err)
			}
			s.noteAnswers()
			t.drainEngine(s.engine, nil)
		}
	}
}

// stopEngine takes the engine out of a space whose tracees have all stopped.
func (t *Tracer) stopEngine(s *space, all []heldTracee) {
	if s.engine == nil || len(all) == 0 {
		return
	}
	by := all[0]
	for _, h := range all {
		if by.inCall {
			by = h
		}
		if native, err := t.loadRegs(h.tr); err == nil && native && h.tr.joined {
			h.tr.regs.SetSpareBase(0)
			_ = t.storeRegs(h.tr)
		}
	}
	if by.inCall {
		s.engine.Call = func(int, uint64, ...uint64) (uint64, error) { return 0, errInCall }
	}
	if err := s.engine.Stop(by.tr.tid); err != nil {
		t.noticeMissing(by.tr, "code of plait's stays in it", err)
	}
	s.engine = nil
}

// leaveChild takes the engine out of a child that is not followed, or lets the child pass if it
// is in its parent's memory.
func (t *Tracer) leaveChild(tr *tracee) error {
	s := tr.space
	switch {
	case s.engine == nil:
		return nil
	case !s.copied:
		return t.join(tr)
	}
	tr.joined, s.copied = true, false
	t.stopEngine(s, []heldTracee{{tr: tr}})
	return nil
}

// dropEngine forgets the engine of a space without users.
func (s *space) dropEngine() {
	if s.engine != nil && s.users == 0 {
		s.engine.Drop()
		s.engine = nil
	}
}

// hide puts the program's own bytes into b, which was read at addr.
func (s *space) hide(addr uint64, b []byte) {
	s.table.Hide(addr, b)
	if s.engine != nil {
		s.engine.Hide(addr, b)
	}
}
