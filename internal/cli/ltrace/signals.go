package ltrace

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/internal/cli"
	"plait/internal/cli/pty"
	"plait/tracer"
)

// watch handles the signals that would end plait, from now on. attaching says whether
// plait attaches to processes.
//
// The terminal sends its signals to a command, too, and the command decides for both. If
// the command has a terminal of its own, that one sends them.
// Signals sent to plait alone are passed on. plait detaches from the processes that
// it attached to. A broken pipe is an error of the write, not a reason to die: the
// command would die with plait.
//
// Signals are caught, not ignored, because the command would inherit that.
//
// A reader that does not read cannot keep plait alive: the first signal detaches from
// the attached processes, and the rest of the trace is kept for the reader. The next
// signal ends plait.
func watch(t *tracer.Tracer, u *cli.UI, terminal *pty.Terminal, attaching bool) {
	command := -1
	if pid := t.Launched(); pid != 0 {
		if fd, err := unix.PidfdOpen(pid, 0); err == nil {
			command = fd
		}
	}
	cli.Watch(watchedSignals(attaching), func(s syscall.Signal) {
		if s == syscall.SIGINT || s == syscall.SIGQUIT {
			terminal.Signal(s)
		}
		handleSignal(t, u, command, s)
	})
}

// watchedSignals leaves out signals that plait inherited as ignored (nohup(1)). But a
// shell script starts background commands with SIGINT ignored, and there must be a
// way to make plait detach. (A command that plait launches has inherited the same by
// then.)
func watchedSignals(attaching bool) []os.Signal {
	all := []os.Signal{syscall.SIGPIPE}
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		ends := s == syscall.SIGINT || s == syscall.SIGTERM
		if attaching && ends || !signal.Ignored(s) {
			all = append(all, s)
		}
	}
	return all
}

// handleSignal acts on a signal. command is a pidfd of the launched process, -1 if
// there is none.
func handleSignal(t *tracer.Tracer, u *cli.UI, command int, s syscall.Signal) {
	if s == syscall.SIGPIPE {
		return
	}
	if command >= 0 && (s == syscall.SIGTERM || s == syscall.SIGHUP) {
		_ = unix.PidfdSendSignal(command, s, nil, 0) // first, so that it is pending when the command restarts
	}
	u.RequestExit(command >= 0)
	t.Interrupt()
}
