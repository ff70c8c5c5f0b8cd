package main

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/tracer"
)

// watch takes the signals that would end plait, from now until stop is called.
//
// With a command, the terminal's go to the command too, which decides for
// both; those sent to plait alone are passed on. Processes that plait attached to
// are let go. A broken pipe is an error of the write, not a reason to die: the
// command would die with us.
//
// Signals are taken, not ignored, because the command would inherit that.
func watch(t *tracer.Tracer) (stop func()) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, watched()...)
	if t.Launched() == 0 {
		signal.Notify(signals, crashes...)
	}
	command := -1
	if pid := t.Launched(); pid != 0 {
		if fd, err := unix.PidfdOpen(pid, 0); err == nil {
			command = fd
		}
	}
	done := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				obey(t, command, s.(syscall.Signal))
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

// crashes are the signals by which Go's runtime would end us at once. Sent by
// somebody, they are to leave no breakpoint behind either; a true fault remains one.
var crashes = []os.Signal{
	syscall.SIGABRT, syscall.SIGTRAP, syscall.SIGSYS, syscall.SIGSTKFLT,
	syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL,
}

// watched leaves alone what plait was told to ignore (nohup(1)).
func watched() []os.Signal {
	all := []os.Signal{syscall.SIGPIPE}
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			all = append(all, s)
		}
	}
	return all
}

// obey acts on a signal; command is a descriptor of the launched process, -1 if
// there is none.
func obey(t *tracer.Tracer, command int, s syscall.Signal) {
	if s == syscall.SIGPIPE {
		return
	}
	t.Interrupt()
	if command >= 0 && (s == syscall.SIGTERM || s == syscall.SIGHUP) {
		_ = unix.PidfdSendSignal(command, s, nil, 0)
	}
}
