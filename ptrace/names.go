package ptrace

import "strconv"

// stopNames are the kinds of stops in ptrace(2)'s words.
var stopNames = [...]string{
	SignalDelivery: "signal-delivery-stop",
	Syscall:        "syscall-stop",
	Group:          "group-stop",
	Interrupted:    "PTRACE_EVENT_STOP",
	Fork:           "PTRACE_EVENT_FORK",
	VFork:          "PTRACE_EVENT_VFORK",
	Clone:          "PTRACE_EVENT_CLONE",
	VForkDone:      "PTRACE_EVENT_VFORK_DONE",
	Exec:           "PTRACE_EVENT_EXEC",
	Exiting:        "PTRACE_EVENT_EXIT",
	Seccomp:        "PTRACE_EVENT_SECCOMP",
	Exited:         "exited",
	Killed:         "killed",
}

// String returns the kind in ptrace(2)'s words.
func (k StopKind) String() string { return nameAt(stopNames[:], int(k)) }

// restartNames are the requests that restart a tracee.
var restartNames = [...]string{
	Cont:       "PTRACE_CONT",
	ToSyscall:  "PTRACE_SYSCALL",
	SingleStep: "PTRACE_SINGLESTEP",
	Listen:     "PTRACE_LISTEN",
	Hold:       "none: it stays stopped",
}

// String returns the name of the request in ptrace(2).
func (op RestartOp) String() string { return nameAt(restartNames[:], int(op)) }

func nameAt(names []string, i int) string {
	if i < len(names) && names[i] != "" {
		return names[i]
	}
	return "?" + strconv.Itoa(i)
}
