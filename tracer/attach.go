package tracer

import (
	"errors"

	"plait/event"
	"plait/ptrace"
)

// Attach begins to trace a running process with all its threads. Run does the rest. The
// error for a process that does not exist is ptrace.ErrGone.
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
		return t.attachWithoutLeader(pid, process, err)
	}
	tr := t.adoptAttached(pid, process, nil)
	tr.space.allStop = stoppingToPlant
	tr.noteSyscall(t.Kernel)
	if err := t.Kernel.Interrupt(pid); err != nil {
		return err
	}
	_, _ = t.seizeOthers(tr.space, process) // tried again when it has stopped
	return nil
}

// noteSyscall notes which system call a thread was in when it was attached to.
// Interrupted, the thread may continue that call as restart_syscall(2).
func (tr *tracee) noteSyscall(proc Proc) {
	tr.last.nr, tr.last.known = proc.BlockedSyscall(tr.tid)
}

// attachWithoutLeader attaches to the threads of a process whose first thread has ended
// and can't be seized. err is the error of seizing that one.
func (t *Tracer) attachWithoutLeader(pid, process int, err error) error {
	if pid != process || !t.Kernel.Ended(pid) {
		return err
	}
	s := t.newSpace(pid)
	s.allStop = stoppingToPlant
	if more, _ := t.seizeOthers(s, process); !more {
		return err // the whole process has ended
	}
	return nil
}

func (t *Tracer) adoptAttached(tid, pid int, s *space) *tracee {
	tr := t.adopt(tid, pid, s)
	tr.shown, tr.attached = true, true
	t.emit(&event.Spawn{Head: t.head(tr, 0, 0), Kind: event.Attached, ChildPID: pid, ChildTID: tid, Path: t.Kernel.Exe(tid)})
	return tr
}

// seizeOthers seizes the threads of a process that are not traced yet. It reports
// whether there were any.
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
			continue // known, ended, or seized together with its creator
		}
		t.adoptRunning(tid, pid, s)
		more = true
	}
	return more, nil
}

// adoptRunning adopts a thread that was just seized and asks it to stop. If the thread
// has executed a program meanwhile, it has its process's ID now.
func (t *Tracer) adoptRunning(tid, pid int, s *space) {
	tr := t.adoptAttached(tid, pid, s)
	tr.noteSyscall(t.Kernel)
	if !errors.Is(t.Kernel.Interrupt(tid), ptrace.ErrGone) || tid == pid {
		return
	}
	t.removeTracee(tr)
	if t.tracees[pid] == nil {
		t.adoptAttached(pid, pid, s)
	}
	_ = t.Kernel.Interrupt(pid)
}

// seizeMore seizes the threads that were created after the others of a space had been
// asked to stop. It reports whether there were any.
func (t *Tracer) seizeMore(s *space) bool {
	asked := map[int]bool{}
	for _, p := range s.held {
		if asked[p.tr.pid] {
			continue
		}
		asked[p.tr.pid] = true
		more, err := t.seizeOthers(s, p.tr.pid)
		if more {
			return true
		}
		if err != nil { // a breakpoint would kill an untraced thread
			t.noticeMissing(p.tr, "no library calls and no other threads are traced: its threads cannot be listed", err)
			s.allStop = stoppingAll
			return false
		}
	}
	return false
}

// scanProcess finds what can be traced in a process that is already running.
func (t *Tracer) scanProcess(tr *tracee) {
	t.newImage(tr)
	tr.space.filters = 0 // they may be younger than the program
	if tr.space.linker.main == nil && tr.space.linker.watched {
		t.updateObjects(tr)
	}
	for _, p := range tr.space.sites {
		if p.entry {
			t.atEntryPoint(tr, p)
		}
	}
}
