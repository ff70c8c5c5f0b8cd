package jsonl

import (
	"time"

	"plait/event"
)

// holdFor is how long a call may last without a record. One that is not over then
// may be waiting for something, and plait may be gone before it ends.
const holdFor = 10 * time.Millisecond

// held are the records of the begins of calls that have begun just now: most of
// them end before anyone would miss them.
type held struct {
	calls []begun
	spare [][]byte // records that were dropped: room for others
	timer *time.Timer
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
	if len(h.calls) == 0 {
		h.start(j.ring)
	}
	h.calls = append(h.calls, begun{id: e.Call.ID, record: append(room, j.line...)})
}

// drop forgets a call that ends. If its begin was told it is not here any more.
func (j *Writer) drop(id uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	h := &j.held
	for i := len(h.calls) - 1; i >= 0; i-- {
		if h.calls[i].id == id {
			h.keep(h.calls[i].record)
			h.calls = append(h.calls[:i], h.calls[i+1:]...)
			return
		}
	}
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
	n := 0
	for n < len(h.calls) && h.calls[n].old {
		n++
	}
	j.release(len(h.calls) - n)
	for i := range h.calls {
		h.calls[i].old = true
	}
	if len(h.calls) > 0 {
		h.start(j.ring)
	}
}

// release writes the begins of all but the last so many calls, in the order in which
// they were made. The caller holds the lock.
func (j *Writer) release(but int) {
	h := &j.held
	n := len(h.calls) - but
	for _, c := range h.calls[:n] {
		_, _ = j.w.Write(c.record) // whoever hears of errors hears of this one with the next record
		h.keep(c.record)
	}
	h.calls = append(h.calls[:0], h.calls[n:]...)
}
