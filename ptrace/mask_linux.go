//go:build linux

package ptrace

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// endingSignals are those by which users end a program.
var endingSignals = []syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM}

// blockEnding blocks endingSignals in this thread, and returns the mask from before. The kernel
// gives a signal of a process to the first thread, if that does not block it. But the first
// thread is the tracer's, which may be the last to get processor time: it may be a follower. Any
// other thread of ours hears at once.
func blockEnding() (before unix.Sigset_t) {
	var set unix.Sigset_t
	for _, s := range endingSignals {
		set.Val[0] |= 1 << (s - 1)
	}
	_ = unix.PthreadSigmask(unix.SIG_BLOCK, &set, &before)
	return before
}

// setMask sets the signals that this thread blocks.
func setMask(mask unix.Sigset_t) { _ = unix.PthreadSigmask(unix.SIG_SETMASK, &mask, nil) }
