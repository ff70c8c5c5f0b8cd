//go:build linux

package ptrace

import "golang.org/x/sys/unix"

// adopt launches a command in an existing process, c.PID. Whoever made that process waits for
// Ready and then executes OwnFile from its first thread, with the command's arguments and
// environment. The process need not be our child.
func (l *Linux) adopt(c Command) error {
	// Until then its threads and children are not traced.
	if err := l.seize(c.PID, unix.PTRACE_O_TRACEEXEC); err != nil {
		return err
	}
	c.Ready()
	for {
		s, err := l.waitFor(c.PID)
		switch {
		case err != nil:
			return err
		case s.Kind == Exited || s.Kind == Killed:
			l.pending = append(l.pending, s)
			return ErrGone
		case s.Kind == Exec:
			return l.takeOver(c)
		}
		if err := l.Restart(s.TID, Restart{Op: Cont, Signal: s.Signal}); err != nil {
			return err
		}
	}
}

// takeOver makes the command's execve(2) the next thing that c.PID does. The process is still
// inside its own execve(2), which it must leave without executing an instruction.
func (l *Linux) takeOver(c Command) error {
	if err := l.SetOptions(c.PID, Options{ExitKill: true}); err != nil {
		return err
	}
	if err := l.Interrupt(c.PID); err != nil {
		return err
	}
	if err := l.Restart(c.PID, Restart{Op: Cont}); err != nil {
		return err
	}
	s, err := l.waitFor(c.PID)
	if err != nil {
		return err
	}
	l.pending = append(l.pending, s)
	if s.Kind == Exited || s.Kind == Killed {
		return ErrGone
	}
	return l.prepareExec(c.PID, c.Path, len(c.Argv))
}
