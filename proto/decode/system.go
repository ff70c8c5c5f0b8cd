package decode

import (
	"strconv"
	"strings"

	"plait/event"
)

// systemNode stands for the arguments of a system call: the one with the function's
// name or, after a parameter of type syscall_number, the one with that number.
type systemNode struct{ addrNode }

// A SystemCall is what is known about a system call.
type SystemCall struct {
	Name  string
	Proto *Prototype // nil: its arguments are unknown
}

// systemCall returns the prototype of the system call that a function makes, and a
// source with its arguments; nil if it is unknown.
func (c *call) systemCall() (*Prototype, *Source) {
	if c.s.System == nil || c.s.Kind == event.System { // a system call makes no other, whatever a user's prototype says
		return nil, nil
	}
	name := strings.TrimPrefix(strings.TrimLeft(c.p.Name, "_"), "libc_") // __prctl is prctl, __libc_msgsnd msgsnd
	if c.p.varargsAt > 0 {
		name = strconv.FormatUint(c.words[c.p.varargsAt-1], 10)
	}
	q := c.s.System(name).Proto
	if q == nil {
		return nil, nil
	}
	s := *c.s
	s.Kind, s.scratch = event.System, nil
	s.Int = func(i int) uint64 {
		if i += c.p.varargsAt; i < c.s.Arch.IntArgs() {
			return c.s.Int(i)
		}
		if c.s.Stack == nil {
			return 0
		}
		return c.s.Stack(i - c.s.Arch.IntArgs())
	}
	return q, &s
}

// enterSystem decodes the system call's arguments that are known at its start.
func (c *call) enterSystem() (args []event.Arg, pending bool) {
	q, s := c.systemCall()
	if q == nil || q.Len() == 0 {
		c.place.words = c.place.words[:max(0, len(c.place.words)-1)] // that of the parameter that stands for all
	}
	if q == nil {
		return nil, false
	}
	for range q.Len() - 1 {
		c.place.integer()
	}
	return q.Enter(s)
}

// returnSystem completes the system call's arguments, which are the last of args, and
// decodes its result; nil if it failed or is unknown.
func (c *call) returnSystem(args []event.Arg, r Result) ([]event.Arg, event.Value) {
	q, s := c.systemCall()
	from := c.p.varargsAt
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

// systemError translates an errno that a program sees into the kernel's. An
// interrupted call that stores something, such as the time that remains, fails with
// ERESTART_RESTARTBLOCK inside the kernel.
func systemError(errno int) int {
	const eintr, restartBlock = 4, 516
	switch errno {
	case eintr:
		return restartBlock
	case 0:
		return -1 // failed; why is unknown
	}
	return errno
}
