package output

import (
	"bytes"
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

// A Buffer collects small writes into large ones, for a file or a pipe. It is
// safe for concurrent use.
type Buffer struct {
	mu     sync.Mutex
	w      io.Writer
	failed func(error)
	block  []byte
	timer  *time.Timer
	tail   int   // bytes of a line that are written, and its end is not
	err    error // the first one; nothing is written after it
	closed bool
}

// NewBuffer returns a Buffer before w. The first error of w is passed to
// failed, from whichever goroutine meets it; a nil failed is not called.
func NewBuffer(w io.Writer, failed func(error)) *Buffer {
	return &Buffer{w: w, failed: failed}
}

// Write takes p. An error is the first that any write met; text that comes
// after it is dropped, since a trace with a hole would lie.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	first := b.err == nil
	n, err := b.add(p)
	b.mu.Unlock()
	return n, b.report(first, err)
}

func (b *Buffer) add(p []byte) (int, error) {
	switch {
	case b.err != nil:
		return 0, b.err
	case b.closed:
		return 0, io.ErrClosedPipe
	}
	if len(b.block) == 0 {
		b.arm()
	}
	b.block = append(b.block, p...)
	if len(b.block) < maxBlock {
		return len(p), nil
	}
	if err := b.write(); err != nil {
		return 0, err
	}
	return len(p), nil
}

// arm makes sure that what is being added will not stay for long.
func (b *Buffer) arm() {
	if b.timer == nil {
		b.timer = time.AfterFunc(maxDelay, func() { _ = b.Flush() })
		return
	}
	b.timer.Reset(maxDelay)
}

// write hands the block on. The caller holds the lock.
func (b *Buffer) write() error {
	if b.err != nil || len(b.block) == 0 {
		return b.err
	}
	n, err := b.w.Write(b.block)
	if err == nil && n < len(b.block) {
		err = io.ErrShortWrite
	}
	b.count(b.block[:n])
	if b.err = err; err != nil {
		cut(b.w, int64(b.tail))
	}
	if b.block = b.block[:0]; cap(b.block) > 4*maxBlock {
		b.block = nil
	}
	return err
}

// count notes how much of a line p, which was written, leaves without its end.
func (b *Buffer) count(p []byte) {
	if i := bytes.LastIndexByte(p, '\n'); i >= 0 {
		b.tail, p = 0, p[i+1:]
	}
	b.tail += len(p)
}

// A truncater is a file, from which what was written can be taken back.
type truncater interface {
	io.Seeker
	Truncate(size int64) error
}

// cut takes back the last n bytes written to w if that can be: a trace that had to
// end, on a full disk above all, ends with a whole line. Where w is not at its end
// they are somebody else's.
func cut(w any, n int64) {
	f, ok := w.(truncater)
	if !ok || n == 0 {
		return
	}
	at, err := f.Seek(0, io.SeekCurrent)
	end, err2 := f.Seek(0, io.SeekEnd)
	if err == nil && err2 == nil && at == end && n <= end {
		_ = f.Truncate(end - n)
	}
}

// report calls failed if err is new. The lock is not held, so that failed may
// use the Buffer.
func (b *Buffer) report(first bool, err error) error {
	if first && err != nil && b.failed != nil {
		b.failed(err)
	}
	return err
}

// Flush writes what is held back.
func (b *Buffer) Flush() error {
	b.mu.Lock()
	first := b.err == nil
	err := b.write()
	b.mu.Unlock()
	return b.report(first, err)
}

// Close flushes and returns the first error that any write met. It does not
// close the writer.
func (b *Buffer) Close() error {
	b.mu.Lock()
	b.closed = true
	if b.timer != nil {
		b.timer.Stop()
	}
	b.mu.Unlock()
	return b.Flush()
}
