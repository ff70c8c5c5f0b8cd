package ltrace

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/internal/cli"
	"plait/internal/cli/pty"
	"plait/tracer"
)

// A listener handles the signals that would end plait.
//
// The terminal sends its signals to a command, too, and the command decides for both. If
// the command has a terminal of its own, that one sends them. What is sent to plait alone is
// passed on. plait detaches from the processes that it attached to. A broken pipe is an error
// of the write, not a reason to die: the command would die with plait.
//
// plait catches these signals and ignores none, because the command would inherit that.
//
// A reader that does not read cannot keep plait alive: the first signal detaches from
// the attached processes, and the rest of the trace is kept for the reader. The next
// signal ends plait.
type listener struct {
	ui       *cli.UI
	terminal *pty.Terminal
	command  int                           // pidfd of the launched process, -1 if there is none
	tracer   atomic.Pointer[tracer.Tracer] // nil: nothing is traced yet, and a signal ends plait
}

// listen returns a listener, which hears from now on if plait only attaches: it may take a
// while until all is attached to, and signals that were ignored must not be lost meanwhile. A
// command is launched before plait hears, since it inherits what was ignored.
func (o *options) listen(u *cli.UI) *listener {
	l := &listener{ui: u, command: -1}
	if len(o.command) == 0 {
		cli.Watch(watchedSignals(len(o.pids) > 0), l.handle)()
	}
	return l
}

// listenFor makes l listen for a process that t has launched. attaching says whether plait
// attaches to others, too.
func (l *listener) listenFor(t *tracer.Tracer, attaching bool) {
	if fd, err := unix.PidfdOpen(t.Launched(), 0); err == nil {
		l.command = fd
	}
	cli.Watch(watchedSignals(attaching), l.handle)()
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

// handle acts on a signal.
func (l *listener) handle(s syscall.Signal) {
	if s == syscall.SIGPIPE {
		return
	}
	t := l.tracer.Load()
	if t == nil {
		cli.Die(s)
		return
	}
	if s == syscall.SIGINT || s == syscall.SIGQUIT {
		l.terminal.Signal(s)
	}
	if l.command >= 0 && (s == syscall.SIGTERM || s == syscall.SIGHUP) {
		_ = unix.PidfdSendSignal(l.command, s, nil, 0) // first, so that it is pending when the command restarts
	}
	l.ui.RequestExit(l.command >= 0)
	t.Interrupt()
	if l.command < 0 {
		l.ui.Hurry()
	}
}
