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
// coroutines and signal handlers and come back. Comparing two stack pointers makes sense
// on one stack only.
type threadStack struct {
	first  uint64 // the thread's stack pointer at its first breakpoint
	lo, hi uint64 // bounds; hi is 0 until they are needed
}

// sameStackDistance is how far apart two stack pointers outside of the thread's own
// stack may be and still count as one stack. Stacks of coroutines often lie side by side
// in one mapping and are seldom smaller.
const sameStackDistance = 16 << 10

// sameStack tells whether two stack pointers are on one stack. Outside of the thread's
// own stack that is a guess.
func (t *Tracer) sameStack(tr *tracee, a, b uint64) bool {
	switch inA, inB := tr.onThreadStack(t.Kernel, a), tr.onThreadStack(t.Kernel, b); {
	case inA && inB:
		return true
	case inA != inB:
		return false
	}
	return within(a, b, sameStackDistance)
}

// onThreadStack tells whether a stack pointer is on the thread's own stack.
func (tr *tracee) onThreadStack(proc Proc, sp uint64) bool {
	if tr.stack.hi == 0 {
		tr.findStackBounds(proc)
	}
	return tr.stack.lo <= sp && sp < tr.stack.hi
}

// findStackBounds finds the bounds of the thread's own stack. The process's first stack
// can grow down as far as the mapping below it. Below a thread's own part of a mapping
// are those of others. A thread that was attached to may have been on another stack just
// then.
func (tr *tracee) findStackBounds(proc Proc) {
	s := &tr.stack
	s.lo, s.hi = 0, math.MaxUint64 // if nothing is known, all is one stack
	maps, err := proc.Maps(tr.tid)
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

// A position is where a thread is: at pc, or in a call that will return to pc, with the
// stack pointer that it has there.
type position struct {
	pc, sp uint64
	inCall bool
	// Found out when needed:
	walk                   // from there outwards
	walks map[place]*walk  // of other stacks, by the places on them
	other callstack.Ending // of a suspended stack
}

// A place is where a frame continues, and the stack pointer there.
type place struct{ pc, sp uint64 }

// isUnwound tells whether frame f was certainly unwound, now that its thread is at a
// higher stack pointer. That alone proves little: stacks of coroutines lie side by side,
// perhaps within the thread's own stack. The frame was unwound if its return address was
// overwritten, or if it was made on this very stack. If that can't be known, it counts
// as made on it where the thread is on its own stack.
func (t *Tracer) isUnwound(tr *tracee, f *callstack.Frame, at *position) bool {
	if !t.sameStack(tr, f.SP, at.sp) || f.Ending.Known && f.Ending == at.other {
		return false
	}
	own := tr.onThreadStack(t.Kernel, at.sp)
	if own && isLongjmp(f) {
		return true // wherever it went
	}
	if ret, err := t.readWord(tr, f.SP); err != nil || ret != f.Ret {
		return true
	}
	switch t.compareStacks(tr, f, at) {
	case onSameStack:
		return true
	case onOtherStack:
		at.other = f.Ending // the calls that contain this one on its stack are open too
		return isLongjmp(f)
	case enclosing:
		return false
	}
	return own
}

// A stackRelation is how the stack that a frame is on relates to where its thread is.
type stackRelation uint8

const (
	unknownStack stackRelation = iota
	onSameStack                // it was made on the stack that the thread is on
	enclosing                  // it was, and the thread is still in it
	onOtherStack               // it is on another stack
)

// compareStacks compares the stack that frame f is on with that of a position, by where
// each ends, unless one leads to the other before.
func (t *Tracer) compareStacks(tr *tracee, f *callstack.Frame, at *position) stackRelation {
	if !f.Ending.Known {
		w := t.walkFrom(tr, f, at)
		if f.Ending = w.end; w.plain {
			t.noteEnding(tr, f)
		}
	}
	if !f.Ending.Known {
		return onSameStack // as after a longjmp
	}
	if !at.end.Known || at.cut && f.SP >= at.sp { // what is cut off is further out than at
		here := unwind.Start(at.pc, tr.regs.GPR)
		if at.inCall {
			here = here.Caller(at.pc, at.sp)
		}
		known := tr.endings
		if f.SP >= at.sp {
			known = nil
		}
		at.walk = t.walk(tr, here, 0, known)
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

// walkFrom follows the stack that frame f is on from there outwards. Its end is not known if
// that stack leads to at.
func (t *Tracer) walkFrom(tr *tracee, f *callstack.Frame, at *position) *walk {
	from := t.returnPlace(f)
	if w := at.walks[from]; w != nil {
		return w
	}
	w := t.walk(tr, unwind.CallerOnly(from.pc, from.sp, f.FramePointer), at.sp, tr.endings)
	if at.walks == nil {
		at.walks = map[place]*walk{}
	}
	for _, p := range w.chain {
		at.walks[p] = &w
	}
	return &w
}

// returnPlace is where a frame returns to.
func (t *Tracer) returnPlace(f *callstack.Frame) place { return place{f.Ret, f.SP + t.arch.RetPop} }

// maxChain bounds how many frames a walk to the end of a stack visits.
const maxChain = 4096

// A walk is the result of following a stack.
type walk struct {
	chain []place // where its frames continue
	end   callstack.Ending
	cut   bool // chain goes only as far as an open call whose ending is known
	plain bool // there is no signal handler on it, so its places rise
}

// walk follows a stack to its end, or to where a known ending begins. The end is not known
// if a frame on the way has the stack pointer until.
func (t *Tracer) walk(tr *tracee, r unwind.Registers, until uint64, known map[place]callstack.Ending) (w walk) {
	w.plain, w.end.Known = true, true
	outermost := unwind.Walk(&knownSpace{memoryCache{t: t, tr: tr}}, r, maxChain, func(r *unwind.Registers) bool {
		at := place{r.PC(), r.SP()}
		w.plain = w.plain && (len(w.chain) == 0 || r.At() != at.pc)
		w.chain = append(w.chain, at)
		if end, ok := known[at]; ok && w.plain {
			w.end, w.cut = end, true
			return false
		}
		w.end.SP, w.end.Known = at.sp, at.sp != until
		return w.end.Known
	})
	switch {
	case w.cut:
	case len(w.chain) == maxChain:
		w.end.SP = 0
	default:
		w.end.Outermost = outermost
	}
	return w
}

// maxEndings bounds the known endings that are kept.
const maxEndings = 1 << 14

// noteEnding keeps where the stack of an open call ends, so that no later walk need go
// there again.
func (t *Tracer) noteEnding(tr *tracee, f *callstack.Frame) {
	if !f.Ending.Outermost || len(tr.endings) >= maxEndings {
		return
	}
	if tr.endings == nil {
		tr.endings = map[place]callstack.Ending{}
	}
	tr.endings[t.returnPlace(f)] = f.Ending
}

// A memoryCache is what was last read of a stopped tracee's memory. A walk reads many
// words that are close together.
type memoryCache struct {
	t  *Tracer
	tr *tracee
	at uint64
	b  []byte
}

// Bounds of a memoryCache: its size in bytes, and how many of them are below the wanted
// word, as far as they are in its page.
const (
	cacheSize  = 1 << 10
	cacheBelow = 1 << 7
	pageSize   = 1 << 12
)

// Word implements unwind.Space.
func (c *memoryCache) Word(addr uint64) (uint64, bool) {
	if v, ok := c.word(addr); ok {
		return v, true
	}
	if c.b = c.b[:cap(c.b)]; c.b == nil {
		c.b = make([]byte, cacheSize)
	}
	c.at = addr - min(cacheBelow, addr%pageSize)
	n, _ := (memory{c.t.Kernel, c.tr}).ReadAt(c.b, int64(c.at))
	c.b = c.b[:n]
	if v, ok := c.word(addr); ok {
		return v, true
	}
	v, err := c.t.readWord(c.tr, addr)
	return v, err == nil
}

// word is a word in the cache.
func (c *memoryCache) word(addr uint64) (uint64, bool) {
	if i := addr - c.at; len(c.b) >= 8 && i <= uint64(len(c.b)-8) {
		return c.t.arch.Order.Uint64(c.b[i:]), true
	}
	return 0, false
}

// A knownSpace is what is known of a tracee's space without reading its mappings again.
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
