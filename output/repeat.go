package output

import (
	"errors"
	"sync"
	"time"

	"plait/event"
)

// A Table is a sink that writes a table when it is closed, and may be asked for it
// before.
type Table interface {
	event.Sink
	Print(after time.Duration) error // after: since the begin of the trace
}

// A Repeater is an event.Sink that has a Table written again and again, and on request.
// Print and Tick are safe for concurrent use with everything else.
type Repeater struct {
	mu       sync.Mutex
	table    Table
	interval time.Duration
	begun    time.Time // when the first event was; zero: there was none
	due      time.Time // when the table is written next
	closed   bool
}

// NewRepeater returns a Repeater that passes events on to a Table, which is written each
// time that so much time has passed between events; 0 means on request only.
func NewRepeater(t Table, interval time.Duration) *Repeater {
	return &Repeater{table: t, interval: interval}
}

// Emit passes an event on, after the table if that is due. The time is that of events, so
// that a recorded trace gives the same tables.
func (r *Repeater) Emit(e event.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var err error
	if t := e.Header().Time; !t.IsZero() {
		err = r.advance(t)
	}
	return errors.Join(err, r.table.Emit(e))
}

// advance writes the table if it is due at a time.
func (r *Repeater) advance(t time.Time) error {
	if r.begun.IsZero() {
		r.begun, r.due = t, t.Add(r.interval)
	}
	if r.interval == 0 || t.Before(r.due) {
		return nil
	}
	passed := t.Sub(r.begun).Truncate(r.interval)
	r.due = r.begun.Add(passed + r.interval)
	return r.table.Print(passed)
}

// Tick tells a live Repeater the time where there are no events.
func (r *Repeater) Tick(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed && !r.begun.IsZero() {
		_ = r.advance(now) // who reads the trace is told of errors by its Buffer
	}
}

// Print writes the table as it is at a time.
func (r *Repeater) Print(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed && !r.begun.IsZero() {
		_ = r.table.Print(now.Sub(r.begun))
	}
}

// Close closes the Table, which writes itself a last time.
func (r *Repeater) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return r.table.Close()
}
