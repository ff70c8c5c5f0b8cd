package cli

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"plait/tracer"
)

// Watch calls handle, in a goroutine of its own, for each of the signals that this
// process gets once heard has returned. To ask Go's runtime for a signal is to wait for
// another thread, so it is done beside what the caller does until it calls heard.
func Watch(signals []os.Signal, handle func(syscall.Signal)) (heard func()) {
	asked := make(chan struct{})
	go func() {
		got := make(chan os.Signal, 8)
		signal.Notify(got, signals...)
		close(asked)
		for s := range got {
			handle(s.(syscall.Signal))
		}
	}()
	return func() { <-asked }
}

// A Crash catches a crash signal that another process sent. This process dies by that
// signal after it has detached from every tracee and written the whole trace.
type Crash struct {
	tracer atomic.Pointer[tracer.Tracer] // nil: nothing is traced yet
	ui     *UI                           // set once there is a tracer
	signal atomic.Int32                  // 0: none so far
	heard  func()
}

// CatchCrash catches crash signals, at the latest once SetTracer was called.
func CatchCrash() *Crash {
	c := &Crash{}
	c.heard = Watch(crashSignals, c.handle)
	return c
}

// SetTracer sets the tracer that a crash signal stops from now on, and the UI that it
// shuts down.
func (c *Crash) SetTracer(t *tracer.Tracer, u *UI) {
	c.ui = u
	c.tracer.Store(t)
	c.heard()
}

// Exit returns the exit status: the command's, or status if the command's is 0 or
// status is StatusFault. If a signal killed the command, or c has caught one, this
// process dies by the same signal; then Exit returns only if that does not kill.
func (c *Crash) Exit(command tracer.Status, status int) int {
	crash := int(c.signal.Load())
	switch {
	case crash != 0:
		return dieOf(crash)
	case status == StatusFault:
		return status
	case command.Signal != 0:
		return dieOf(command.Signal)
	case command.Exit != 0:
		return command.Exit
	}
	return status
}

func (c *Crash) handle(s syscall.Signal) {
	t := c.tracer.Load()
	if t == nil {
		Die(s)
		return
	}
	c.ui.RequestExit(false)
	if c.signal.CompareAndSwap(0, int32(s)) {
		t.DetachNow()
		c.ui.Hurry()
	}
}

// RequestExit begins the shutdown or, when repeated, forces it. With a traced command
// a repeated signal is left to the command, unless the command is stopped because
// nobody reads the trace.
func (u *UI) RequestExit(command bool) {
	if u.Waiting() || u.shutdown.Begun() && !command {
		u.shutdown.Force()
	}
	u.shutdown.Begin()
}

// Hurry makes plait outrank other programs, if it may, because it is about to exit. It must be
// called after the tracer has been told: the tracer's thread may be a follower, which has its
// former priority when it stops following.
func (u *UI) Hurry() { u.haste.begin() }

// TraceEnded says that nothing is traced any more: from now on a signal can only mean
// that plait shall not wait for the reader. It must be called before the trace is
// closed.
func (u *UI) TraceEnded() { u.shutdown.TraceEnded() }

// ShutdownBegun returns a channel that is closed when plait is to end.
func (u *UI) ShutdownBegun() <-chan struct{} { return u.shutdown.HasBegun() }

// Waiting reports whether plait has nothing left to do but wait for the reader of the
// trace.
func (u *UI) Waiting() bool { return u.shutdown.Waiting() }

// crashSignals are signals at which Go's runtime would end this process at once, with
// the trace cut short and breakpoints left behind. A true fault still does that.
var crashSignals = []os.Signal{
	syscall.SIGABRT, syscall.SIGTRAP, syscall.SIGSYS, syscall.SIGSTKFLT,
	syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL,
}
