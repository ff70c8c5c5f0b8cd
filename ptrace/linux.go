//go:build linux

package ptrace

import (
	"encoding/binary"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// Linux is ptrace(2) on the machine that runs us.
type Linux struct {
	tid         int    // the OS thread that traces
	pending     []Stop // reports that Wait has not returned yet
	tracees     int    // at least how many there are or were; counts to 2 and beyond
	superseded  int    // the TID of the stop last returned, if a newer report of it is pending: it is not in that stop any more
	alarm       alarm
	mask        unix.Sigset_t // signals that the thread blocked before New
	options     uintptr
	tuner       *tuner                   // chooses how to wait
	follower    atomic.Pointer[follower] // for mode follow; nil until that is tried
	lastTID     int                      // TID of the last report
	lastReport  time.Time                // time of the last report
	reportCount int                      // counts up to longRun
	usage       *unix.Rusage             // of the last report; nil unless MeasureCPU was called
	sockets     map[string]*socketTable  // by network namespace
	connected   map[uint32]*Socket       // sockets that have a peer, by inode
	regCache    registerCache            // registers of the tracee last read
	reserve     reserve                  // descriptors for reading /proc
	robust      robustList               // of memory that tracees share with us
}

// wakeSignal ends a wait. It is a real-time signal that nothing else uses. Go's runtime has a handler
// for it, which does nothing unless signal.Notify was asked for it.
const wakeSignal = syscall.Signal(61)

// preemptSignal is the signal by which Go's runtime preempts a thread.
const preemptSignal = syscall.SIGURG

const baseOptions = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACEEXEC |
	unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK | unix.PTRACE_O_TRACECLONE |
	unix.PTRACE_O_TRACEVFORKDONE

// New locks the calling goroutine to its OS thread, from which every method but Wake and Open
// must be called. Signals that would end this process go to its other threads from now on.
func New() *Linux {
	runtime.LockOSThread()
	l := &Linux{tid: unix.Gettid(), options: baseOptions}
	l.tuner = newTuner(ownCPUModes...)
	if runtime.NumCPU() == 1 {
		l.tuner = newTuner(oneCPUModes...)
	}
	l.reserve.fill()
	l.mask = blockEnding()
	clearRestart(wakeSignal)
	clearRestart(preemptSignal)
	if runtime.GOMAXPROCS(0) < 2 {
		runtime.GOMAXPROCS(2) // one is ours even while we wait
	}
	noChildStops()
	return l
}

// The wait modes that are available: without a follower, with one, and on one CPU, where to
// spin is to keep the tracee from running.
var (
	ownCPUModes = []waitMode{block, yield, spin}
	followModes = []waitMode{block, yield, follow, spin}
	oneCPUModes = []waitMode{block, yield}
)

// longRun is the number of reports from which on it pays to try whether a follower is allowed,
// which takes a thread.
const longRun = 500

// OneCPU confines this thread, and what it launches from now on, to the CPU that it runs on. A
// stop then costs a third to two thirds of what it costs across CPUs. The error is that of
// sched_setaffinity(2).
func (l *Linux) OneCPU() error {
	cpu := currentCPU()
	var one unix.CPUSet
	one.Set(max(cpu, 0))
	l.tuner = newTuner(oneCPUModes...)
	return unix.SchedSetaffinity(0, &one)
}

// Wake makes Wait return ErrWoken if it is waiting. It may be called from any goroutine. A
// Wake just before Wait is lost, so a caller that must be heard repeats it. A thread that
// yields to all others would be late, so it does not follow a tracee for a while.
func (l *Linux) Wake() {
	if f := l.follower.Load(); f != nil {
		f.end()
	}
	_ = unix.Tgkill(os.Getpid(), l.tid, wakeSignal)
}

// Alarm is Wake that is not lost: if Wait is not waiting, it returns ErrWoken later. It may be
// called often, from any goroutine.
func (l *Linux) Alarm() {
	l.alarm.rung.Store(true)
	if l.alarm.active.Swap(true) {
		return
	}
	go func() {
		for pause := firstPause; l.alarm.rung.Load(); pause = min(2*pause, lastPause) {
			l.Wake()
			time.Sleep(pause)
		}
		l.alarm.active.Store(false)
		if l.alarm.rung.Load() {
			l.Alarm()
		}
	}()
}

// An alarm is one that Wait has not seen yet.
type alarm struct {
	rung   atomic.Bool
	active atomic.Bool // a goroutine repeats Wake
	waited bool        // a stop was returned before it
}

// From one Wake of an alarm to the next: the first may come just before Wait.
const (
	firstPause = 50 * time.Microsecond
	lastPause  = 2 * time.Millisecond
)

// alarmed tells whether Wait must return ErrWoken now: when there is no stop, or after one.
func (l *Linux) alarmed() (s Stop, stopped, woken bool) {
	if !l.alarm.rung.Load() {
		return Stop{}, false, false
	}
	if !l.alarm.waited {
		if s, ok := l.poll(-1); ok {
			l.alarm.waited = true
			return s, true, false
		}
	}
	l.alarm.waited = false
	l.alarm.rung.Store(false)
	return Stop{}, false, true
}

var restartOps = [...]uintptr{
	Cont: unix.PTRACE_CONT, ToSyscall: unix.PTRACE_SYSCALL,
	SingleStep: unix.PTRACE_SINGLESTEP, Listen: unix.PTRACE_LISTEN,
}

// Restart restarts a stopped tracee. It returns ErrGone if the tracee is dead or no longer
// stopped.
func (l *Linux) Restart(tid int, how Restart) error {
	if how.Op == Hold {
		return nil
	}
	if tid == l.superseded {
		return ErrGone
	}
	l.regCache.forget()
	return requestError("restart", tid, request(restartOps[how.Op], tid, 0, uintptr(how.Signal)))
}

// requestError returns the error for errno: nil for 0, ErrGone for ESRCH.
func requestError(op string, tid int, errno syscall.Errno) error {
	switch errno {
	case 0:
		return nil
	case syscall.ESRCH:
		return ErrGone
	}
	return &Error{op, tid, errno}
}

// Siginfo returns the siginfo_t of a tracee in signal-delivery-stop (PTRACE_GETSIGINFO).
func (l *Linux) Siginfo(tid int) ([]byte, error) {
	var b [128]byte
	if errno := siginfo(tid, &b); errno != 0 {
		return nil, requestError("read siginfo of", tid, errno)
	}
	return b[:], nil
}

// SetSiginfo changes the siginfo_t of a tracee in signal-delivery-stop.
func (l *Linux) SetSiginfo(tid int, b []byte) error {
	return requestError("write siginfo of", tid, setSiginfo(tid, (*[128]byte)(b)))
}

// SigMask is the set of signals that a stopped tracee has blocked; signal 1 is the
// lowest bit.
func (l *Linux) SigMask(tid int) (mask uint64, err error) {
	err = requestError("read signal mask of", tid, sigmask(unix.PTRACE_GETSIGMASK, tid, &mask))
	return mask, err
}

// SetSigMask changes it.
func (l *Linux) SetSigMask(tid int, mask uint64) error {
	return requestError("write signal mask of", tid, sigmask(unix.PTRACE_SETSIGMASK, tid, &mask))
}

// Syscall asks where in a system call the tracee is (linux/ptrace.h, struct
// ptrace_syscall_info).
func (l *Linux) Syscall(tid int) (SyscallInfo, error) {
	var b [88]byte
	if _, errno := syscallInfo(tid, &b); errno != 0 {
		return SyscallInfo{}, requestError("read system call of", tid, errno)
	}
	word := func(off int) uint64 { return binary.NativeEndian.Uint64(b[off:]) }
	info := SyscallInfo{Op: SyscallOp(b[0]), Arch: binary.NativeEndian.Uint32(b[4:]), IP: word(8), SP: word(16)}
	switch info.Op {
	case Entry, SeccompStop:
		info.Nr = word(24)
		for i := range info.Args {
			info.Args[i] = word(32 + 8*i)
		}
		if info.Op == SeccompStop {
			info.Data = binary.NativeEndian.Uint32(b[80:])
		}
	case Exit:
		info.Result, info.Failed = int64(word(24)), b[32] != 0
	}
	return info, nil
}

// SetCall makes a tracee in syscall-enter-stop make another system call; number -1 makes it
// skip the call.
func (l *Linux) SetCall(tid int, nr uint64) error {
	l.regCache.forget()
	return requestError("change the system call of", tid, request(unix.PTRACE_POKEUSR, tid, uintptr(arch.Native.SyscallOffset()), uintptr(nr)))
}

// SetResult changes the result of the system call of a tracee in syscall-exit-stop.
func (l *Linux) SetResult(tid int, result uint64) error {
	l.regCache.forget()
	return requestError("change the result of", tid, request(unix.PTRACE_POKEUSR, tid, uintptr(arch.Native.ResultOffset()), uintptr(result)))
}

// TraceExit makes tracees that are seized from now on stop (Exiting) when they begin to exit.
func (l *Linux) TraceExit() { l.options |= unix.PTRACE_O_TRACEEXIT }

// MeasureCPU makes Wait set Stop.CPU.
func (l *Linux) MeasureCPU() { l.usage = &unix.Rusage{} }

// Interrupt asks a running tracee to stop; Wait reports it as Interrupted.
func (l *Linux) Interrupt(tid int) error {
	return requestError("interrupt", tid, request(unix.PTRACE_INTERRUPT, tid, 0, 0))
}

// SetOptions sets the options that a stopped tracee has besides those that all have.
func (l *Linux) SetOptions(tid int, o Options) error {
	options := l.options
	if o.ExitKill {
		options |= unix.PTRACE_O_EXITKILL
	}
	if o.Seccomp {
		options |= unix.PTRACE_O_TRACESECCOMP
	}
	if o.Suspended {
		options |= unix.PTRACE_O_SUSPEND_SECCOMP
	}
	return requestError("set options of", tid, request(unix.PTRACE_SETOPTIONS, tid, 0, options))
}

// Detach detaches from a stopped tracee and delivers signal sig to it, 0 for none
// (PTRACE_DETACH).
func (l *Linux) Detach(tid, sig int) error {
	return requestError("detach", tid, request(unix.PTRACE_DETACH, tid, 0, uintptr(sig)))
}
