package syscalls

import (
	_ "embed" // the tables
	"sync"

	"plait/arch"
	"plait/event"
	"plait/proto/lens"
)

var (
	//go:embed data/errno.tbl
	errnoTable string
	//go:embed data/signal.tbl
	signalTable string

	errnoRows  = sync.OnceValue(func() []row { return rows(errnoTable) })
	signalRows = sync.OnceValue(func() []row { return rows(signalTable) })
)

// Bounds of what the kernel may answer (include/linux/err.h) and of what it
// keeps for itself (include/linux/errno.h).
const (
	maxErrno     = 4095
	firstRestart = 512
	lastRestart  = 516
	notRestart   = 515 // ENOIOCTLCMD, in the middle of them
)

// Errno returns the name of an error number ("ENOENT") and the text of
// strerror(3) for it; both are empty for a number without a name. Numbers from
// 512 are the kernel's own, which only a tracer sees.
func Errno(n int) (name, text string) {
	r := at(errnoRows(), n)
	return r.name, r.text
}

// ErrnoByName is the number of an error; the case of the name does not matter.
// EWOULDBLOCK and its like stand for the number that they are defined as.
func ErrnoByName(name string) (int, bool) {
	if n, ok := errnoAlias(name); ok {
		return n, true
	}
	return byName(errnoRows(), name, "")
}

// errnoAlias knows the second names of errors (linux/errno.h, errno.h).
func errnoAlias(name string) (int, bool) {
	aliases := []row{{nr: 11, name: "EWOULDBLOCK"}, {nr: 35, name: "EDEADLOCK"}, {nr: 95, name: "ENOTSUP"}}
	return byName(aliases, name, "")
}

// IsRestart reports whether an error number means that the call will be made
// again: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK.
func IsRestart(n int) bool {
	return n >= firstRestart && n <= lastRestart && n != notRestart
}

// SignalName returns the name of a signal ("SIGCHLD"; from 32 on "SIGRTMIN",
// "SIGRT_1", …, counted from the kernel's first real-time signal) and the text
// of strsignal(3) for it. A number that is no signal has neither.
func SignalName(n int) (name, text string) {
	r := at(signalRows(), n)
	return r.name, r.text
}

// SignalByName is the number of a signal, whose name may lack "SIG" and be in
// any case; SIGPOLL, SIGIOT, SIGCLD and SIGRTMAX are known by those names too.
func SignalByName(name string) (int, bool) {
	aliases := []row{{nr: 29, name: "SIGPOLL"}, {nr: 6, name: "SIGIOT"}, {nr: 17, name: "SIGCLD"}, {nr: 64, name: "SIGRTMAX"}}
	if n, ok := byName(aliases, name, "SIG"); ok {
		return n, true
	}
	return byName(signalRows(), name, "SIG")
}

// Siginfo decodes a siginfo_t (sigaction(2)) as PTRACE_GETSIGINFO returns it
// into an event.Record {si_signo, si_code, …}; nil if raw is too short to be one.
func Siginfo(raw []byte, pid func(int) event.PID) event.Value {
	return lens.Siginfo(raw, arch.Native, &signalNames, pid)
}

var signalNames = lens.SignalNames{
	Signal: func(n int) string { name, _ := SignalName(n); return name },
	Errno:  func(n int) string { name, _ := Errno(n); return name },
	Arch:   archName,
	Call:   CallName,
}

// archName is the kernel's name of an audit number that plait has a table of.
func archName(audit uint32) string {
	for _, a := range []*arch.Arch{arch.Native, arch.Native.Compat} {
		if a != nil && a.Audit == audit {
			return a.AuditName
		}
	}
	return ""
}

// CallName is the name of system call nr of the convention with that audit
// number; "" if it has none.
func CallName(audit uint32, nr int) string {
	c := conventionOf(audit)
	if c == nil {
		return ""
	}
	name, _ := c.Name(uint64(nr))
	return name
}
