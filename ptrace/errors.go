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

// An Error is a request that the kernel refused.
type Error struct {
	Op  string // the request's name in ptrace(2), or what was tried
	TID int
	Err error // a syscall.Errno
}

func (e *Error) Error() string { return fmt.Sprintf("%s %d: %v", e.Op, e.TID, e.Err) }

func (e *Error) Unwrap() error { return e.Err }
