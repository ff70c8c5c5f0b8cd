package output

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// The reader of a trace may stop reading: a pager, a full pipe, a terminal after Ctrl-S,
// a FIFO that nobody has opened. Then the tracees wait, as any writer would. Once the
// user wants plait to end, no tracee may stay stopped because of a reader. Once the user
// insists, plait does not wait either. A Buffer asks its Shutdown which of these holds.

// A Shutdown says whether plait is shutting down, and so how long a Buffer may wait
// for a reader. It is safe for concurrent use.
type Shutdown struct {
	wake         func()        // interrupts a write(2) of the thread that writes directly
	begun        chan struct{} // closed: no tracee may wait for a reader
	forced       chan struct{} // closed: neither may plait
	directWrites atomic.Int32  // number of direct writes that are going on
	waiting      atomic.Int32  // number of waits for a reader during shutdown; TraceEnded adds one

	mu      sync.Mutex
	buffers map[*Buffer]bool
	errs    []error // of Buffers whose Close did not wait
}

// graceTime is how long writes may take after a forced shutdown: much longer than any
// file takes that is not stuck.
const graceTime = 250 * time.Millisecond

// NewShutdown returns a Shutdown that has not begun.
func NewShutdown() *Shutdown {
	return &Shutdown{
		wake:    func() {},
		begun:   make(chan struct{}),
		forced:  make(chan struct{}),
		buffers: map[*Buffer]bool{},
	}
}

// SetWake sets the function that interrupts a blocking system call of the thread that
// writes directly. It must be called before Begin.
func (s *Shutdown) SetWake(wake func()) { s.wake = wake }

// Begin begins the shutdown: no tracee waits for a reader from now on.
func (s *Shutdown) Begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Begun() {
		return
	}
	close(s.begun)
	go s.interrupt()
}

// wakeInterval is the time until the next wake, in case one came before the thread
// was in its system call.
const wakeInterval = 2 * time.Millisecond

// interrupt interrupts the direct writes that are going on.
func (s *Shutdown) interrupt() {
	for ; s.directWrites.Load() > 0; time.Sleep(wakeInterval) {
		s.wake()
	}
}

// Force makes plait, too, stop waiting for readers from now on.
func (s *Shutdown) Force() {
	s.Begin()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !closed(s.forced) {
		close(s.forced)
	}
}

// Begun reports whether Begin was called.
func (s *Shutdown) Begun() bool { return closed(s.begun) }

// HasBegun returns a channel that Begin closes.
func (s *Shutdown) HasBegun() <-chan struct{} { return s.begun }

// TraceEnded says that nothing is traced any more.
func (s *Shutdown) TraceEnded() { s.waiting.Add(1) }

// Waiting reports whether plait has nothing left to do but wait for a reader.
func (s *Shutdown) Waiting() bool { return s.waiting.Load() > 0 }

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// after returns a channel that is closed when d has passed.
func after(d time.Duration) <-chan struct{} {
	c := make(chan struct{})
	time.AfterFunc(d, func() { close(c) })
	return c
}

// beginDirect announces a direct write, which lasts until endDirect. It reports false
// if the caller must not write directly.
func (s *Shutdown) beginDirect() bool {
	s.directWrites.Add(1)
	if s.Begun() { // checked after Add: Begin sets this before it reads directWrites
		s.endDirect()
		return false
	}
	return true
}

func (s *Shutdown) endDirect() { s.directWrites.Add(-1) }

func (s *Shutdown) add(b *Buffer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buffers[b] = true
}

// remove removes a Buffer that is closed. It keeps err, an error that no Close has
// returned.
func (s *Shutdown) remove(b *Buffer, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.buffers, b)
	if err != nil {
		s.errs = append(s.errs, err)
	}
}

// all returns the Buffers that are not closed.
func (s *Shutdown) all() []*Buffer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*Buffer
	for b := range s.buffers {
		all = append(all, b)
	}
	return all
}

// A LostError says how much of a trace nobody has read when shutdown was forced.
type LostError struct {
	Bytes int // at most; 0: everything was written, but perhaps not everything was read
}

func (e *LostError) Error() string {
	return fmt.Sprintf("up to %d bytes of the trace are lost", e.Bytes)
}

// Settle waits until all Buffers have written what they hold and the closed ones have
// closed their writers, or until Force. Its error is a *LostError, or joins those of
// Buffers whose Close did not wait.
func (s *Shutdown) Settle() error {
	if !s.settled(s.forced) && !s.settled(after(graceTime)) {
		return s.lost()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.errs...)
}

// settled waits for all Buffers, or for stop. It starts again if any was busy,
// because the failed function of one Buffer may write to another.
func (s *Shutdown) settled(stop <-chan struct{}) bool {
	for busy := true; busy; {
		busy = false
		for _, b := range s.all() {
			was, ok := b.settle(stop)
			if !ok {
				return false
			}
			busy = busy || was
		}
	}
	return true
}

func (s *Shutdown) lost() error {
	lost := &LostError{}
	for _, b := range s.all() {
		lost.Bytes += b.held()
	}
	return lost
}
