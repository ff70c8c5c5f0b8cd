package tracer

import (
	"strings"
	"time"

	"plait/event"
	"plait/proto"
)

// A frame is a call that has not returned yet.
type frame struct {
	call  *event.Call
	proto *proto.Prototype
	slot  *slot
	sp    uint64 // at entry: where the return address lies
	ret   uint64 // the return address
	words words  // as they were at entry
	begun time.Time

	// Of a system call:
	cpu    time.Duration // t.cpu when it began
	limits proto.Limits  // for its arguments and result
	// shallow calls show addresses instead of what lies there; whole are their
	// arguments as they would be.
	shallow bool
	whole   []event.Arg
}

// push puts a call on the tracee's stack of frames.
func (tr *tracee) push(f *frame) { tr.frames = append(tr.frames, f) }

// depth is how many calls are open.
func (tr *tracee) depth() int {
	if tr.syscall != nil {
		return len(tr.frames) + 1
	}
	return len(tr.frames)
}

// returned ends the frames that are over now that the tracee is at addr with
// stack pointer sp, innermost first: those whose return address that is and
// whose place on the stack was just popped. A tail call leaves two such frames.
// Frames further in, below the stack pointer, were left without a return,
// unless they lie on another stack (a coroutine's, a signal handler's).
func (t *Tracer) returned(tr *tracee, addr, sp uint64) {
	base := t.match(tr, addr, sp)
	for i := len(tr.frames) - 1; i >= max(base, 0); i-- {
		switch f := tr.frames[i]; {
		case f.ret == addr && f.sp+t.arch.RetPop == sp:
			t.leave(tr, i, event.Returned)
		case f.sp < sp && t.sameStack(tr, f.sp, sp):
			t.leave(tr, i, tr.abandoned(f))
		case base < 0:
			return // nothing returned: what is still on the stack is open
		}
	}
}

// match is the index of the outermost of the innermost frames that return to
// addr with sp, or -1.
func (t *Tracer) match(tr *tracee, addr, sp uint64) int {
	found := -1
	for i := len(tr.frames) - 1; i >= 0; i-- {
		f := tr.frames[i]
		if f.ret == addr && f.sp+t.arch.RetPop == sp {
			found = i
		} else if found >= 0 || f.sp > sp && t.sameStack(tr, f.sp, sp) {
			break // frames further out lie higher on the stack
		}
	}
	return found
}

// prune ends the frames that cannot be open any more when a new call has its
// return address at sp: the stack was cut back beyond theirs. A frame with the
// very same place is open only if this is its tail call.
func (t *Tracer) prune(tr *tracee, sp uint64, tail func(*frame) bool) {
	for len(tr.frames) > 0 {
		f := tr.frames[len(tr.frames)-1]
		if sp < f.sp || sp == f.sp && tail(f) || !t.sameStack(tr, sp, f.sp) {
			return
		}
		t.leave(tr, len(tr.frames)-1, tr.abandoned(f))
	}
}

// abandoned tells how frame f ended if not by return: the innermost of the
// frames that end together is the call that did it.
func (tr *tracee) abandoned(f *frame) event.Outcome {
	switch name := f.call.Name; {
	case strings.Contains(name, "longjmp"), name == "setcontext":
		tr.left = event.Longjmp
	case strings.Contains(name, "throw"), strings.HasPrefix(name, "_Unwind_"):
		tr.left = event.Unwound
	}
	return tr.left
}

// leave ends the frame at index i of the tracee's stack and reports it.
func (t *Tracer) leave(tr *tracee, i int, how event.Outcome) {
	f := tr.frames[i]
	tr.frames = append(tr.frames[:i], tr.frames[i+1:]...)
	r := &event.Return{Head: t.head(tr, i, f.ret), Call: f.call, Outcome: how, Elapsed: t.now.Sub(f.begun)}
	f.call.Held = false
	if how == event.Returned {
		t.decodeReturn(tr, f, r)
	}
	t.emit(r)
}

// leaveAll ends every open call of a tracee that will not come back.
func (t *Tracer) leaveAll(tr *tracee, how event.Outcome) {
	if tr.syscall != nil {
		t.leaveSyscall(tr, how)
	}
	for i := len(tr.frames) - 1; i >= 0; i-- {
		t.leave(tr, i, how)
	}
}

// leaveSyscall ends the system call that a tracee is in and will not be seen to
// return from.
func (t *Tracer) leaveSyscall(tr *tracee, how event.Outcome) {
	f := tr.syscall
	tr.syscall = nil
	r := &event.Return{Head: t.head(tr, len(tr.frames), f.ret), Call: f.call, Outcome: how, Elapsed: t.now.Sub(f.begun)}
	if tr.tamper != nil {
		r.Tamper = tr.tamper.done
	}
	t.emit(r)
}
