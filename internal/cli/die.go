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

// Die ends this process by signal s, as the command ended, so that plait's parent
// sees the same wait status. It leaves no core dump. It returns only if the signal
// does not kill.
//
// The Go runtime has handlers of its own for faults (SIGSEGV and the like), which
// signal.Reset does not remove. Hence the direct system call.
func Die(s syscall.Signal) {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	var fallback sigaction
	_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&fallback)), 0,
		unsafe.Sizeof(fallback.mask), 0, 0)
	if unix.Kill(os.Getpid(), s) == nil {
		time.Sleep(deliveryTime)
	}
}

// dieOf dies by a signal. If that does not kill, it returns the exit status that a
// shell would use.
func dieOf(signal int) int {
	Die(syscall.Signal(signal))
	return StatusSignalled + signal
}

// deliveryTime is more than a signal takes to kill this process, even if another
// thread gets it.
const deliveryTime = 200 * time.Millisecond
