package tracer

import (
	"math"

	"plait/elf"
	"plait/ptrace"
	"plait/unwind"
)

// A stack is the memory that a thread began to run on. Threads leave it for
// coroutines and signal handlers, and come back; the order of two stack pointers
// means something only on one stack.
type stack struct {
	first  uint64 // the stack pointer at the thread's first breakpoint
	lo, hi uint64 // bounds; hi is 0 until they are needed
}

// elsewhere is how far apart two stack pointers outside of the thread's own
// stack may be and still be taken for one stack: coroutines' stacks lie side by
// side in one mapping, and are seldom smaller.
const elsewhere = 16 << 10

// sameStack tells whether two stack pointers belong to one stack. Outside of the
// thread's own it is a guess.
func (t *Tracer) sameStack(tr *tracee, a, b uint64) bool {
	switch inA, inB := t.onOwn(tr, a), t.onOwn(tr, b); {
	case inA && inB:
		return true
	case inA != inB:
		return false
	}
	return within(a, b, elsewhere)
}

// onOwn tells whether a stack pointer is one of the thread's own stack.
func (t *Tracer) onOwn(tr *tracee, sp uint64) bool {
	if tr.stack.hi == 0 {
		t.bound(tr)
	}
	return tr.stack.lo <= sp && sp < tr.stack.hi
}

// bound finds the bounds of the thread's own stack. The process's first stack
// grows down from where it is now; below what a thread has of its own is that of
// the others. Where a thread was attached to it may be on another one just then.
func (t *Tracer) bound(tr *tracee) {
	s := &tr.stack
	s.lo, s.hi = 0, math.MaxUint64 // if nothing is known, there is one stack
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		return
	}
	at := mappingAt(maps, s.first)
	own := uint64(0)
	if len(tr.regs.Raw) > 0 {
		own = tr.regs.ThreadPointer()
	}
	if i := mappingAt(maps, own); i >= 0 && tr.tid != tr.pid && (i == at || !isFirstStack(maps, at)) {
		s.lo, s.hi = maps[i].Start, own
		return
	}
	for i := range maps {
		if tr.tid == tr.pid && isFirstStack(maps, i) {
			at = i
		}
	}
	if at < 0 {
		return
	}
	s.lo, s.hi = maps[at].Start, maps[at].End
	if isFirstStack(maps, at) && at > 0 {
		s.lo = maps[at-1].End
	}
}

func isFirstStack(maps []ptrace.Mapping, at int) bool { return at >= 0 && maps[at].Path == "[stack]" }

// A spot is where a thread stands: at pc, or in a call that is to return to pc, with
// what the stack pointer is there.
type spot struct {
	pc, sp uint64
	called bool
}

// overtaken tells whether frame f was left for sure, now that its thread is at a
// place where the stack pointer is higher. Outside of the thread's own stack that
// says little: stacks of coroutines lie side by side. There it was left if nothing
// can return to where it came from any more, or if it began on this very stack, which
// ends where this one does.
func (t *Tracer) overtaken(tr *tracee, f *frame, at spot) bool {
	if !t.sameStack(tr, f.sp, at.sp) {
		return false
	}
	if t.onOwn(tr, at.sp) {
		return true
	}
	if ret, err := t.readWord(tr, f.sp); err != nil || ret != f.ret {
		return true
	}
	return t.ends(tr, f, at) == together
}

// A stacking says of two places whether they are on one stack.
type stacking uint8

const (
	unknown  stacking = iota
	together          // the stacks end at one place
	apart             // they do not
)

// ends compares where the stack that frame f is on ends with where that of a place does.
func (t *Tracer) ends(tr *tracee, f *frame, at spot) stacking {
	here := unwind.Start(at.pc, tr.regs.GPR)
	if at.called {
		here = here.Caller(at.pc, at.sp)
	}
	end, ok := t.bottom(tr, here)
	other, ok2 := t.bottom(tr, unwind.Called(f.ret, f.sp+t.arch.RetPop, f.bp))
	switch {
	case !ok || !ok2:
		return unknown
	case end == other:
		return together
	}
	return apart
}

// maxBottom bounds how many frames a stack may have whose end is looked for.
const maxBottom = 256

// bottom is the stack pointer in the outermost frame of a stack, by which it can be
// told from others.
func (t *Tracer) bottom(tr *tracee, r unwind.Registers) (sp uint64, ok bool) {
	n := 0
	unwind.Walk(&known{t, tr}, r, maxBottom, func(r *unwind.Registers) bool {
		sp = r.SP()
		n++
		return true
	})
	return sp, n < maxBottom
}

// known is what is known of a tracee's space without asking for its mappings anew.
type known struct {
	t  *Tracer
	tr *tracee
}

// Word implements unwind.Space.
func (k *known) Word(addr uint64) (uint64, bool) {
	v, err := k.t.readWord(k.tr, addr)
	return v, err == nil
}

// Object implements unwind.Space.
func (k *known) Object(addr uint64) (*elf.File, uint64) {
	o := k.tr.space.objectAt(addr)
	if o == nil || o.file == nil {
		return nil, 0
	}
	return o.file.File, o.base
}

// Executable implements unwind.Space.
func (k *known) Executable(addr uint64) bool { return mappingAt(k.tr.space.code, addr) >= 0 }
