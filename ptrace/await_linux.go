//go:build linux

package ptrace

import "golang.org/x/sys/unix"

// await launches a command in a process that is there already, c.PID: whoever
// made that waits for Ready and then runs blankFile, with the command's
// arguments and environment, from its first thread. It need not be our child.
func (l *Linux) await(c Command) error {
	// What it does before is its own affair: no threads of it are followed.
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

// takeOver makes what c.PID does next the command's own execve(2). It stands
// inside of the one before, whose end it has to pass without executing anything.
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
	return l.stage(c.PID, c.Path, len(c.Argv))
}
