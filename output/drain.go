package output

import (
	"bytes"
	"errors"
	"io"
)

// One goroutine at a time writes what a Buffer holds. It unlocks the Buffer meanwhile,
// so that nobody who wants the lock has to wait for a reader.

// startWriter starts a goroutine that writes what is due, unless one is running. The
// caller holds the lock; so do the callers of all functions below.
func (b *Buffer) startWriter() {
	if b.writing || !b.due() {
		return
	}
	b.writing = true
	go b.runWriter()
}

// writeHere writes in the caller's own thread if the Shutdown allows that, else like
// startWriter.
func (b *Buffer) writeHere() {
	if b.writing || !b.shutdown.beginDirect() {
		b.startWriter()
		return
	}
	defer b.shutdown.endDirect()
	b.writing = true
	b.drain()
}

// due reports whether there is something to write or to close.
func (b *Buffer) due() bool { return b.writeDue() || b.closed && !b.writerClosed }

func (b *Buffer) writeDue() bool {
	return b.err == nil && len(b.block) > 0 && (b.flushDue || b.closed || len(b.block) >= maxBlock)
}

func (b *Buffer) runWriter() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drain()
}

// drain writes until nothing is due. A goroutine goes on with a write that was
// interrupted.
func (b *Buffer) drain() {
	for b.due() {
		if !b.writeDue() {
			b.closeWriter()
		} else if !b.write() {
			go b.runWriter()
			return
		}
	}
	b.writing = false
	b.notifyWaiters()
}

// notifyWaiters makes waiting callers check their conditions again.
func (b *Buffer) notifyWaiters() {
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

// write writes one block. It reports false if the write was interrupted.
func (b *Buffer) write() bool {
	block := b.nextBlock()
	b.inFlight = len(block)
	b.notifyWaiters()
	b.mu.Unlock()
	n, err := b.w.Write(block)
	if err == nil && n < len(block) {
		err = io.ErrShortWrite
	}
	b.mu.Lock()
	b.inFlight = 0
	b.countPartial(block[:n])
	if errors.Is(err, ErrInterrupted) {
		b.block, b.flushDue = append(bytes.Clone(block[n:]), b.block...), true
		return false
	}
	if cap(block) <= maxWrite {
		b.spare = block
	}
	b.notifyWaiters()
	if err != nil {
		truncateTail(b.w, int64(b.partial))
		b.fail(err)
	}
	return true
}

// maxWrite bounds one write, if much was kept for a slow reader.
const maxWrite = 4 * maxBlock

// nextBlock removes from the held text what is to be written next, and returns it.
func (b *Buffer) nextBlock() []byte {
	block := b.block
	if len(block) <= maxWrite {
		b.block, b.spare, b.flushDue = b.spare[:0], nil, false
		return block
	}
	b.block = block[maxWrite:]
	if len(b.block) <= maxWrite {
		b.block = bytes.Clone(b.block) // frees what was written
	}
	return block[:maxWrite]
}

// fail records err; nothing is written after it.
func (b *Buffer) fail(err error) {
	if b.err != nil {
		return
	}
	b.err = err
	b.report(err)
}

// report calls failed without the lock, so that failed may use the Buffer.
func (b *Buffer) report(err error) {
	b.mu.Unlock()
	defer b.mu.Lock()
	b.failed(err)
}

// closeWriter closes the writer.
func (b *Buffer) closeWriter() {
	b.mu.Unlock()
	err := b.w.Close()
	b.mu.Lock()
	if err != nil {
		b.report(err)
	}
	b.err = errors.Join(b.err, err)
	b.writerClosed = true
	if b.unattended {
		b.shutdown.remove(b, b.err)
	} else {
		b.shutdown.remove(b, nil)
	}
}

// countPartial counts how many bytes of an unfinished line were written, with p the
// last.
func (b *Buffer) countPartial(p []byte) {
	if i := bytes.LastIndexByte(p, '\n'); i >= 0 {
		b.partial, p = 0, p[i+1:]
	}
	b.partial += len(p)
}

// A truncater is a file whose last bytes can be removed again.
type truncater interface {
	io.Seeker
	Truncate(size int64) error
}

// truncateTail removes the last n bytes written to w, if w allows it, so that a trace
// that had to end, on a full disk above all, ends with a whole line. If the file
// offset is not at the end, others have written to the file, and it stays as it is.
func truncateTail(w any, n int64) {
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
