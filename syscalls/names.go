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

// Bounds of the error numbers that the kernel may return (include/linux/err.h), and of those
// that it keeps to itself (include/linux/errno.h).
const (
	maxErrno     = 4095
	firstRestart = 512
	lastRestart  = 516
	notRestart   = 515 // ENOIOCTLCMD lies among them
)

// Errno returns the name of an error number ("ENOENT") and the text of strerror(3) for it.
// Both are empty for a number without a name. Numbers from 512 on are the kernel's own, which
// only a tracer sees.
func Errno(n int) (name, text string) {
	r := at(errnoRows(), n)
	return r.name, r.text
}

// ErrnoByName returns the number of an error, in any case; false if the name is unknown. A
// second name, such as EWOULDBLOCK, has the number of the first.
func ErrnoByName(name string) (int, bool) {
	if n, ok := errnoAlias(name); ok {
		return n, true
	}
	return byName(errnoRows(), name, "")
}

// errnoAlias returns the number of a second name of an error (linux/errno.h, errno.h).
func errnoAlias(name string) (int, bool) {
	aliases := []row{{nr: 11, name: "EWOULDBLOCK"}, {nr: 35, name: "EDEADLOCK"}, {nr: 95, name: "ENOTSUP"}}
	return byName(aliases, name, "")
}

// IsRestart reports whether an error number means that the kernel will restart the call:
// ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK.
func IsRestart(n int) bool {
	return n >= firstRestart && n <= lastRestart && n != notRestart
}

// SignalName returns the name of a signal ("SIGCHLD"; from 32 on "SIGRTMIN", "SIGRT_1", …,
// counted from the kernel's first real-time signal) and the text of strsignal(3) for it.
// Both are empty for a number that is no signal.
func SignalName(n int) (name, text string) {
	r := at(signalRows(), n)
	return r.name, r.text
}

// SignalByName returns the number of a signal; false if the name is unknown. The name may lack
// "SIG" and be in any case. SIGPOLL, SIGIOT, SIGCLD and SIGRTMAX are known as second names.
func SignalByName(name string) (int, bool) {
	aliases := []row{{nr: 29, name: "SIGPOLL"}, {nr: 6, name: "SIGIOT"}, {nr: 17, name: "SIGCLD"}, {nr: 64, name: "SIGRTMAX"}}
	if n, ok := byName(aliases, name, "SIG"); ok {
		return n, true
	}
	return byName(signalRows(), name, "SIG")
}

// Siginfo decodes a siginfo_t (sigaction(2)), as PTRACE_GETSIGINFO returns it, into an
// event.Record {si_signo, si_code, …}. It returns nil if raw is too short.
func Siginfo(raw []byte, pid func(int) event.PID) event.Value {
	return lens.Siginfo(raw, arch.Native, &signalNames, pid)
}

var signalNames = lens.SignalNames{
	Signal: func(n int) string { name, _ := SignalName(n); return name },
	Errno:  func(n int) string { name, _ := Errno(n); return name },
	Arch:   archName,
	Call:   CallName,
}

// archName returns the kernel's name of an audit number, or "" if plait has no table for it.
func archName(audit uint32) string {
	for _, a := range []*arch.Arch{arch.Native, arch.Native.Compat} {
		if a != nil && a.Audit == audit {
			return a.AuditName
		}
	}
	return ""
}

// CallName returns the name of system call nr in the convention with that audit number, or ""
// if it has none.
func CallName(audit uint32, nr int) string {
	c := conventionOf(audit)
	if c == nil {
		return ""
	}
	name, _ := c.Name(uint64(nr))
	return name
}
