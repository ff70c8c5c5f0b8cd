package ptrace

import (
	"errors"
	"fmt"
)

// ErrGone means that the tracee died or is dying: Wait will report its end.
var ErrGone = errors.New("tracee is gone")

// ErrNone means that there is no tracee left to wait for.
var ErrNone = errors.New("no tracee")

// ErrWoken means that Wake ended the wait.
var ErrWoken = errors.New("woken")

// An Error is a request that the kernel has refused.
type Error struct {
	Op  string // what was tried, such as "read memory of"
	TID int
	Err error // usually a syscall.Errno
}

func (e *Error) Error() string { return fmt.Sprintf("%s %d: %v", e.Op, e.TID, e.Err) }

func (e *Error) Unwrap() error { return e.Err }
