package procinfo

import (
	"plait/event"
	"plait/ptrace"
)

// Proc is the part of /proc that tells what numbers stand for.
type Proc interface {
	File(tid, fd int, want ptrace.Wants) (ptrace.File, error)
	Link(tid, index int) string
	Comm(tid int) string
	Outside(tid, num int) int
	Namespace(tid int, kind string) string
}

// A Namer tells what numbers of a process stand for, as far as it is asked. What
// cannot be found out is not said.
type Namer struct {
	Proc        Proc
	Descriptors Descriptors
	PIDs        PIDs
}

// PIDs says how process numbers are shown (strace(1), --decode-pids).
type PIDs struct {
	Comm    bool // "1234<bash>"
	Outside bool // "5 /* 1234 in strace's PID NS */"
}

// PID tells whom a process number in a thread's argument means.
func (n *Namer) PID(tid, pid int) event.PID {
	v := event.PID{Num: pid}
	outer := n.Proc.Outside(tid, pid)
	if outer == 0 {
		return v
	}
	if n.PIDs.Comm {
		v.Comm = n.Proc.Comm(outer)
	}
	if n.PIDs.Outside && outer != pid {
		v.Outer = outer
	}
	return v
}
