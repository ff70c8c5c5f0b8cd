package recording

import (
	"fmt"
	"sync"
	"time"

	"plait/event"
)

// Bounds on what is held back. What was emitted maxAge ago has been handed on to be
// compressed and written, which has the rest of the 10 ms that users are promised.
const (
	maxBlock = 64 << 10
	maxAge   = 8 * time.Millisecond
)

// loneSize is the size of a block that holds one event only.
const loneSize = 4 * maxBlock

// blocksAhead is how many blocks may wait to be compressed before Emit waits.
const blocksAhead = 4

// A Writer is an event.Sink that records all events.
//
// Emit codes events into a block. A goroutine compresses and writes the block before.
type Writer struct {
	mu     sync.Mutex // over what Emit and the timer use
	enc    *encoder
	timer  *time.Timer
	closed bool

	full chan block
	free chan []byte
	done chan struct{}
	out  destination // the goroutine's

	errMu sync.Mutex
	err   error // the first one
}

// A block is events that were coded and are to be written.
type block struct {
	coded  []byte
	first  uint64
	events int
	time   int64 // of the last one, in nanoseconds since 1970
	dump   bool  // instead of events: what is kept is to be written
}

// A destination takes what was recorded. Its methods are called by one goroutine.
type destination interface {
	write(b block) error
	dump() error // writes what it keeps
	close() error
}

// newWriter returns a Writer to a destination.
func newWriter(out destination) *Writer {
	w := &Writer{
		enc:  newEncoder(),
		full: make(chan block, blocksAhead),
		free: make(chan []byte, blocksAhead+2),
		done: make(chan struct{}),
		out:  out,
	}
	w.timer = time.AfterFunc(time.Hour, w.flush)
	w.timer.Stop()
	go w.run()
	return w
}

// Emit records an event. The error is the first one of writing, perhaps of events
// before.
func (w *Writer) Emit(e event.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return w.failure()
	}
	before := len(w.enc.out)
	if w.enc.add(e); w.enc.events == 1 {
		w.timer.Reset(maxAge)
	}
	switch size := len(w.enc.out); {
	case size > loneSize:
		w.alone(e, before)
	case size >= maxBlock || w.enc.events == maxEvents:
		w.seal()
	default:
		return nil
	}
	return w.failure()
}

// alone puts the event that was coded last, which is large, into a block of its own. One
// that is too large is left out.
func (w *Writer) alone(e event.Event, before int) {
	if w.enc.events > 1 {
		w.enc.out = w.enc.out[:before]
		w.enc.events--
		w.seal()
		w.enc.add(e)
	}
	if size := len(w.enc.out); size > maxRaw {
		w.enc.drop()
		w.enc.add(tooLarge(e, size))
	}
	w.seal()
}

// tooLarge is what is recorded in place of an event that is too large.
func tooLarge(e event.Event, size int) event.Event {
	n := &event.Notice{Head: *e.Header(), Text: fmt.Sprintf("an event of %d bytes is not in the recording, where one has at most %d", size, maxRaw)}
	return n
}

// flush hands on what is held back.
func (w *Writer) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.seal()
	}
}

// seal hands on the block and begins the next one. The caller holds the lock.
func (w *Writer) seal() {
	if w.enc.events == 0 {
		return
	}
	b := block{coded: w.enc.out, first: w.enc.first, events: w.enc.events, time: w.enc.time}
	select {
	case w.enc.out = <-w.free:
	default:
		w.enc.out = make([]byte, 0, maxBlock+maxBlock/4)
	}
	w.enc.next()
	w.timer.Stop()
	w.full <- b
}

// Dump makes a Writer of NewLast write what it keeps, from any goroutine.
func (w *Writer) Dump() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.seal()
		w.full <- block{dump: true}
	}
}

// run writes the blocks.
func (w *Writer) run() {
	defer close(w.done)
	for b := range w.full {
		w.handle(b)
	}
	if w.failure() == nil {
		w.fail(w.out.close())
	}
}

// handle writes a block, or does what else it says.
func (w *Writer) handle(b block) {
	switch {
	case w.failure() != nil:
	case b.dump:
		w.fail(w.out.dump())
		return
	default:
		w.fail(w.out.write(b))
	}
	if c := cap(b.coded); c > 0 && c <= 2*loneSize {
		select {
		case w.free <- b.coded:
		default:
		}
	}
}

func (w *Writer) fail(err error) {
	w.errMu.Lock()
	defer w.errMu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

func (w *Writer) failure() error {
	w.errMu.Lock()
	defer w.errMu.Unlock()
	return w.err
}

// Close writes what is left, and the end. It does not close the file.
func (w *Writer) Close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		w.timer.Stop()
		w.seal()
		close(w.full)
	}
	w.mu.Unlock()
	<-w.done
	return w.failure()
}
