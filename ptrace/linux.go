//go:build linux

package ptrace

import (
	"encoding/binary"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// Linux is ptrace(2) on the machine that runs us.
type Linux struct {
	tid       int    // the OS thread that traces
	pending   []Stop // reported, and not yet returned by Wait
	tracees   int    // at least so many there are, or have been
	void      int    // a tracee that is not in the stop last returned any more: a newer report is pending
	wake      chan os.Signal
	options   uintptr
	pace      *pace                   // how to wait
	guest     *guest                  // for the way beside, once it was tried
	last      int                     // the tracee of the last report
	reported  time.Time               // when that was
	reports   int                     // up to longRun
	usage     *unix.Rusage            // what the last wait told of it, if asked for
	sockets   map[string]*socketTable // by network namespace
	connected map[uint32]*Socket      // sockets with another end, by inode
	general   general                 // registers as last read
	reserve   reserve                 // descriptors for what /proc tells
}

// wakeSignal ends a wait. It is a real-time signal that nothing else uses.
const wakeSignal = syscall.Signal(61)

// preemptSignal is how Go's runtime asks a thread to let go.
const preemptSignal = syscall.SIGURG

const baseOptions = unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACEEXEC |
	unix.PTRACE_O_TRACEFORK | unix.PTRACE_O_TRACEVFORK | unix.PTRACE_O_TRACECLONE |
	unix.PTRACE_O_TRACEVFORKDONE

// New locks the calling goroutine to its OS thread, from which every method but
// Wake must be called.
func New() *Linux {
	runtime.LockOSThread()
	l := &Linux{tid: unix.Gettid(), wake: make(chan os.Signal, 1), options: baseOptions}
	l.pace = newPace(atHome...)
	if runtime.NumCPU() == 1 {
		l.pace = newPace(onOneCPU...)
	}
	l.reserve.fill()
	signal.Notify(l.wake, wakeSignal)
	interrupting(wakeSignal)
	interrupting(preemptSignal)
	if runtime.GOMAXPROCS(0) < 2 {
		runtime.GOMAXPROCS(2) // one is ours while we wait
	}
	quietChildren()
	return l
}

// The ways to wait that there are: where we are no guest, where we may be one, and
// where to spin is to keep the tracee from running.
var (
	atHome   = []way{block, aside, spin}
	anywhere = []way{block, aside, beside, spin}
	onOneCPU = []way{block, aside}
)

// longRun is after how many reports it is worth while to find out whether we may be
// a guest, which takes a thread.
const longRun = 500

// OneCPU confines this thread, and what it launches from now on, to the CPU it
// runs on. A stop then costs a third to two thirds of what it costs across CPUs.
func (l *Linux) OneCPU() error {
	cpu := currentCPU()
	var one unix.CPUSet
	one.Set(max(cpu, 0))
	l.pace = newPace(onOneCPU...)
	return unix.SchedSetaffinity(0, &one)
}

// Wake makes Wait return ErrWoken if it is waiting. It may be called from any
// goroutine; a caller that must be heard repeats it.
func (l *Linux) Wake() { _ = unix.Tgkill(os.Getpid(), l.tid, wakeSignal) }

var restartOps = [...]uintptr{
	Cont: unix.PTRACE_CONT, ToSyscall: unix.PTRACE_SYSCALL,
	SingleStep: unix.PTRACE_SINGLESTEP, Listen: unix.PTRACE_LISTEN,
}

// Restart lets the tracee go on as how says.
func (l *Linux) Restart(tid int, how Restart) error {
	if how.Op == Hold {
		return nil
	}
	if tid == l.void {
		return ErrGone
	}
	l.general.forget()
	return failed("restart", tid, request(restartOps[how.Op], tid, 0, uintptr(how.Signal)))
}

// failed makes an error of errno; ESRCH is ErrGone.
func failed(op string, tid int, errno syscall.Errno) error {
	switch errno {
	case 0:
		return nil
	case syscall.ESRCH:
		return ErrGone
	}
	return &Error{op, tid, errno}
}

// Siginfo is the siginfo_t of a tracee in signal-delivery-stop.
func (l *Linux) Siginfo(tid int) ([]byte, error) {
	var b [128]byte
	if errno := siginfo(tid, &b); errno != 0 {
		return nil, failed("read siginfo of", tid, errno)
	}
	return b[:], nil
}

// SetSiginfo changes the siginfo_t of a tracee in signal-delivery-stop.
func (l *Linux) SetSiginfo(tid int, b []byte) error {
	return failed("write siginfo of", tid, setSiginfo(tid, (*[128]byte)(b)))
}

// SigMask is the set of signals that a stopped tracee has blocked; signal 1 is the
// lowest bit.
func (l *Linux) SigMask(tid int) (mask uint64, err error) {
	err = failed("read signal mask of", tid, sigmask(unix.PTRACE_GETSIGMASK, tid, &mask))
	return mask, err
}

// SetSigMask changes it.
func (l *Linux) SetSigMask(tid int, mask uint64) error {
	return failed("write signal mask of", tid, sigmask(unix.PTRACE_SETSIGMASK, tid, &mask))
}

// Syscall asks where in a system call the tracee is (linux/ptrace.h, struct
// ptrace_syscall_info).
func (l *Linux) Syscall(tid int) (SyscallInfo, error) {
	var b [88]byte
	if _, errno := syscallInfo(tid, &b); errno != 0 {
		return SyscallInfo{}, failed("read system call of", tid, errno)
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

// SetCall makes a tracee at the entry of a system call make another one; number
// -1 is none at all.
func (l *Linux) SetCall(tid int, nr uint64) error {
	l.general.forget()
	return failed("change the system call of", tid, request(unix.PTRACE_POKEUSR, tid, uintptr(arch.Native.SyscallOffset()), uintptr(nr)))
}

// SetResult changes what the system call returns at whose exit a tracee is.
func (l *Linux) SetResult(tid int, result uint64) error {
	l.general.forget()
	return failed("change the result of", tid, request(unix.PTRACE_POKEUSR, tid, uintptr(arch.Native.ResultOffset()), uintptr(result)))
}

// TraceExit makes the tracees to come stop with Exiting when they begin to end.
func (l *Linux) TraceExit() { l.options |= unix.PTRACE_O_TRACEEXIT }

// MeasureCPU makes Stop.CPU known.
func (l *Linux) MeasureCPU() { l.usage = &unix.Rusage{} }

// Interrupt asks a running tracee to stop; Wait reports it as Interrupted.
func (l *Linux) Interrupt(tid int) error {
	return failed("interrupt", tid, request(unix.PTRACE_INTERRUPT, tid, 0, 0))
}

// SetOptions changes what a stopped tracee has besides what all have.
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
	return failed("set options of", tid, request(unix.PTRACE_SETOPTIONS, tid, 0, options))
}

// Detach lets a stopped tracee go, with sig delivered on the way.
func (l *Linux) Detach(tid, sig int) error {
	return failed("detach", tid, request(unix.PTRACE_DETACH, tid, 0, uintptr(sig)))
}
