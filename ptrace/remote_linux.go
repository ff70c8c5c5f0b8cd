//go:build linux

package ptrace

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Remote makes a stopped tracee make one system call. regs is its register set prepared for the
// call (arch.Regs.PrepareSyscall). Remote returns the register set after the call. The tracee
// stays stopped, with its own registers, saved, restored; its signals are blocked meanwhile.
func (l *Linux) Remote(tid int, saved, regs []byte) ([]byte, error) {
	var mask uint64
	if errno := sigmask(unix.PTRACE_GETSIGMASK, tid, &mask); errno != 0 {
		return nil, requestError("read signal mask of", tid, errno)
	}
	all := ^uint64(0)
	if errno := sigmask(unix.PTRACE_SETSIGMASK, tid, &all); errno != 0 {
		return nil, requestError("write signal mask of", tid, errno)
	}
	after, err := l.runCall(tid, regs)
	if err != nil {
		return nil, err
	}
	if errno := sigmask(unix.PTRACE_SETSIGMASK, tid, &mask); errno != 0 {
		return nil, requestError("write signal mask of", tid, errno)
	}
	return after, l.SetRegs(tid, saved)
}

// runCall runs to the exit of the call and then to one more stop outside of any system call: only
// after such a stop does the kernel restart the system call in which the tracee may have been
// interrupted.
func (l *Linux) runCall(tid int, regs []byte) ([]byte, error) {
	if err := l.SetRegs(tid, regs); err != nil {
		return nil, err
	}
	if err := l.runTo(tid, Restart{Op: ToSyscall}, Syscall); err != nil {
		return nil, err
	}
	if err := l.runTo(tid, Restart{Op: ToSyscall}, Syscall); err != nil {
		return nil, err
	}
	after, err := l.Regs(tid, make([]byte, len(regs)))
	if err != nil {
		return nil, err
	}
	if err := l.Interrupt(tid); err != nil {
		return nil, err
	}
	return after, l.runTo(tid, Restart{}, Interrupted)
}

// runTo restarts tid until it stops in the wanted way. Since all signals are blocked, the only
// other reports are its end and a group-stop.
func (l *Linux) runTo(tid int, how Restart, want StopKind) error {
	for range 8 {
		if err := l.Restart(tid, how); err != nil {
			return err
		}
		s, err := l.waitFor(tid)
		if err != nil {
			return err
		}
		switch s.Kind {
		case want:
			return nil
		case Exited, Killed:
			l.pending = append(l.pending, s)
			return ErrGone
		}
	}
	return &Error{"run a system call in", tid, fmt.Errorf("it stops otherwise")}
}
