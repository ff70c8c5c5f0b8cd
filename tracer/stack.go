package tracer

import (
	"math"
	"slices"

	"plait/callstack"
	"plait/elf"
	"plait/objects"
	"plait/ptrace"
	"plait/unwind"
)

// A threadStack is the memory that a thread began to run on. Threads leave it for
// coroutines and signal handlers, and come back; the order of two stack pointers
// means something only on one stack.
type threadStack struct {
	first  uint64 // the stack pointer at the thread's first breakpoint
	lo, hi uint64 // bounds; hi is 0 until they are needed
}

// sameStackDistance is how far apart two stack pointers outside of the thread's own
// stack may be and still be taken for one stack: coroutines' stacks lie side by
// side in one mapping, and are seldom smaller.
const sameStackDistance = 16 << 10

// sameStack tells whether two stack pointers belong to one stack. Outside of the
// thread's own it is a guess.
func (t *Tracer) sameStack(tr *tracee, a, b uint64) bool {
	switch inA, inB := t.onThreadStack(tr, a), t.onThreadStack(tr, b); {
	case inA && inB:
		return true
	case inA != inB:
		return false
	}
	return within(a, b, sameStackDistance)
}

// onThreadStack tells whether a stack pointer is one of the thread's own stack.
func (t *Tracer) onThreadStack(tr *tracee, sp uint64) bool {
	if tr.stack.hi == 0 {
		t.findStackBounds(tr)
	}
	return tr.stack.lo <= sp && sp < tr.stack.hi
}

// findStackBounds finds the bounds of the thread's own stack. The process's first stack
// grows down from where it is now; below what a thread has of its own is that of
// the others. Where a thread was attached to it may be on another one just then.
func (t *Tracer) findStackBounds(tr *tracee) {
	s := &tr.stack
	s.lo, s.hi = 0, math.MaxUint64 // if nothing is known, there is one stack
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		return
	}
	at := objects.MappingAt(maps, s.first)
	own := uint64(0)
	if len(tr.regs.Raw) > 0 {
		own = tr.regs.ThreadPointer()
	}
	if i := objects.MappingAt(maps, own); i >= 0 && tr.tid != tr.pid && (i == at || !isFirstStack(maps, at)) {
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

// A position is where a thread stands: at pc, or in a call that is to return to pc, with
// what the stack pointer is there.
type position struct {
	pc, sp uint64
	inCall bool
	// What is found out about stacks, if that is needed:
	chain []place                    // of the frames from there outwards
	end   callstack.Ending           // of that chain
	ends  map[place]callstack.Ending // of frames that others led to
	other callstack.Ending           // of a stack that goes on some day
}

// A place is where a frame goes on, and what the stack pointer is there.
type place struct{ pc, sp uint64 }

// isUnwound tells whether frame f was left for sure, now that its thread is at a
// place where the stack pointer is higher. That alone says little: stacks of coroutines
// lie side by side, and may lie in the thread's own. It was left if nothing can return
// to where it came from any more, or if it began on this very stack. Where that can't be
// known, the thread's own stack is taken for one.
func (t *Tracer) isUnwound(tr *tracee, f *callstack.Frame, at *position) bool {
	if !t.sameStack(tr, f.SP, at.sp) || f.Ending.Known && f.Ending == at.other {
		return false
	}
	own := t.onThreadStack(tr, at.sp)
	if own && isLongjmp(f) {
		return true // wherever it led
	}
	if ret, err := t.readWord(tr, f.SP); err != nil || ret != f.Ret {
		return true
	}
	switch t.compareStacks(tr, f, at) {
	case onSameStack:
		return true
	case onOtherStack:
		at.other = f.Ending // calls around this one, on its stack, are as it is
		return isLongjmp(f)
	case enclosing:
		return false
	}
	return own
}

// A stackRelation says how a frame lies to where its thread is.
type stackRelation uint8

const (
	unknownStack stackRelation = iota
	onSameStack                // it was made on the stack that the thread is on
	enclosing                  // it was too, and the thread is in it still
	onOtherStack               // it is on another stack
)

// compareStacks compares the stack that frame f is on with that of a place: by where each ends,
// if one does not lead to the other before.
func (t *Tracer) compareStacks(tr *tracee, f *callstack.Frame, at *position) stackRelation {
	if !f.Ending.Known {
		f.Ending = t.endingOf(tr, f, at)
	}
	if !f.Ending.Known {
		return onSameStack // as a longjmp has
	}
	if !at.end.Known {
		here := unwind.Start(at.pc, tr.regs.GPR)
		if at.inCall {
			here = here.Caller(at.pc, at.sp)
		}
		at.end, at.chain = t.walk(tr, here, 0)
	}
	switch {
	case slices.Contains(at.chain, t.returnPlace(f)):
		return enclosing
	case f.Ending.SP == at.end.SP && f.Ending.SP != 0:
		return onSameStack
	case f.Ending.Outermost && at.end.Outermost:
		return onOtherStack
	}
	return unknownStack
}

// endingOf is the end of the stack that frame f is on, not known if that leads to at.
func (t *Tracer) endingOf(tr *tracee, f *callstack.Frame, at *position) callstack.Ending {
	from := t.returnPlace(f)
	if end, ok := at.ends[from]; ok {
		return end
	}
	end, chain := t.walk(tr, unwind.Called(from.pc, from.sp, f.FramePointer), at.sp)
	if at.ends == nil {
		at.ends = map[place]callstack.Ending{}
	}
	for _, p := range chain {
		at.ends[p] = end
	}
	return end
}

// returnPlace is where a frame returns to.
func (t *Tracer) returnPlace(f *callstack.Frame) place { return place{f.Ret, f.SP + t.arch.RetPop} }

// maxChain bounds how many frames a stack may have whose end is looked for.
const maxChain = 4096

// walk goes along a stack to its end, which is not known if the stack pointer is until
// in a frame on the way.
func (t *Tracer) walk(tr *tracee, r unwind.Registers, until uint64) (end callstack.Ending, chain []place) {
	end.Known = true
	end.Outermost = unwind.Walk(&knownSpace{memoryCache{t: t, tr: tr}}, r, maxChain, func(r *unwind.Registers) bool {
		end.SP = r.SP()
		chain = append(chain, place{r.PC(), end.SP})
		end.Known = end.SP != until
		return end.Known
	})
	if len(chain) == maxChain {
		end.SP = 0
	}
	return end, chain
}

// A memoryCache is what was last read of a tracee's memory while it stands still. A walk takes
// many words that lie near to one another.
type memoryCache struct {
	t  *Tracer
	tr *tracee
	at uint64
	b  []byte
}

// Bounds of a window: how many bytes it has, and how many of them below the word that is
// wanted, if they are in one page.
const (
	windowSize  = 1 << 10
	windowBelow = 1 << 7
	pageSize    = 1 << 12
)

// Word implements unwind.Space.
func (w *memoryCache) Word(addr uint64) (uint64, bool) {
	if v, ok := w.word(addr); ok {
		return v, true
	}
	if w.b = w.b[:cap(w.b)]; w.b == nil {
		w.b = make([]byte, windowSize)
	}
	w.at = addr - min(windowBelow, addr%pageSize)
	n, _ := (memory{w.t, w.tr}).ReadAt(w.b, int64(w.at))
	w.b = w.b[:n]
	if v, ok := w.word(addr); ok {
		return v, true
	}
	v, err := w.t.readWord(w.tr, addr)
	return v, err == nil
}

// word is a word in the window.
func (w *memoryCache) word(addr uint64) (uint64, bool) {
	if i := addr - w.at; len(w.b) >= 8 && i <= uint64(len(w.b)-8) {
		return w.t.arch.Order.Uint64(w.b[i:]), true
	}
	return 0, false
}

// knownSpace is what is known of a tracee's space without asking for its mappings anew.
type knownSpace struct{ memoryCache }

// Object implements unwind.Space.
func (k *knownSpace) Object(addr uint64) (*elf.File, uint64) {
	o := k.tr.space.objects.At(addr)
	if o == nil || o.File == nil {
		return nil, 0
	}
	return o.File.File, o.Base
}

// Executable implements unwind.Space.
func (k *knownSpace) Executable(addr uint64) bool {
	return objects.MappingAt(k.tr.space.code, addr) >= 0
}
