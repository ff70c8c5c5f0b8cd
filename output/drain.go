package output

import (
	"bytes"
	"errors"
	"io"
)

// What a Buffer holds is written by one goroutine at a time, which lets go of the lock
// meanwhile: whoever asks for the lock is never kept by a reader.

// start lets a goroutine write what is due, unless one does. The caller holds the lock,
// as he does in all that follows.
func (b *Buffer) start() {
	if b.writing || !b.due() {
		return
	}
	b.writing = true
	go b.run()
}

// startHere is start by the caller himself, if the Urgency lets him.
func (b *Buffer) startHere() {
	if b.writing || !b.urgency.begin() {
		b.start()
		return
	}
	defer b.urgency.end()
	b.writing = true
	b.drain()
}

// due reports whether there is something to write or to close.
func (b *Buffer) due() bool { return b.full() || b.closed && !b.done }

func (b *Buffer) full() bool {
	return b.err == nil && len(b.block) > 0 && (b.late || b.closed || len(b.block) >= maxBlock)
}

func (b *Buffer) run() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drain()
}

// drain writes until nothing is due. What was interrupted a goroutine goes on with.
func (b *Buffer) drain() {
	for b.due() {
		if !b.full() {
			b.finish()
		} else if !b.write() {
			go b.run()
			return
		}
	}
	b.writing = false
	b.progress()
}

// progress lets those who wait look again.
func (b *Buffer) progress() {
	if b.moved != nil {
		close(b.moved)
		b.moved = nil
	}
}

// write hands the block on, and reports whether that was not interrupted.
func (b *Buffer) write() bool {
	block := b.take()
	b.flying = len(block)
	b.progress()
	b.mu.Unlock()
	n, err := b.w.Write(block)
	if err == nil && n < len(block) {
		err = io.ErrShortWrite
	}
	b.mu.Lock()
	b.flying = 0
	b.count(block[:n])
	if errors.Is(err, ErrInterrupted) {
		b.block, b.late = append(bytes.Clone(block[n:]), b.block...), true
		return false
	}
	if cap(block) <= maxWrite {
		b.spare = block
	}
	b.progress()
	if err != nil {
		cut(b.w, int64(b.tail))
		b.fail(err)
	}
	return true
}

// maxWrite is how much is written at once: of what is kept for a reader who is slow.
const maxWrite = 4 * maxBlock

// take removes from the block what is to be written next.
func (b *Buffer) take() []byte {
	block := b.block
	if len(block) <= maxWrite {
		b.block, b.spare, b.late = b.spare[:0], nil, false
		return block
	}
	b.block = block[maxWrite:]
	if len(b.block) <= maxWrite {
		b.block = bytes.Clone(b.block) // so that the rest is not kept alive
	}
	return block[:maxWrite]
}

// fail makes err the end of what is written.
func (b *Buffer) fail(err error) {
	if b.err != nil {
		return
	}
	b.err = err
	b.tell(err)
}

// tell calls failed without the lock, so that it may use the Buffer.
func (b *Buffer) tell(err error) {
	b.mu.Unlock()
	defer b.mu.Lock()
	b.failed(err)
}

// finish closes the writer.
func (b *Buffer) finish() {
	b.mu.Unlock()
	err := b.w.Close()
	b.mu.Lock()
	if err != nil {
		b.tell(err)
	}
	b.err = errors.Join(b.err, err)
	b.done = true
	if b.left {
		b.urgency.remove(b, b.err)
	} else {
		b.urgency.remove(b, nil)
	}
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
