package output

import (
	"errors"
	"io"
	"sync"
	"time"
)

// Bounds on what a Buffer holds back. A reader that follows the file sees a line after
// maxDelay at most.
const (
	maxBlock = 64 << 10
	maxDelay = 10 * time.Millisecond
)

// maxKept bounds what a Buffer keeps for a reader that has stopped reading, once no
// tracee may wait for that reader.
const maxKept = 64 << 20

// directWait is how long Write waits for a direct write once no tracee may wait for a
// reader. A terminal then shows plait's lines in order with the tracee's own, unless the
// terminal is stopped.
const directWait = 20 * time.Millisecond

// A Buffer collects small writes into large ones, for a file or a pipe. A direct
// Buffer passes on each write at once, for a file that is shared with others. Both
// are safe for concurrent use.
//
// A goroutine writes one block to the file while the next is being filled. A caller
// that fills blocks faster than they are written waits for as long as the Shutdown
// lets it.
type Buffer struct {
	mu           sync.Mutex
	w            io.WriteCloser
	failed       func(error)
	shutdown     *Shutdown
	direct       bool          // Write waits until its text is written
	slow         bool          // a direct write took too long: Write no longer waits
	block        []byte        // text that is held back
	spare        []byte        // the block written before, for reuse
	flushDue     bool          // the block is to be written, however small
	writing      bool          // a write is going on
	inFlight     int           // bytes that it writes
	changed      chan struct{} // closed when writing, inFlight or err change; nil: nobody waits
	timer        *time.Timer
	partial      int   // bytes written of a line whose end is not
	err          error // the first one; nothing is written after it
	closed       bool
	writerClosed bool // w was closed
	unattended   bool // Close returned before that
}

// ErrInterrupted is the error of a direct Buffer's writer whose write was interrupted
// because plait is shutting down.
var ErrInterrupted = errors.New("interrupted")

// errUnread is the error of a Buffer that holds maxKept bytes when shutdown is
// forced.
var errUnread = errors.New("nobody reads it")

// NewBuffer returns a Buffer that writes to w, and closes w at its own Close. It
// passes the first write error and the error of closing to failed, if that is not
// nil, from the goroutine that meets it.
func NewBuffer(u *Shutdown, w io.WriteCloser, failed func(error)) *Buffer {
	if failed == nil {
		failed = func(error) {}
	}
	b := &Buffer{w: w, failed: failed, shutdown: u}
	u.add(b)
	return b
}

// NewDirect returns a Buffer that holds nothing back: when Write returns, the text
// has been passed on to w, unless plait is shutting down and w takes too long. Write
// must be called from the thread that the Shutdown wakes; other threads use
// WriteAsync.
func NewDirect(u *Shutdown, w io.Writer) *Buffer {
	b := NewBuffer(u, KeepOpen(w), nil)
	b.direct = true
	return b
}

// KeepOpen returns w with a Close that does nothing.
func KeepOpen(w io.Writer) io.WriteCloser { return nopCloser{w} }

// A nopCloser is a writer that somebody else closes.
type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// Write takes p. It returns the first error that any write met; text that comes after
// it is dropped, since a trace with a hole would be false.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.add(p); err != nil {
		return 0, err
	}
	switch {
	case b.direct:
		b.flushDue = true
		b.writeHere()
		b.waitWritten()
	case len(b.block) >= maxBlock:
		b.startWriter()
		b.waitForRoom()
	}
	return len(p), b.err
}

// WriteAsync takes p and does not wait until it is written. It is for goroutines,
// which nothing would wake.
func (b *Buffer) WriteAsync(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.add(p); err != nil {
		return 0, err
	}
	b.flushDue = true
	b.startWriter()
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
		b.startTimer()
	}
	b.block = append(b.block, p...)
	return nil
}

// startTimer bounds how long the text that is being added is held back.
func (b *Buffer) startTimer() {
	if b.timer == nil {
		b.timer = time.AfterFunc(maxDelay, b.Flush)
		return
	}
	b.timer.Reset(maxDelay)
}

// Flush begins to write what is held back.
func (b *Buffer) Flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.flushDue = len(b.block) > 0
	b.startWriter()
}

// waitWritten waits until everything is written. During shutdown it waits only
// briefly, and not at all after that has not been enough once.
func (b *Buffer) waitWritten() {
	if b.wait(b.idle, b.shutdown.begun) {
		return
	}
	b.slow = b.slow || !b.wait(b.idle, after(directWait))
	b.waitForRoom()
}

// waitForRoom waits until there is room for more text: for one block while tracees
// may wait, for maxKept bytes during shutdown. If shutdown is forced, the trace ends.
func (b *Buffer) waitForRoom() {
	if b.wait(b.hasRoom, b.shutdown.begun) || b.hasKeptRoom() {
		return
	}
	b.shutdown.waiting.Add(1)
	defer b.shutdown.waiting.Add(-1)
	if !b.wait(b.hasKeptRoom, b.shutdown.forced) {
		b.fail(errUnread)
	}
}

// hasRoom reports whether the next block may be filled while this one is being
// written.
func (b *Buffer) hasRoom() bool { return b.idle() || b.err != nil || len(b.block) < maxBlock }

// hasKeptRoom reports whether more may be kept for a reader that has stopped reading.
func (b *Buffer) hasKeptRoom() bool {
	return b.idle() || b.err != nil || len(b.block)+b.inFlight < maxKept
}

func (b *Buffer) idle() bool { return !b.writing }

// wait unlocks the Buffer until ok holds or stop is closed. It returns ok().
func (b *Buffer) wait(ok func() bool, stop <-chan struct{}) bool {
	for !ok() && !closed(stop) {
		if b.changed == nil {
			b.changed = make(chan struct{})
		}
		changed := b.changed
		b.mu.Unlock()
		select {
		case <-changed:
		case <-stop:
		}
		b.mu.Lock()
	}
	return ok()
}

// Close flushes and closes the writer, and returns the first error of either. If
// plait is shutting down and the writer is slow, Close returns nil at once and the
// error comes from Shutdown.Settle.
func (b *Buffer) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	if b.timer != nil {
		b.timer.Stop()
	}
	b.startWriter()
	if b.unattended = !b.wait(b.idle, b.shutdown.begun); b.unattended {
		return nil
	}
	return b.err
}

// settle waits until no write is going on, or for stop. It reports whether one was
// (busy), and whether none is now (ok).
func (b *Buffer) settle(stop <-chan struct{}) (busy, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.writing, b.wait(b.idle, stop)
}

// Err returns the first error that any write met.
func (b *Buffer) Err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// held returns the number of bytes that are not known to have been written.
func (b *Buffer) held() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.block) + b.inFlight
}
