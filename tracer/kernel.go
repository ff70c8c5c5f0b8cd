package tracer

import (
	"os"

	"plait/procinfo"
	"plait/ptrace"
)

// A Kernel is the part of ptrace(2) and /proc that the tracer needs. Tests script it. What
// needs only one of its four parts gets only that one.
type Kernel interface {
	Stops
	Memory
	Proc
	Sharing
}

// Stops is what ptrace(2) reports about threads and does to stopped ones. The error for
// a thread that does not exist is ptrace.ErrGone.
type Stops interface {
	Wait() (ptrace.Stop, error)
	Wake()
	Alarm()
	Restart(tid int, how ptrace.Restart) error
	Launch(c ptrace.Command) (pid int, err error)
	Seize(tid int) error
	Interrupt(tid int) error
	SetOptions(tid int, o ptrace.Options) error
	TraceExit()
	MeasureCPU()
	Detach(tid, sig int) error

	Syscall(tid int) (ptrace.SyscallInfo, error)
	SetCall(tid int, nr uint64) error
	SetResult(tid int, result uint64) error
	Siginfo(tid int) ([]byte, error)
	SetSiginfo(tid int, b []byte) error
	SigMask(tid int) (uint64, error)
	SetSigMask(tid int, mask uint64) error
	Regs(tid int, b []byte) ([]byte, error)
	SetRegs(tid int, b []byte) error
	FPRegs(tid int, b []byte) ([]byte, error)
	SetFPRegs(tid int, b []byte) error
	Remote(tid int, saved, regs []byte) ([]byte, error)
}

// Memory is the memory of the processes, each reached through one of its threads. A read
// returns how many bytes there are before the first unreadable one.
type Memory interface {
	Read(tid int, addr uint64, b []byte) (int, error)
	ReadParts(tid int, parts []ptrace.Part) (int, error)
	Write(tid int, addr uint64, b []byte) (int, error)
	Store(tid int, addr, word uint64) error
}

// Sharing is memory that plait shares with a process, and the counter by whose ticks the
// process says when it wrote to it.
type Sharing interface {
	Share(tid, fd, size, owner int) (*ptrace.Shared, error)
	Listen(s *ptrace.Shared, bell, waiting int, rung func())
	Unshare(s *ptrace.Shared)
	WakeFutex(s *ptrace.Shared, offset int)
	Ticks() uint64
}

// Proc is what /proc says. It is asked about a thread, because a first thread that has
// ended says nothing any more.
type Proc interface {
	procinfo.Proc

	Auxv(tid int) (ptrace.Auxv, error)
	Maps(tid int) ([]ptrace.Mapping, error)
	OpenMapped(tid int, m ptrace.Mapping) (*os.File, ptrace.Identity, error)
	OpenExe(tid int) (*os.File, ptrace.Identity, error)
	Exe(tid int) string
	Open(path string) (*os.File, ptrace.Identity, error) // the path may come from anywhere

	Threads(pid int) ([]int, error)
	Process(tid int) int
	BlockedSyscall(tid int) (nr uint64, ok bool)
	Ended(tid int) bool
	Pending(tid, sig int) bool
	Signals(tid int) (ptrace.SignalSets, error)
	Filters(tid int) (n int, ok bool)
	SharesMemory(tid, other int) bool
}
