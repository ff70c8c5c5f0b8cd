package ptrace

import "time"

// A StopKind is what a report from wait4(2) means, in ptrace(2)'s terms.
type StopKind uint8

// The kinds of stops. Exited and Killed are no stops: the thread is gone.
const (
	SignalDelivery StopKind = iota // signal-delivery-stop
	Syscall                        // syscall-enter-stop or syscall-exit-stop; PTRACE_GET_SYSCALL_INFO tells
	Group                          // group-stop
	Interrupted                    // PTRACE_EVENT_STOP after PTRACE_INTERRUPT, or of a new thread
	Fork                           // PTRACE_EVENT_FORK
	VFork                          // PTRACE_EVENT_VFORK
	Clone                          // PTRACE_EVENT_CLONE
	VForkDone                      // PTRACE_EVENT_VFORK_DONE
	Exec                           // PTRACE_EVENT_EXEC
	Exiting                        // PTRACE_EVENT_EXIT
	Seccomp                        // PTRACE_EVENT_SECCOMP
	Exited                         // exit(2)
	Killed                         // death by signal
)

// A Stop is one report from wait4(2), fully classified.
type Stop struct {
	TID    int
	Kind   StopKind
	Signal int  // SignalDelivery, Group, Killed: the signal
	Status int  // Exited: the exit status
	Core   bool // Killed: a core was dumped
	Child  int  // Fork, VFork, Clone: the new thread; Exec: the thread that called execve(2)

	CPU time.Duration // what the kernel has worked for the process so far; 0 unless asked for
}

// Events of PTRACE_O_TRACE*, as wait4 reports them in bits 16 and up of the
// status (linux/ptrace.h).
const (
	eventFork      = 1
	eventVFork     = 2
	eventClone     = 3
	eventExec      = 4
	eventVForkDone = 5
	eventExit      = 6
	eventSeccomp   = 7
	eventStop      = 128
)

const (
	sigTrap = 5
	// syscallBit marks syscall-stops under PTRACE_O_TRACESYSGOOD.
	syscallBit = 0x80
)

var eventKinds = map[int]StopKind{
	eventFork: Fork, eventVFork: VFork, eventClone: Clone, eventExec: Exec,
	eventVForkDone: VForkDone, eventExit: Exiting, eventSeccomp: Seccomp,
}

// classify tells what the wait status of a seized tracee means. Child is left
// to the caller, who can ask for it (PTRACE_GETEVENTMSG).
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
		return Interrupted, 0 // an event of a newer kernel that nobody asked for
	case sig == sigTrap|syscallBit:
		return Syscall, 0
	}
	return SignalDelivery, sig
}

// A RestartOp is the ptrace(2) request that restarts a stopped tracee.
type RestartOp uint8

// The restarts. Hold leaves the tracee stopped.
const (
	Cont RestartOp = iota
	ToSyscall
	SingleStep
	Listen
	Hold
)

// A Restart says how a stopped tracee goes on. The zero value is PTRACE_CONT.
type Restart struct {
	Op     RestartOp
	Signal int // delivered on the way; 0: none
}

// SyscallOp says where in a system call a tracee is.
type SyscallOp uint8

// The values of ptrace_syscall_info.op.
const (
	NoSyscall SyscallOp = iota
	Entry
	Exit
	SeccompStop
)

// Options are what only some tracees have (ptrace(2), PTRACE_SETOPTIONS). Their
// children inherit them.
type Options struct {
	ExitKill  bool // it dies with its tracer
	Seccomp   bool // it stops where a seccomp filter says SECCOMP_RET_TRACE
	Suspended bool // no seccomp filter judges its calls: for CAP_SYS_ADMIN only
}

// A SyscallInfo is what PTRACE_GET_SYSCALL_INFO tells (Linux 5.3).
type SyscallInfo struct {
	Op     SyscallOp
	Arch   uint32 // AUDIT_ARCH_*
	IP, SP uint64
	Nr     uint64    // Entry, SeccompStop
	Args   [6]uint64 // Entry, SeccompStop
	Data   uint32    // SeccompStop: what the filter says (SECCOMP_RET_DATA)
	Result int64     // Exit
	Failed bool      // Exit: Result is a negated error number
}

// SignalSets are what a thread has blocked, and what its process ignores and has
// handlers for; signal 1 is the lowest bit.
type SignalSets struct{ Blocked, Ignored, Caught uint64 }

// A Part is a piece of a tracee's memory: B is filled from Addr on.
type Part struct {
	Addr uint64
	B    []byte
}
