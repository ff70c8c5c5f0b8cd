package jsonl

import (
	"cmp"
	"slices"
	"time"

	"plait/event"
	"plait/output/calls"
)

// holdFor is how long a call may last without a record. One that is not over then
// may be waiting for something, and plait may be gone before it ends.
const holdFor = 10 * time.Millisecond

// held are the records of the begins of calls that have begun just now: most of
// them end before anyone would miss them.
type held struct {
	calls   calls.Open[begun]
	spare   [][]byte // records that were dropped: room for others
	timer   *time.Timer
	running bool // the timer
}

// A begun call has not ended.
type begun struct {
	id     uint64
	old    bool // it was there when the timer rang
	record []byte
}

// hold keeps the record of the begin of a call for a moment.
func (j *Writer) hold(e *event.Enter) {
	j.entered(e)
	j.line = append(j.line, '\n')
	j.mu.Lock()
	defer j.mu.Unlock()
	h := &j.held
	var room []byte
	if n := len(h.spare); n > 0 {
		room, h.spare = h.spare[n-1][:0], h.spare[:n-1]
	}
	if !h.running {
		h.start(j.ring)
	}
	h.calls.Thread(e.TID).Push(e.Call.ID, begun{id: e.Call.ID, record: append(room, j.line...)})
}

// drop forgets a call that ends. If its begin was told it is not here any more.
func (j *Writer) drop(e *event.Return) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if b, ok := j.held.calls.Ending(e).Take(e.Call); ok {
		j.held.keep(b.record)
	}
}

// follow lets the records go with their threads. They stay when a thread is
// copied: a call begins once.
func (j *Writer) follow(e event.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.held.calls.Follow(e)
}

// Bounds on the room that is kept.
const (
	maxSpare  = 64
	maxRecord = 4 << 10
)

func (h *held) keep(record []byte) {
	if len(h.spare) < maxSpare && cap(record) <= maxRecord {
		h.spare = append(h.spare, record)
	}
}

func (h *held) start(ring func()) {
	h.running = true
	if h.timer == nil {
		h.timer = time.AfterFunc(holdFor, ring)
		return
	}
	h.timer.Reset(holdFor)
}

func (h *held) stop() {
	if h.timer != nil {
		h.timer.Stop()
	}
}

// ring writes the begins of the calls that were there the last time, too.
func (j *Writer) ring() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return
	}
	h := &j.held
	h.running = false
	j.release(func(b *begun) bool { return b.old })
	for t := range h.calls.Threads() {
		for i := range t.Len() {
			t.At(i).old = true
			h.running = true
		}
	}
	if h.running {
		h.start(j.ring)
	}
}

// release writes the begins of calls in the order in which they were made: in each
// thread, of the outermost ones that are due. The caller holds the lock.
func (j *Writer) release(due func(*begun) bool) {
	h := &j.held
	var list []begun
	for t := range h.calls.Threads() {
		n := 0
		for n < t.Len() && due(t.At(n)) {
			list = append(list, *t.At(n))
			n++
		}
		t.Delete(0, n)
	}
	slices.SortFunc(list, func(a, b begun) int { return cmp.Compare(a.id, b.id) })
	for _, b := range list {
		_, _ = j.w.Write(b.record) // whoever hears of errors hears of this one with the next record
		h.keep(b.record)
	}
}
