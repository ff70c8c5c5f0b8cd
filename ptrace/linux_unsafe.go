//go:build linux

package ptrace

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// request makes one ptrace(2) request. None of those made here blocks, so Go's scheduler need not
// know.
func request(op uintptr, tid int, addr, data uintptr) syscall.Errno {
	_, _, e := syscall.RawSyscall6(syscall.SYS_PTRACE, op, uintptr(tid), addr, data, 0, 0)
	return e
}

// regset moves register set note between the tracee and b. It returns how many bytes the kernel moved.
func regset(op uintptr, tid int, note uintptr, b []byte) (int, syscall.Errno) {
	iov := unix.Iovec{Base: unsafe.SliceData(b), Len: uint64(len(b))}
	e := request(op, tid, note, uintptr(unsafe.Pointer(&iov)))
	return int(iov.Len), e
}

// getRegs is PTRACE_GETREGS, which fills the 64-bit set whatever the tracee is.
func getRegs(tid int, b []byte) syscall.Errno {
	return request(unix.PTRACE_GETREGS, tid, 0, uintptr(unsafe.Pointer(unsafe.SliceData(b))))
}

// eventMessage is PTRACE_GETEVENTMSG.
func eventMessage(tid int) (uint64, syscall.Errno) {
	var v uint64
	e := request(unix.PTRACE_GETEVENTMSG, tid, 0, uintptr(unsafe.Pointer(&v)))
	return v, e
}

// peekWord is PTRACE_PEEKDATA; unlike the C library, the kernel stores the word through a pointer.
func peekWord(tid int, addr uint64) (word [wordSize]byte, errno syscall.Errno) {
	errno = request(unix.PTRACE_PEEKDATA, tid, uintptr(addr), uintptr(unsafe.Pointer(&word)))
	return word, errno
}

// siginfo is PTRACE_GETSIGINFO; b must hold 128 bytes.
func siginfo(tid int, b *[128]byte) syscall.Errno {
	return request(unix.PTRACE_GETSIGINFO, tid, 0, uintptr(unsafe.Pointer(b)))
}

// setSiginfo is PTRACE_SETSIGINFO.
func setSiginfo(tid int, b *[128]byte) syscall.Errno {
	return request(unix.PTRACE_SETSIGINFO, tid, 0, uintptr(unsafe.Pointer(b)))
}

// sigmask is PTRACE_GETSIGMASK or PTRACE_SETSIGMASK (Linux 3.11).
func sigmask(op uintptr, tid int, mask *uint64) syscall.Errno {
	return request(op, tid, 8, uintptr(unsafe.Pointer(mask)))
}

// syscallInfo is PTRACE_GET_SYSCALL_INFO. It returns how many bytes the kernel has.
func syscallInfo(tid int, b *[88]byte) (int, syscall.Errno) {
	n, _, e := syscall.RawSyscall6(syscall.SYS_PTRACE, unix.PTRACE_GET_SYSCALL_INFO, uintptr(tid),
		uintptr(len(b)), uintptr(unsafe.Pointer(b)), 0, 0)
	return int(n), e
}

// readParts is process_vm_readv(2) of several parts. It returns how many bytes it read before the first
// page that cannot be read.
func readParts(tid int, parts []Part) (int, syscall.Errno) {
	var local [maxParts]unix.Iovec
	var remote [maxParts]unix.RemoteIovec
	for i, p := range parts {
		local[i] = unix.Iovec{Base: unsafe.SliceData(p.B), Len: uint64(len(p.B))}
		remote[i] = unix.RemoteIovec{Base: uintptr(p.Addr), Len: len(p.B)}
	}
	n, _, e := syscall.RawSyscall6(unix.SYS_PROCESS_VM_READV, uintptr(tid),
		uintptr(unsafe.Pointer(&local)), uintptr(len(parts)),
		uintptr(unsafe.Pointer(&remote)), uintptr(len(parts)), 0)
	if e != 0 {
		return 0, e
	}
	return int(n), 0
}

// writeWord is process_vm_writev(2) of one word, which unlike ptrace(2) respects the protection of the
// page.
func writeWord(tid int, addr, word uint64) syscall.Errno {
	local := unix.Iovec{Base: (*byte)(unsafe.Pointer(&word)), Len: 8}
	remote := unix.RemoteIovec{Base: uintptr(addr), Len: 8}
	n, _, e := syscall.RawSyscall6(unix.SYS_PROCESS_VM_WRITEV, uintptr(tid), uintptr(unsafe.Pointer(&local)), 1,
		uintptr(unsafe.Pointer(&remote)), 1, 0)
	if e == 0 && n < 8 {
		return syscall.EFAULT
	}
	return e
}

// rawWait4 blocks without telling Go's scheduler, which then has no reason to give our processor (P) to
// others and to make us ask for it back. It returns EINTR when the runtime wants to preempt us (for the
// garbage collector, or after 10 ms), because New called clearRestart(SIGURG).
func rawWait4(tid int, status *uint32, options int, usage *unix.Rusage) (int, syscall.Errno) {
	n, _, e := syscall.RawSyscall6(syscall.SYS_WAIT4, uintptr(tid), uintptr(unsafe.Pointer(status)), uintptr(options),
		uintptr(unsafe.Pointer(usage)), 0, 0)
	return int(n), e
}

// wait4 blocks, so the scheduler is told (Syscall6, not RawSyscall6).
func wait4(tid int, status *uint32, options int, usage *unix.Rusage) (int, syscall.Errno) {
	n, _, e := syscall.Syscall6(syscall.SYS_WAIT4, uintptr(tid), uintptr(unsafe.Pointer(status)), uintptr(options),
		uintptr(unsafe.Pointer(usage)), 0, 0)
	return int(n), e
}

// Flags of sigaction(2), from asm-generic/signal-defs.h.
const (
	saNoCldStop = 0x00000001
	saRestart   = 0x10000000
)

// schedYield is sched_yield(2).
func schedYield() { _, _, _ = syscall.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0) }

// A sigaction is the kernel's struct (rt_sigaction(2)).
type sigaction struct {
	handler, flags, restorer uintptr
	mask                     uint64
}

// clearRestart makes signal sig interrupt blocking system calls with EINTR. Go's runtime sets SA_RESTART
// for every handler that it installs.
func clearRestart(sig syscall.Signal) syscall.Errno {
	return changeAction(sig, func(a *sigaction) { a.flags &^= saRestart })
}

// noChildStops stops the kernel from sending SIGCHLD for every stop of a tracee. Go's runtime would handle
// each for nothing. Waiting does not need it.
func noChildStops() syscall.Errno {
	return changeAction(syscall.SIGCHLD, func(a *sigaction) { a.flags |= saNoCldStop })
}

func changeAction(sig syscall.Signal, change func(*sigaction)) syscall.Errno {
	var a sigaction
	_, _, e := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), 0, uintptr(unsafe.Pointer(&a)), 8, 0, 0)
	if e != 0 {
		return e
	}
	change(&a)
	_, _, e = syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&a)), 0, 8, 0, 0)
	return e
}

// currentCPU returns the CPU that the calling thread runs on, or -1.
func currentCPU() int {
	var cpu uint32
	if _, _, e := syscall.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0); e != 0 {
		return -1
	}
	return int(cpu)
}

// execName returns the path that execve(2) was given for this process, or "".
func execName() string {
	const atExecFn = 31 // AT_EXECFN (linux/auxvec.h)
	auxv, err := unix.Auxv()
	if err != nil {
		return ""
	}
	for _, entry := range auxv {
		if entry[0] == atExecFn && entry[1] != 0 {
			return unix.BytePtrToString(*(**byte)(unsafe.Pointer(&entry[1])))
		}
	}
	return ""
}

// ownName returns the calling thread's name, with its NUL (PR_GET_NAME).
func ownName() (name [16]byte, errno syscall.Errno) {
	_, _, errno = syscall.RawSyscall(syscall.SYS_PRCTL, unix.PR_GET_NAME, uintptr(unsafe.Pointer(&name)), 0)
	return name, errno
}
