package procinfo

import (
	"plait/event"
	"plait/ptrace"
)

// Proc is the part of /proc that says what numbers mean. The methods are those of
// ptrace.Linux.
type Proc interface {
	File(tid, fd int, want ptrace.Wants) (ptrace.File, error)
	Link(tid, index int) string
	Comm(tid int) string
	TranslatePID(tid, num int) int
	Namespace(tid int, kind string) string
}

// A Namer finds out what numbers of a process mean, as far as its options ask for it.
// What is not known is left out.
type Namer struct {
	Proc        Proc
	Descriptors Descriptors
	PIDs        PIDs
}

// PIDs says what is shown beside process IDs (strace(1), --decode-pids).
type PIDs struct {
	Comm  bool // "1234<bash>"
	PIDNS bool // "5 /* 1234 in strace's PID NS */"
	Typed bool // nothing more: only which values are process IDs
}

// PID returns a process ID that thread tid passes or receives, with what the options ask
// for about that process.
func (n *Namer) PID(tid, pid int) event.PID {
	v := event.PID{Num: pid}
	if !n.PIDs.Comm && !n.PIDs.PIDNS {
		return v
	}
	outer := n.Proc.TranslatePID(tid, pid)
	if outer == 0 {
		return v
	}
	if n.PIDs.Comm {
		v.Comm = n.Proc.Comm(outer)
	}
	if n.PIDs.PIDNS && outer != pid {
		v.Outer = outer
	}
	return v
}
