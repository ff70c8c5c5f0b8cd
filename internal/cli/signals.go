package cli

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"plait/tracer"
)

// Watch has obey called, in a goroutine of its own, for each of the signals that this
// process gets from now on.
func Watch(signals []os.Signal, obey func(syscall.Signal)) {
	got := make(chan os.Signal, 8)
	signal.Notify(got, signals...)
	go func() {
		for s := range got {
			obey(s.(syscall.Signal))
		}
	}()
}

// A Crash is a crash signal that somebody sent: this process dies of it, when
// everything is let go of and all of the trace is written.
type Crash struct {
	tracer atomic.Pointer[tracer.Tracer] // nil: nothing is traced yet
	ui     *UI                           // while there is a tracer
	signal atomic.Int32                  // 0: none yet
}

// CatchCrash takes the crash signals from now on.
func CatchCrash() *Crash {
	c := &Crash{}
	Watch(crashes, c.strike)
	return c
}

// Tracing tells c what to let go of if a signal comes from now on, and who is told.
func (c *Crash) Tracing(t *tracer.Tracer, u *UI) {
	c.ui = u
	c.tracer.Store(t)
}

// Exit returns the exit status: the command's, or status if the command has none or status
// is StatusFault. If a signal killed the command, or c has got one, this process dies of
// the same signal; then Exit returns only if that does not kill.
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

func (c *Crash) strike(s syscall.Signal) {
	t := c.tracer.Load()
	if t == nil {
		die(s)
		return
	}
	c.ui.Urge(false)
	if c.signal.CompareAndSwap(0, int32(s)) {
		t.DetachNow()
	}
}

// Urge makes it more urgent to be gone. A command that is traced decides itself what a
// second signal means, unless it stands still because nobody reads the trace.
func (u *UI) Urge(command bool) {
	if u.Waiting() || u.urgency.Begun() && !command {
		u.urgency.Force()
	}
	u.urgency.Begin()
}

// Over says that nothing is traced any more: a signal can only mean that who reads the
// trace is not to be waited for. It comes before the trace is closed.
func (u *UI) Over() { u.urgency.TraceEnded() }

// Waiting reports whether plait can do nothing but wait for who reads the trace.
func (u *UI) Waiting() bool { return u.urgency.Waiting() }

// crashes are the signals by which Go's runtime would end us at once, with the
// trace cut short and breakpoints left behind. A true fault remains one.
var crashes = []os.Signal{
	syscall.SIGABRT, syscall.SIGTRAP, syscall.SIGSYS, syscall.SIGSTKFLT,
	syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL,
}
