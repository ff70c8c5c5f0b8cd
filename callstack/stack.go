package callstack

import (
	"slices"
	"sort"
	"time"

	"plait/event"
)

// A Stack holds the calls of a thread that have not returned, the innermost last. The
// zero Stack is empty.
type Stack struct {
	Runs    []*Run // none is empty
	commons map[common]*common
	params  map[string]*[]event.Arg // arguments without their values, by their names
	epoch   time.Time               // from which times in blocks count
}

// A Run is a sequence of calls, each made no higher on the stack than the one before. A
// thread that stays on one stack has one run. A thread that switches between coroutines
// has several, and the next call to return may be in any of them.
type Run struct {
	Base   int      // index of its first call
	G      uint64   // the goroutine of its calls, 0 if Go did not compile the functions
	High   uint64   // the highest stack pointer in it
	blocks []*block // its outermost calls
	frames []*Frame // all others
}

// Depth returns how many calls are open.
func (s *Stack) Depth() int {
	if len(s.Runs) == 0 {
		return 0
	}
	return s.Runs[len(s.Runs)-1].End()
}

// End returns the index after the last call of a run.
func (r *Run) End() int { return r.Base + len(r.blocks)*blockSize + len(r.frames) }

// runAt returns the index of the run that call i is in.
func (s *Stack) runAt(i int) int {
	last := len(s.Runs) - 1
	if i >= s.Runs[last].Base {
		return last
	}
	return sort.Search(last, func(k int) bool { return s.Runs[k].End() > i })
}

// At returns the frame of call i; 0 is the outermost. It may be changed.
func (s *Stack) At(i int) *Frame {
	r := s.Runs[s.runAt(i)]
	i -= r.Base
	for i < len(r.blocks)*blockSize {
		last := len(r.blocks) - 1
		whole := make([]*Frame, 0, 2*blockSize)
		for k := range blockSize {
			whole = append(whole, s.decodeFrame(r.blocks[last], k))
		}
		r.frames = append(whole, r.frames...)
		r.blocks[last] = nil
		r.blocks = r.blocks[:last]
	}
	return r.frames[i-len(r.blocks)*blockSize]
}

// CopyOf returns a copy of the frame of call i and of its event.Call.
func (s *Stack) CopyOf(i int) *Frame {
	r := s.Runs[s.runAt(i)]
	if k := i - r.Base; k < len(r.blocks)*blockSize {
		return s.decodeFrame(r.blocks[k/blockSize], k%blockSize)
	}
	f := *s.At(i)
	call := *f.Call
	f.Call = &call
	return &f
}

// Push adds a call as the innermost one. It begins a run if newRun is true, else it joins
// the run of the call before.
func (s *Stack) Push(f *Frame, newRun bool) {
	if newRun {
		s.Runs = append(s.Runs, &Run{Base: s.Depth(), G: f.Goroutine.G, High: f.SP})
	}
	r := s.Runs[len(s.Runs)-1]
	r.frames = append(r.frames, f)
	if len(r.frames) >= 2*blockSize {
		s.encode(r)
	}
}

// Remove removes call i, which need not be the innermost.
func (s *Stack) Remove(i int) {
	s.At(i)
	at := s.runAt(i)
	r := s.Runs[at]
	i -= r.Base + len(r.blocks)*blockSize
	r.frames = slices.Delete(r.frames, i, i+1)
	for _, later := range s.Runs[at+1:] {
		later.Base--
	}
	if r.End() == r.Base {
		s.Runs = slices.Delete(s.Runs, at, at+1)
	}
}
