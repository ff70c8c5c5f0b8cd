package pty

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// Restore gives plait's own terminal its modes back, for good.
func (t *Terminal) Restore() {
	if t != nil {
		t.own.restore(true)
	}
}

// Signal sends a signal that only plait got, SIGINT or SIGQUIT, to the foreground job of
// the command's terminal, as if its key had been typed there. Without a terminal it does
// nothing: then plait's own terminal has done it.
func (t *Terminal) Signal(s syscall.Signal) {
	if t != nil {
		_ = unix.IoctlSetInt(t.master, unix.TIOCSIG, int(s))
	}
}

// relayed are the signals about plait's own terminal. Ctrl-Z goes to the command as it is
// typed, so SIGTSTP comes from elsewhere.
var relayed = []os.Signal{syscall.SIGWINCH, syscall.SIGTSTP, syscall.SIGCONT}

// watch acts on these signals from now on.
func (t *Terminal) watch() {
	got := make(chan os.Signal, 8)
	signal.Notify(got, relayed...)
	go func() {
		for s := range got {
			t.handle(s.(syscall.Signal))
		}
	}()
}

func (t *Terminal) handle(s syscall.Signal) {
	switch s {
	case syscall.SIGTSTP: // the shell must find its terminal as it left it
		t.own.restore(false)
		_ = unix.Kill(os.Getpid(), unix.SIGSTOP)
	case syscall.SIGCONT:
		t.own.makeRaw()
		t.adoptSize()
	case syscall.SIGWINCH:
		t.adoptSize()
	}
}
