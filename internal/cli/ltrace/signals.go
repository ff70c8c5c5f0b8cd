package ltrace

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/internal/cli"
	"plait/tracer"
)

// watch takes the signals that would end plait, from now on. attaching says whether
// processes are to be attached to.
//
// With a command, the terminal's go to the command too, which decides for
// both; those sent to plait alone are passed on. Processes that plait attached to
// are let go. A broken pipe is an error of the write, not a reason to die: the
// command would die with us.
//
// Signals are taken, not ignored, because the command would inherit that.
//
// Whoever does not read the trace does not keep plait: the first signal lets go of what
// is attached, and the rest of the trace is kept for the reader. The next one ends plait.
func watch(t *tracer.Tracer, u *cli.UI, attaching bool) {
	command := -1
	if pid := t.Launched(); pid != 0 {
		if fd, err := unix.PidfdOpen(pid, 0); err == nil {
			command = fd
		}
	}
	cli.Watch(watched(attaching), func(s syscall.Signal) { obey(t, u, command, s) })
}

// watched leaves alone what plait was told to ignore (nohup(1)). But a script's shell
// has what it starts with "&" ignore SIGINT, and there must be a way to have plait let
// go of what it is attached to. (What plait launches was told to ignore it, too: it
// has begun already.)
func watched(attaching bool) []os.Signal {
	all := []os.Signal{syscall.SIGPIPE}
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		ends := s == syscall.SIGINT || s == syscall.SIGTERM
		if attaching && ends || !signal.Ignored(s) {
			all = append(all, s)
		}
	}
	return all
}

// obey acts on a signal; command is a descriptor of the launched process, -1 if
// there is none.
func obey(t *tracer.Tracer, u *cli.UI, command int, s syscall.Signal) {
	if s == syscall.SIGPIPE {
		return
	}
	if command >= 0 && (s == syscall.SIGTERM || s == syscall.SIGHUP) {
		_ = unix.PidfdSendSignal(command, s, nil, 0) // first: it is there when the command goes on
	}
	u.Urge(command >= 0)
	t.Interrupt()
}
