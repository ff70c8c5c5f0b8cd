package jsonl

import (
	"cmp"
	"slices"
	"time"

	"plait/event"
	"plait/output/calls"
)

// beginDelay is how long a call may last without a record. One that is not over then
// may be waiting for something, and plait may be gone before it ends.
const beginDelay = 10 * time.Millisecond

// pendingBegins are the records of the begins of calls that have begun just now: most of
// them end before anyone would miss them.
type pendingBegins struct {
	calls   calls.Open[pendingBegin]
	spare   [][]byte // records that were dropped: room for others
	timer   *time.Timer
	running bool // the timer
}

// A pendingBegin call has not ended.
type pendingBegin struct {
	id     uint64
	aged   bool // it was there when the timer rang
	record []byte
}

// deferBegin keeps the record of the begin of a call for a moment.
func (w *Writer) deferBegin(e *event.Enter) {
	w.beginRecord(e)
	w.line = append(w.line, '\n')
	w.mu.Lock()
	defer w.mu.Unlock()
	h := &w.pending
	var room []byte
	if n := len(h.spare); n > 0 {
		room, h.spare = h.spare[n-1][:0], h.spare[:n-1]
	}
	if !h.running {
		h.startTimer(w.tick)
	}
	h.calls.Thread(e.TID).Push(e.Call.ID, pendingBegin{id: e.Call.ID, record: append(room, w.line...)})
}

// dropBegin forgets a call that ends. If its begin was told it is not here any more.
func (w *Writer) dropBegin(e *event.Return) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b, ok := w.pending.calls.Ending(e).Take(e.Call); ok {
		w.pending.recycle(b.record)
	}
}

// follow lets the records go with their threads. They stay when a thread is
// copied: a call begins once.
func (w *Writer) follow(e event.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending.calls.Follow(e)
}

// Bounds on the room that is kept.
const (
	maxSpare  = 64
	maxRecord = 4 << 10
)

func (p *pendingBegins) recycle(record []byte) {
	if len(p.spare) < maxSpare && cap(record) <= maxRecord {
		p.spare = append(p.spare, record)
	}
}

func (p *pendingBegins) startTimer(ring func()) {
	p.running = true
	if p.timer == nil {
		p.timer = time.AfterFunc(beginDelay, ring)
		return
	}
	p.timer.Reset(beginDelay)
}

func (p *pendingBegins) stopTimer() {
	if p.timer != nil {
		p.timer.Stop()
	}
}

// tick writes the begins of the calls that were there the last time, too.
func (w *Writer) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	h := &w.pending
	h.running = false
	w.flushBegins(func(b *pendingBegin) bool { return b.aged })
	for t := range h.calls.Threads() {
		for i := range t.Len() {
			t.At(i).aged = true
			h.running = true
		}
	}
	if h.running {
		h.startTimer(w.tick)
	}
}

// flushBegins writes the begins of calls in the order in which they were made: in each
// thread, of the outermost ones that are due. The caller holds the lock.
func (w *Writer) flushBegins(due func(*pendingBegin) bool) {
	h := &w.pending
	var list []pendingBegin
	for t := range h.calls.Threads() {
		n := 0
		for n < t.Len() && due(t.At(n)) {
			list = append(list, *t.At(n))
			n++
		}
		t.Delete(0, n)
	}
	slices.SortFunc(list, func(a, b pendingBegin) int { return cmp.Compare(a.id, b.id) })
	for _, b := range list {
		_, _ = w.w.Write(b.record) // whoever hears of errors hears of this one with the next record
		h.recycle(b.record)
	}
}
