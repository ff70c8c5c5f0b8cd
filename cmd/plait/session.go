package main

import (
	"errors"
	"syscall"

	"plait/ptrace"
	"plait/tracer"
)

var _ tracer.Kernel = (*ptrace.Linux)(nil)

// enough refuses to begin with so few descriptors that a command would be started and
// nothing be known of it, or so few threads that plait might not get one when it needs
// it.
func enough() error {
	if err := ptrace.Enough(); err != nil {
		return usageError{what: "too few file descriptors", why: err.Error(), hint: "ulimit -n 64"}
	}
	if err := ptrace.EnoughThreads(); err != nil {
		return usageError{what: "too few processes", why: err.Error(), hint: "ulimit -u, or end some"}
	}
	return nil
}

// limit tells "none" (0, as the user says it) from "not said" (0, in
// proto.Limits).
func limit(n int, set bool) int {
	if set && n == 0 {
		return -1
	}
	return n
}

// attachError words a process that is not there as the kernel does.
func attachError(err error) error {
	if errors.Is(err, ptrace.ErrGone) {
		return syscall.ESRCH
	}
	return err
}
