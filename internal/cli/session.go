package cli

import (
	"errors"
	"syscall"

	"plait/ptrace"
	"plait/tracer"
)

var _ tracer.Kernel = (*ptrace.Linux)(nil)

// Enough refuses to begin with so few descriptors that a command would be started and
// nothing be known of it, or so few threads that plait might not get one when it needs
// it.
func Enough() error {
	if err := ptrace.Enough(); err != nil {
		return UsageError{What: "too few file descriptors", Why: err.Error(), Hint: "ulimit -n 64"}
	}
	if err := ptrace.EnoughThreads(); err != nil {
		return UsageError{What: "too few processes", Why: err.Error(), Hint: "ulimit -u, or end some"}
	}
	return nil
}

// Limit tells "none" (0, as the user says it) from "not said" (0, in
// proto.Limits).
func Limit(n int, set bool) int {
	if set && n == 0 {
		return -1
	}
	return n
}

// AttachError words a process that is not there as the kernel does.
func AttachError(err error) error {
	if errors.Is(err, ptrace.ErrGone) {
		return syscall.ESRCH
	}
	return err
}
