package cli

import (
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A sigaction is the kernel's struct of that name (rt_sigaction(2)); zero means
// the default action.
type sigaction struct {
	handler, flags, restorer uintptr
	mask                     uint64
}

// die ends this process by signal s, as the command ended, so that whoever waits
// for us sees the same. It leaves no core of ours. It returns only if the signal
// does not kill.
//
// The Go runtime keeps its own handlers for faults (SIGSEGV and the like), which
// signal.Reset does not remove: hence the call to the kernel.
func die(s syscall.Signal) {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	var fallback sigaction
	_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&fallback)), 0,
		unsafe.Sizeof(fallback.mask), 0, 0)
	if unix.Kill(os.Getpid(), s) == nil {
		time.Sleep(deliveryTime)
	}
}

// dieOf dies by a signal and, if that does not kill, returns what a shell would exit with.
func dieOf(signal int) int {
	die(syscall.Signal(signal))
	return StatusSignalled + signal
}

// deliveryTime is more than it takes until the signal kills us: another thread
// may be the one that gets it.
const deliveryTime = 200 * time.Millisecond
