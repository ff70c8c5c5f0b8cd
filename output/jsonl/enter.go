package jsonl

import (
	"cmp"
	"slices"
	"time"

	"plait/event"
	"plait/output/calls"
)

// enterDelay is how long a call may last without a record. A longer call may be waiting
// for something, and plait may end before it does.
const enterDelay = 10 * time.Millisecond

// pendingEnters are the records of calls that have just begun. Most of these calls end so
// soon that nobody needs the record.
type pendingEnters struct {
	calls   calls.Open[pendingEnter]
	spare   [][]byte // buffers of dropped records, for reuse
	timer   *time.Timer
	running bool      // the timer runs
	ring    time.Time // with Options.Recorded, when it rings or has rung last
}

// A pendingEnter call has not ended.
type pendingEnter struct {
	id     uint64
	aged   bool // it was there when the timer rang
	record []byte
}

// deferEnter keeps the record of the begin of a call for a moment.
func (w *Writer) deferEnter(e *event.Enter) {
	w.enterRecord(e)
	w.line = append(w.line, '\n')
	w.mu.Lock()
	defer w.mu.Unlock()
	h := &w.pending
	var room []byte
	if n := len(h.spare); n > 0 {
		room, h.spare = h.spare[n-1][:0], h.spare[:n-1]
	}
	if !h.running {
		w.startTimer(e.Time)
	}
	h.calls.Thread(e.TID).Push(e.Call.ID, pendingEnter{id: e.Call.ID, record: append(room, w.line...)})
}

// dropEnter forgets a call that ends. If its record was written, it is not here any more.
func (w *Writer) dropEnter(e *event.Return) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b, ok := w.pending.calls.Ending(e).Take(e.Call); ok {
		w.pending.recycle(b.record)
	}
}

// follow updates the records when threads change. A fork does not copy them, because a
// call begins only once.
func (w *Writer) follow(e event.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending.calls.Follow(e)
}

// Bounds on the memory that is kept for reuse.
const (
	maxSpare  = 64
	maxRecord = 4 << 10
)

func (p *pendingEnters) recycle(record []byte) {
	if len(p.spare) < maxSpare && cap(record) <= maxRecord {
		p.spare = append(p.spare, record)
	}
}

// startTimer makes the timer ring enterDelay from now.
func (w *Writer) startTimer(now time.Time) {
	p := &w.pending
	p.running = true
	switch {
	case w.o.Recorded:
		p.ring = now.Add(enterDelay)
	case p.timer == nil:
		p.timer = time.AfterFunc(enterDelay, w.tick)
	default:
		p.timer.Reset(enterDelay)
	}
}

// passTime rings the timer as often as it would have rung until now.
func (w *Writer) passTime(now time.Time) {
	for w.pending.running && !now.Before(w.pending.ring) {
		w.tick()
	}
}

func (p *pendingEnters) stopTimer() {
	if p.timer != nil {
		p.timer.Stop()
	}
}

// tick writes the records of the calls that were already there at the tick before.
func (w *Writer) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	h := &w.pending
	h.running = false
	w.flushEnters(func(b *pendingEnter) bool { return b.aged })
	for t := range h.calls.Threads() {
		for i := range t.Len() {
			t.At(i).aged = true
			h.running = true
		}
	}
	if h.running {
		w.startTimer(h.ring)
	}
}

// flushEnters writes the records of calls in the order in which the calls were made. It goes
// from the outermost call of each thread to the first one that is not due. The caller
// holds the lock.
func (w *Writer) flushEnters(due func(*pendingEnter) bool) {
	h := &w.pending
	var list []pendingEnter
	for t := range h.calls.Threads() {
		n := 0
		for n < t.Len() && due(t.At(n)) {
			list = append(list, *t.At(n))
			n++
		}
		t.Delete(0, n)
	}
	slices.SortFunc(list, func(a, b pendingEnter) int { return cmp.Compare(a.id, b.id) })
	for _, b := range list {
		_, _ = w.w.Write(b.record) // the next record reports the error
		h.recycle(b.record)
	}
}
