//go:build linux

package ptrace

import (
	"errors"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// Launch runs a command and leaves it stopped and seized before the first instruction of its
// image; Wait reports that as Interrupted. The error is that of starting the process. A
// process that is killed meanwhile is no error: Wait reports its end.
//
// Go can start a child that is traced from the beginning (PTRACE_TRACEME), but only a seized
// tracee has group-stops in which it can listen. So Launch detaches from the child and seizes
// it again. The child must not run in between: its first instruction is overwritten by a jump
// to itself, which unlike SIGSTOP has no lasting effect.
//
// If the command is PreExec, its image is a placeholder.
func (l *Linux) Launch(c Command) (pid int, err error) {
	if c.PID != 0 {
		return c.PID, l.adopt(c)
	}
	image := c.Path
	if c.PreExec {
		file, done := placeholderFile()
		defer done()
		image = file
	}
	pid, err = l.fork(image, c)
	if err != nil {
		return 0, err
	}
	if s, err := l.waitFor(pid); err != nil || s.Kind != SignalDelivery {
		l.pending = append(l.pending, s) // killed before it ran
		return pid, err
	}
	err = l.reseize(pid)
	if err == nil && c.User != nil && !c.PreExec && gainsPrivileges(c.Path) {
		err = l.execAgain(pid, len(c.Argv))
	}
	if err == nil {
		err = l.inheritSignals(pid)
	}
	if err == nil && c.PreExec {
		err = l.prepareExec(pid, c.Path, len(c.Argv))
	}
	if errors.Is(err, ErrGone) {
		err = nil // killed, which Wait will report
	}
	return pid, err
}

// fork starts a process that blocks the signals which this thread blocked before New.
func (l *Linux) fork(image string, c Command) (pid int, err error) {
	setMask(l.mask)
	defer blockEnding()
	return syscall.ForkExec(image, c.Argv, &syscall.ProcAttr{Env: c.Env, Files: c.files(), Sys: c.attributes()})
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

// makeSpin overwrites the next instruction of a stopped tracee with a jump to itself. It returns
// the address and the original word.
func (l *Linux) makeSpin(pid int) (pc, word uint64, err error) {
	info, err := l.Syscall(pid)
	if err != nil {
		return 0, 0, err
	}
	if word, err = l.readWord(pid, info.IP); err != nil {
		return 0, 0, err
	}
	return info.IP, word, l.pokeWord(pid, info.IP, overlay(word, arch.Native.Spin))
}

// files returns the descriptors 0, 1 and 2 of a command.
func (c *Command) files() []uintptr {
	if c.Terminal == 0 {
		return inherited.standard()
	}
	return slices.Repeat([]uintptr{uintptr(c.Terminal)}, 3)
}

// attributes returns how the process of a command differs from a child of plait.
func (c *Command) attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Ptrace: true, Credential: c.User.credential()}
	if c.Terminal != 0 {
		a.Setsid, a.Setctty, a.Ctty = true, true, 0 // its own descriptor 0
	}
	return a
}

func (u *User) credential() *syscall.Credential {
	if u == nil {
		return nil
	}
	return &syscall.Credential{Uid: u.UID, Gid: u.GID, Groups: u.Groups}
}
