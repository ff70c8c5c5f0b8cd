package ptrace

import "time"

// A StopKind is the meaning of a report from wait4(2), in ptrace(2)'s terms.
type StopKind uint8

// The kinds of stops. Exited and Killed are not stops: the thread is gone.
const (
	SignalDelivery StopKind = iota // signal-delivery-stop
	Syscall                        // syscall-enter-stop or syscall-exit-stop; Linux.Syscall tells which
	Group                          // group-stop
	Interrupted                    // PTRACE_EVENT_STOP after PTRACE_INTERRUPT, or the first stop of a new thread
	Fork                           // PTRACE_EVENT_FORK
	VFork                          // PTRACE_EVENT_VFORK
	Clone                          // PTRACE_EVENT_CLONE
	VForkDone                      // PTRACE_EVENT_VFORK_DONE
	Exec                           // PTRACE_EVENT_EXEC
	Exiting                        // PTRACE_EVENT_EXIT
	Seccomp                        // PTRACE_EVENT_SECCOMP
	Exited                         // exit(2)
	Killed                         // killed by a signal
)

// A Stop is one report from wait4(2), fully classified.
type Stop struct {
	TID    int
	Kind   StopKind
	Signal int  // SignalDelivery, Group, Killed: the signal
	Status int  // Exited: the exit status
	Core   bool // Killed: a core was dumped
	Child  int  // Fork, VFork, Clone: the new thread; Exec: the thread that called execve(2)

	CPU time.Duration // time that the kernel has spent on the process so far; 0 unless MeasureCPU was called
}

// eventKinds are the kinds of ptrace events, by PTRACE_EVENT_* (linux/ptrace.h), which wait4
// reports in bits 16 and up of the status.
var eventKinds = map[int]StopKind{1: Fork, 2: VFork, 3: Clone, 4: Exec, 5: VForkDone, 6: Exiting, 7: Seccomp}

const (
	eventStop = 128 // PTRACE_EVENT_STOP
	sigTrap   = 5
	// syscallBit marks syscall-stops under PTRACE_O_TRACESYSGOOD.
	syscallBit = 0x80
)

// classify returns what the wait status of a seized tracee means. It does not set Child, which
// takes another request (PTRACE_GETEVENTMSG).
func classify(tid int, status uint32) Stop {
	s := Stop{TID: tid}
	switch {
	case status&0x7f == 0:
		s.Kind, s.Status = Exited, int(status>>8&0xff)
	case status&0xff != 0x7f:
		s.Kind, s.Signal, s.Core = Killed, int(status&0x7f), status&0x80 != 0
	default:
		s.Kind, s.Signal = classifyStop(int(status>>8&0xff), int(status>>16))
	}
	return s
}

func classifyStop(sig, event int) (StopKind, int) {
	switch {
	case event == eventStop && sig == sigTrap:
		return Interrupted, 0
	case event == eventStop:
		return Group, sig
	case event != 0:
		if kind, ok := eventKinds[event]; ok {
			return kind, 0
		}
		return Interrupted, 0 // an event of a newer kernel, which no option asked for
	case sig == sigTrap|syscallBit:
		return Syscall, 0
	}
	return SignalDelivery, sig
}

// A RestartOp is the ptrace(2) request that restarts a stopped tracee.
type RestartOp uint8

// The restarts. Hold makes no request: the tracee stays stopped.
const (
	Cont RestartOp = iota
	ToSyscall
	SingleStep
	Listen
	Hold
)

// A Restart is how a stopped tracee goes on. The zero value is PTRACE_CONT.
type Restart struct {
	Op     RestartOp
	Signal int // signal to deliver; 0: none
}

// A SyscallOp says where in a system call a tracee is.
type SyscallOp uint8

// The values of ptrace_syscall_info.op.
const (
	NoSyscall SyscallOp = iota
	Entry
	Exit
	SeccompStop
)

// Options are ptrace options that only some tracees have (ptrace(2), PTRACE_SETOPTIONS).
// Children inherit them.
type Options struct {
	ExitKill  bool // it is killed when its tracer ends
	Seccomp   bool // it stops when a seccomp filter returns SECCOMP_RET_TRACE
	Suspended bool // its seccomp filters are suspended, which takes CAP_SYS_ADMIN
}

// A SyscallInfo is the result of PTRACE_GET_SYSCALL_INFO (Linux 5.3).
type SyscallInfo struct {
	Op     SyscallOp
	Arch   uint32 // AUDIT_ARCH_*
	IP, SP uint64
	Nr     uint64    // Entry, SeccompStop
	Args   [6]uint64 // Entry, SeccompStop
	Data   uint32    // SeccompStop: the filter's SECCOMP_RET_DATA
	Result int64     // Exit
	Failed bool      // Exit: Result is a negated error number
}

// SignalSets are the signals that a thread blocks, and those that its process ignores and
// catches. Signal 1 is the lowest bit.
type SignalSets struct{ Blocked, Ignored, Caught uint64 }

// A Part is a piece of a tracee's memory to read: B is filled from Addr on.
type Part struct {
	Addr uint64
	B    []byte
}
