package tracer

import (
	"plait/event"
	"plait/ptrace"
)

// dispatch decides how a stopped tracee goes on.
func (t *Tracer) dispatch(tr *tracee, stop ptrace.Stop) (ptrace.Restart, error) {
	if tr.phase == launching {
		return t.firstStop(tr, stop)
	}
	if tr.phase == unfollowed && stop.Kind != ptrace.Exited && stop.Kind != ptrace.Killed {
		return t.detachChild(tr, stop)
	}
	switch stop.Kind {
	case ptrace.SignalDelivery:
		return t.signal(tr, stop.Signal)
	case ptrace.Syscall:
		return t.syscall(tr)
	case ptrace.Seccomp:
		return t.seccomp(tr)
	case ptrace.Group:
		return t.group(tr, stop.Signal)
	case ptrace.Fork, ptrace.VFork, ptrace.Clone:
		return t.spawn(tr, stop)
	case ptrace.Interrupted:
		return t.interruptStop(tr)
	case ptrace.VForkDone:
		t.unblock(tr)
	case ptrace.Exec:
		return t.exec(tr, stop.Child)
	case ptrace.Exiting:
		if tr.syscall != nil && (t.Endings || !t.Inline) {
			t.endSyscall(tr, event.NoReturn)
		}
	case ptrace.Exited, ptrace.Killed:
		return ptrace.Restart{Op: ptrace.Hold}, t.exited(tr, stop)
	}
	return t.nextRestart(tr), nil
}

// nextRestart is how a tracee goes on unless a handler wants something else: to its next
// system call if system calls are shown and no filter stops it there.
func (t *Tracer) nextRestart(tr *tracee) ptrace.Restart {
	if tr.stepping != nil {
		return ptrace.Restart{Op: ptrace.SingleStep} // it was stopped on the way
	}
	if tr.stopsAtSyscalls() || t.Syscalls && tr.shown && tr.phase != execFailed && (tr.filtering != filtered || tr.syscall != nil) {
		return ptrace.Restart{Op: ptrace.ToSyscall}
	}
	return ptrace.Restart{}
}
