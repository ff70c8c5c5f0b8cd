package output

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Whoever reads the trace may stop reading: a pager, a full pipe, a terminal after
// Ctrl-S, a FIFO that nobody has opened. Then the tracees wait, as any writer would. But
// once the user wants plait to leave, no tracee may stand still for that any longer, and
// once he insists, plait does not wait either. A Buffer asks its Urgency which of these
// holds.

// An Urgency is how soon plait is to be gone. It is safe for concurrent use.
type Urgency struct {
	wake    func()        // ends a write(2) of the thread that writes directly
	leave   chan struct{} // closed: no tracee waits for a reader
	quit    chan struct{} // closed: nobody does
	direct  atomic.Int32  // direct writes that are going on
	waiting atomic.Int32  // what waits for a reader although plait is to leave, or has nothing else to do

	mu      sync.Mutex
	buffers map[*Buffer]bool
	errs    []error // of Buffers that nobody waited for
}

// quitTime is how long what is written may take when nobody waits for readers any more:
// far longer than any file takes that is not stuck.
const quitTime = 250 * time.Millisecond

// NewUrgency returns an Urgency that is none yet.
func NewUrgency() *Urgency {
	return &Urgency{
		wake:    func() {},
		leave:   make(chan struct{}),
		quit:    make(chan struct{}),
		buffers: map[*Buffer]bool{},
	}
}

// Wakes tells the Urgency how to end a blocking system call of the thread that writes
// directly. It comes before Leave.
func (u *Urgency) Wakes(wake func()) { u.wake = wake }

// Leave keeps tracees from waiting for a reader from now on.
func (u *Urgency) Leave() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.Leaving() {
		return
	}
	close(u.leave)
	go u.interrupt()
}

// wakeAgain is how long after a waking that was perhaps too early the next comes.
const wakeAgain = 2 * time.Millisecond

// interrupt ends the direct writes that are going on.
func (u *Urgency) interrupt() {
	for ; u.direct.Load() > 0; time.Sleep(wakeAgain) {
		u.wake()
	}
}

// Quit keeps plait from waiting for a reader from now on.
func (u *Urgency) Quit() {
	u.Leave()
	u.mu.Lock()
	defer u.mu.Unlock()
	if !closed(u.quit) {
		close(u.quit)
	}
}

// Leaving reports whether Leave was called.
func (u *Urgency) Leaving() bool { return closed(u.leave) }

// Over says that nothing is traced any more.
func (u *Urgency) Over() { u.waiting.Add(1) }

// Waiting reports whether plait can do nothing more but wait for a reader.
func (u *Urgency) Waiting() bool { return u.waiting.Load() > 0 }

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// after returns a channel that is closed when d is over.
func after(d time.Duration) <-chan struct{} {
	c := make(chan struct{})
	time.AfterFunc(d, func() { close(c) })
	return c
}

// begin says that the caller will write directly, until end, if it may.
func (u *Urgency) begin() bool {
	u.direct.Add(1)
	if u.Leaving() { // after that: Leave looks the other way round
		u.end()
		return false
	}
	return true
}

func (u *Urgency) end() { u.direct.Add(-1) }

func (u *Urgency) add(b *Buffer) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.buffers[b] = true
}

// remove forgets a Buffer that is done, but for an error that nobody waited for.
func (u *Urgency) remove(b *Buffer, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.buffers, b)
	if err != nil {
		u.errs = append(u.errs, err)
	}
}

// all are the Buffers that are not closed.
func (u *Urgency) all() []*Buffer {
	u.mu.Lock()
	defer u.mu.Unlock()
	var all []*Buffer
	for b := range u.buffers {
		all = append(all, b)
	}
	return all
}

// A Lost is the part of a trace that nobody has read when plait had to quit.
type Lost struct {
	Bytes int // at most; 0: all was written, and it is not known whether all was read
}

func (l *Lost) Error() string { return fmt.Sprintf("up to %d bytes of the trace are lost", l.Bytes) }

// Settle waits until all that Buffers hold is written, and those that were closed are
// done, or until Quit is called. Its error is of Buffers whose Close could not wait for
// that, or a *Lost.
func (u *Urgency) Settle() error {
	if !u.settled(u.quit) && !u.settled(after(quitTime)) {
		return u.lost()
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return errors.Join(u.errs...)
}

// settled waits for all Buffers, or for stop. What one meets may be told through another.
func (u *Urgency) settled(stop <-chan struct{}) bool {
	for busy := true; busy; {
		busy = false
		for _, b := range u.all() {
			was, ok := b.settle(stop)
			if !ok {
				return false
			}
			busy = busy || was
		}
	}
	return true
}

func (u *Urgency) lost() error {
	lost := &Lost{}
	for _, b := range u.all() {
		lost.Bytes += b.Held()
	}
	return lost
}
