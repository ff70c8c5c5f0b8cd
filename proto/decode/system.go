package decode

import (
	"strconv"
	"strings"

	"plait/event"
)

// systemNode stands for the arguments of a system call: of the function's own name,
// or, behind a parameter of type syscall_number, of that number.
type systemNode struct{ addrNode }

// A SystemCall is what is known of a system call.
type SystemCall struct {
	Name  string
	Proto *Prototype // nil: nothing is known of its arguments
}

// inner is the system call that a function makes with its arguments; nil if
// nothing is known of it.
func (c *call) inner() (*Prototype, *Source) {
	if c.s.System == nil || c.s.Kind == event.System { // no call makes itself, whatever a user's prototype says
		return nil, nil
	}
	name := strings.TrimPrefix(strings.TrimLeft(c.p.Name, "_"), "libc_") // __prctl is prctl, __libc_msgsnd msgsnd
	if c.p.packAt > 0 {
		name = strconv.FormatUint(c.words[c.p.packAt-1], 10)
	}
	q := c.s.System(name).Proto
	if q == nil {
		return nil, nil
	}
	s := *c.s
	s.Kind, s.scratch = event.System, nil
	s.Int = func(i int) uint64 {
		if i += c.p.packAt; i < c.s.Arch.IntArgs() {
			return c.s.Int(i)
		}
		if c.s.Stack == nil {
			return 0
		}
		return c.s.Stack(i - c.s.Arch.IntArgs())
	}
	return q, &s
}

// enterInner decodes what is known of a system call's arguments at its begin.
func (c *call) enterInner() (args []event.Arg, held bool) {
	q, s := c.inner()
	if q == nil {
		return nil, false
	}
	return q.Enter(s)
}

// returnInner completes the system call's arguments, the last of args, and decodes its
// result; nil if it failed or nothing is known of it.
func (c *call) returnInner(args []event.Arg, r Result) ([]event.Arg, event.Value) {
	q, s := c.inner()
	from := c.p.packAt
	if q == nil || from > len(args) {
		return args, nil
	}
	if c.failed {
		r.Errno = systemError(c.error())
	}
	more, v := q.Return(s, args[from:], r)
	if c.failed {
		v = nil
	}
	return append(args[:from:from], more...), v
}

// systemError is the kernel's number of an error that a program sees: a call that a
// signal has interrupted fails with ERESTART_RESTARTBLOCK where it leaves something.
func systemError(errno int) int {
	const eintr, restartBlock = 4, 516
	switch errno {
	case eintr:
		return restartBlock
	case 0:
		return -1 // failed, as nobody knows
	}
	return errno
}
