package output

import (
	"errors"
	"io"
	"sync"
	"time"
)

// Bounds on what a Buffer holds back: whoever follows the file sees a line
// after maxDelay at the latest.
const (
	maxBlock = 64 << 10
	maxDelay = 10 * time.Millisecond
)

// maxKept is how much a Buffer keeps for a reader that has stopped reading, once no
// tracee may wait for it.
const maxKept = 64 << 20

// attendance is how long a direct write is waited for once no tracee may wait for a
// reader: what is on a terminal stays in order with what the tracee writes there, unless
// the terminal has been stopped.
const attendance = 20 * time.Millisecond

// A Buffer collects small writes into large ones, for a file or a pipe, or passes each on
// at once, for what is shared with others. It is safe for concurrent use.
//
// A file is written to by a goroutine, while the next block is being filled; who fills
// that faster waits, as long as the Urgency lets it.
type Buffer struct {
	mu      sync.Mutex
	w       io.WriteCloser
	failed  func(error)
	urgency *Urgency
	direct  bool          // what is written is waited for
	slow    bool          // no longer: it took too long
	block   []byte        // what is held back
	spare   []byte        // the block before, if it is written
	late    bool          // the block is to be written, however small
	writing bool          // somebody writes
	flying  int           // so many bytes
	moved   chan struct{} // closed at the next change of that; nil: nobody waits
	timer   *time.Timer
	tail    int   // bytes of a line that are written, and its end is not
	err     error // the first one; nothing is written after it
	closed  bool
	done    bool // so is the writer
	left    bool // nobody waited for that
}

// ErrInterrupted is what the writer of a direct Buffer returns when its write was
// interrupted because plait is to leave.
var ErrInterrupted = errors.New("interrupted")

// errLost is the error of a Buffer which holds all that it may when plait is to quit.
var errLost = errors.New("nobody reads it")

// NewBuffer returns a Buffer before w, which it closes in the end. The first error of
// writing, and that of closing, is passed to failed, from whichever goroutine meets it;
// a nil failed is not called.
func NewBuffer(u *Urgency, w io.WriteCloser, failed func(error)) *Buffer {
	if failed == nil {
		failed = func(error) {}
	}
	b := &Buffer{w: w, failed: failed, urgency: u}
	u.add(b)
	return b
}

// NewDirect returns a Buffer that holds nothing back: what is written to it has been
// passed on to w when Write returns, unless plait is to leave and w takes too long. It
// is written to from the thread that the Urgency wakes, but for Later.
func NewDirect(u *Urgency, w io.Writer) *Buffer {
	b := NewBuffer(u, lent{w}, nil)
	b.direct = true
	return b
}

// lent is a writer that somebody else closes.
type lent struct{ io.Writer }

func (lent) Close() error { return nil }

// Write takes p. An error is the first that any write met; text that comes
// after it is dropped, since a trace with a hole would lie.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.add(p); err != nil {
		return 0, err
	}
	switch {
	case b.direct:
		b.late = true
		b.startHere()
		b.attend()
	case len(b.block) >= maxBlock:
		b.start()
		b.makeRoom()
	}
	return len(p), b.err
}

// Later takes p and does not wait for it: it is for goroutines that nothing would wake.
func (b *Buffer) Later(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.add(p); err != nil {
		return 0, err
	}
	b.late = true
	b.start()
	return len(p), nil
}

func (b *Buffer) add(p []byte) error {
	switch {
	case b.err != nil:
		return b.err
	case b.closed:
		return io.ErrClosedPipe
	}
	if len(b.block) == 0 && !b.direct {
		b.arm()
	}
	b.block = append(b.block, p...)
	return nil
}

// arm makes sure that what is being added will not stay for long.
func (b *Buffer) arm() {
	if b.timer == nil {
		b.timer = time.AfterFunc(maxDelay, b.hurry)
		return
	}
	b.timer.Reset(maxDelay)
}

// hurry begins to write what is held back.
func (b *Buffer) hurry() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.late = len(b.block) > 0
	b.start()
}

// attend waits until all is written. Once plait is to leave it does for a moment only,
// and no more when that was not enough.
func (b *Buffer) attend() {
	if b.wait(b.idle, b.urgency.leave) {
		return
	}
	b.slow = b.slow || !b.wait(b.idle, after(attendance))
	b.makeRoom()
}

// makeRoom waits until there is room for more than is held back now: little, if the
// tracee may wait, or much. If nobody may wait, the trace ends.
func (b *Buffer) makeRoom() {
	if b.wait(b.room, b.urgency.leave) || b.muchRoom() {
		return
	}
	b.urgency.waiting.Add(1)
	defer b.urgency.waiting.Add(-1)
	if !b.wait(b.muchRoom, b.urgency.quit) {
		b.fail(errLost)
	}
}

// room reports whether the next block may be filled while this one is being written.
func (b *Buffer) room() bool { return b.idle() || b.err != nil || len(b.block) < maxBlock }

// muchRoom reports whether more may be kept for a reader who has stopped reading.
func (b *Buffer) muchRoom() bool { return b.idle() || b.err != nil || len(b.block)+b.flying < maxKept }

func (b *Buffer) idle() bool { return !b.writing }

// wait lets go of the lock until ok, or until stop is closed. It returns ok.
func (b *Buffer) wait(ok func() bool, stop <-chan struct{}) bool {
	for !ok() && !closed(stop) {
		if b.moved == nil {
			b.moved = make(chan struct{})
		}
		moved := b.moved
		b.mu.Unlock()
		select {
		case <-moved:
		case <-stop:
		}
		b.mu.Lock()
	}
	return ok()
}

// Close flushes and closes the writer. It returns the first error of all that, unless
// plait is to leave and the writer takes its time: then Settle tells.
func (b *Buffer) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	if b.timer != nil {
		b.timer.Stop()
	}
	b.start()
	if b.left = !b.wait(b.idle, b.urgency.leave); b.left {
		return nil
	}
	return b.err
}

// settle waits until nobody writes, or for stop. It reports whether somebody did, and
// whether nobody does.
func (b *Buffer) settle(stop <-chan struct{}) (busy, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.writing, b.wait(b.idle, stop)
}

// Err is the first error that any write met.
func (b *Buffer) Err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// Held is how many bytes are not known to have been written.
func (b *Buffer) Held() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.block) + b.flying
}
