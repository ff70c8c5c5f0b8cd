package cli

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/tracer"
)

// Watch takes the signals that would end plait, from now on. attaching says whether
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
func Watch(t *tracer.Tracer, u *UI, attaching bool) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, watched(attaching)...)
	command := -1
	if pid := t.Launched(); pid != 0 {
		if fd, err := unix.PidfdOpen(pid, 0); err == nil {
			command = fd
		}
	}
	go func() {
		for s := range signals {
			obey(t, u, command, s.(syscall.Signal))
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
	d := &Crash{}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, crashes...)
	go func() {
		for s := range signals {
			d.strike(s.(syscall.Signal))
		}
	}()
	return d
}

// Tracing says what to let go of from now on, if a signal comes.
func (d *Crash) Tracing(t *tracer.Tracer, u *UI) {
	d.ui = u
	d.tracer.Store(t)
}

// Struck reports whether a signal has come.
func (d *Crash) Struck() bool { return d.signal.Load() != 0 }

func (d *Crash) strike(s syscall.Signal) {
	t := d.tracer.Load()
	if t == nil {
		Die(s)
		return
	}
	d.ui.Urge(false)
	if d.signal.CompareAndSwap(0, int32(s)) {
		t.GiveUp()
	}
}

// Urge makes it more urgent to be gone. A command that is traced decides itself what a
// second signal means, unless it stands still because nobody reads the trace.
func (u *UI) Urge(command bool) {
	if u.Waiting() || u.urgency.Leaving() && !command {
		u.urgency.Quit()
	}
	u.urgency.Leave()
}

// Waiting reports whether plait can do nothing but wait for who reads the trace.
func (u *UI) Waiting() bool { return u.urgency.Waiting() }

// End returns status, if this process is to live on.
func (d *Crash) End(status int) int {
	s := syscall.Signal(d.signal.Load())
	if s == 0 {
		return status
	}
	Die(s)
	return StatusSignalled + int(s)
}

// crashes are the signals by which Go's runtime would end us at once, with the
// trace cut short and breakpoints left behind. A true fault remains one.
var crashes = []os.Signal{
	syscall.SIGABRT, syscall.SIGTRAP, syscall.SIGSYS, syscall.SIGSTKFLT,
	syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL,
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
func obey(t *tracer.Tracer, u *UI, command int, s syscall.Signal) {
	if s == syscall.SIGPIPE {
		return
	}
	if command >= 0 && (s == syscall.SIGTERM || s == syscall.SIGHUP) {
		_ = unix.PidfdSendSignal(command, s, nil, 0) // first: it is there when the command goes on
	}
	u.Urge(command >= 0)
	t.Interrupt()
}
