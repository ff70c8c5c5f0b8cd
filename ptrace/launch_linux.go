//go:build linux

package ptrace

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// Launch runs a command and leaves it stopped, seized, before the first
// instruction of its image; Wait reports that as Interrupted.
//
// Go can start a child that is traced from its birth (PTRACE_TRACEME), but only
// a seized tracee has group-stops that can be listened to. So the child is let
// go and seized anew. In between it must not run: its first instruction is made
// a jump to itself, which unlike a SIGSTOP leaves no trace behind.
//
// If the command is Staged, its image is not its own yet.
func (l *Linux) Launch(c Command) (pid int, err error) {
	if c.PID != 0 {
		return c.PID, l.await(c)
	}
	image := c.Path
	if c.Staged {
		file, done := blankFile()
		defer done()
		image = file
	}
	pid, err = syscall.ForkExec(image, c.Argv, &syscall.ProcAttr{
		Env:   c.Env,
		Files: inherited.standard(),
		Sys:   &syscall.SysProcAttr{Ptrace: true, Credential: c.User.credential()},
	})
	if err != nil {
		return 0, err
	}
	if s, err := l.waitFor(pid); err != nil || s.Kind != SignalDelivery {
		l.pending = append(l.pending, s) // killed before it began
		return pid, err
	}
	err = l.reseize(pid)
	if err == nil && c.User != nil && !c.Staged && raises(c.Path) {
		err = l.execAgain(pid, len(c.Argv))
	}
	if err == nil {
		err = l.bequeath(pid)
	}
	if err == nil && c.Staged {
		err = l.stage(pid, c.Path, len(c.Argv))
	}
	if errors.Is(err, ErrGone) {
		err = nil // killed at once, which Wait will report
	}
	return pid, err
}

func (l *Linux) reseize(pid int) error {
	pc, word, err := l.makeSpin(pid)
	if err != nil {
		return err
	}
	if err := l.Detach(pid, 0); err != nil {
		return err
	}
	if err := l.seize(pid, l.options|unix.PTRACE_O_EXITKILL); err != nil {
		return err
	}
	if err := l.Interrupt(pid); err != nil {
		return err
	}
	s, err := l.waitFor(pid)
	if err != nil {
		return err
	}
	l.pending = append(l.pending, s)
	if s.Kind == Exited || s.Kind == Killed {
		return nil
	}
	return l.pokeWord(pid, pc, word)
}

// makeSpin makes the next instruction of a stopped tracee a jump to itself and
// returns where, and what stood there.
func (l *Linux) makeSpin(pid int) (pc, word uint64, err error) {
	info, err := l.Syscall(pid)
	if err != nil {
		return 0, 0, err
	}
	if word, err = l.readWord(pid, info.IP); err != nil {
		return 0, 0, err
	}
	return info.IP, word, l.pokeWord(pid, info.IP, over(word, arch.Native.Spin))
}

func (u *User) credential() *syscall.Credential {
	if u == nil {
		return nil
	}
	return &syscall.Credential{Uid: u.UID, Gid: u.GID, Groups: u.Groups}
}
