package summary

import (
	"io"
	"time"

	"plait/event"
	"plait/output/calls"
	"plait/output/table"
)

// Options say what the table shows.
type Options struct {
	Name   func(*event.Call) string // returns the name of a call's row, quickly; calls of one name share a row
	Totals bool                     // a column with the times of nested calls included

	// What follows is for a table with more columns than ltrace's.

	Detail bool // write that one
	Kernel bool // system calls are traced, so that their share is known
	Sort   Order
	Form   table.Form
	Look   table.Look
}

// A Summary is an event.Sink that writes a table when it is closed.
type Summary struct {
	w      io.Writer
	o      Options
	byName map[string]*row
	calls  calls.Open[frame]
	traced bool // there was an event other than a notice
}

type row struct {
	name    string
	calls   int
	self    time.Duration
	total   time.Duration
	open    int  // calls of this row that have begun and not returned, in all threads
	program bool // the call that the whole program runs in

	// With Options.Detail only.
	errors uint64
	kernel time.Duration // the part of total that was spent in system calls
	times  histogram
}

// programCall is the library call that calls main in every program of glibc and musl
// (Linux Standard Base, "__libc_start_main"). Time that is spent in it and in no other
// call is the program's own.
const programCall = "__libc_start_main"

// A frame is an open call.
type frame struct {
	row       *row
	nested    time.Duration // spent in calls that this one made
	kernel    time.Duration // and in system calls, however deep
	outermost bool          // no call of the same row is around it in this thread
}

// New returns a Summary that writes its table to w when closed.
func New(w io.Writer, o Options) *Summary {
	return &Summary{w: w, o: o, byName: map[string]*row{}}
}

// Emit counts. It returns no error.
func (s *Summary) Emit(e event.Event) error {
	if _, ok := e.(*event.Notice); !ok {
		s.traced = true
	}
	switch e := e.(type) {
	case *event.Enter:
		s.callEnter(e)
	case *event.Return:
		s.callReturn(e)
	case *event.Exec, *event.Exit, *event.Detach: // not Spawn: a copy of a call does not count
		s.calls.Follow(e)
	}
	return nil
}

// Close writes the table, if anything was traced. It returns the writer's error, and does
// not close the writer.
func (s *Summary) Close() error {
	if !s.traced {
		return nil
	}
	_, err := s.w.Write(s.bytes(nil))
	return err
}

// Print writes the table in the middle of the trace, that long after its begin. Calls
// that have not ended are counted, without their times.
func (s *Summary) Print(after time.Duration) error {
	span := table.Span(after)
	_, err := s.w.Write(s.bytes(&span))
	return err
}

func (s *Summary) bytes(after *table.Span) []byte {
	if !s.o.Detail {
		return s.table(after)
	}
	t := s.detail()
	t.After = after
	return t.Bytes(s.o.Form, s.o.Look)
}

func (s *Summary) callEnter(e *event.Enter) {
	t, r := s.calls.Thread(e.TID), s.row(e.Call)
	r.calls++
	t.Push(e.Call.ID, frame{row: r, outermost: !markOpen(t, r)})
}

// markOpen reports whether the thread is in a call of r. Recursion may open many calls,
// so only those near the top are searched, and none if r has no open call.
func markOpen(t *calls.Thread[frame], r *row) bool {
	if r.open++; r.open == 1 {
		return false
	}
	for i := t.Len() - 1; i >= 0; i-- {
		if t.At(i).row == r {
			return true
		}
	}
	return false
}

// callReturn adds a call's time to its row, without the time of nested calls, and to the
// nested time of the call around it.
func (s *Summary) callReturn(e *event.Return) {
	t := s.calls.Ending(e)
	i := t.Find(e.Call)
	if i < 0 {
		return
	}
	f := *t.At(i)
	for j := i; j < t.Len(); j++ {
		t.At(j).row.open--
	}
	t.Delete(i, t.Len())
	f.count(e)
	if i > 0 {
		around := t.At(i - 1)
		around.nested += max(0, e.Elapsed)
		around.kernel += f.kernel
	}
	if s.o.Detail {
		f.row.note(e)
	}
}

// count adds the times of a call that ends to its row.
func (f *frame) count(e *event.Return) {
	elapsed := max(0, e.Elapsed)
	f.kernel = min(f.kernel, elapsed)
	if e.Call.Kind == event.System {
		f.kernel = elapsed
	}
	if !f.row.program {
		f.row.self += max(0, elapsed-f.nested)
	}
	if f.outermost {
		f.row.total += elapsed
		f.row.kernel += f.kernel
	}
}

// note adds what only the detailed table has.
func (r *row) note(e *event.Return) {
	r.times.add(e.Elapsed)
	if e.Status() == event.StatusFailed {
		r.errors++
	}
}

// row returns the row of a call.
func (s *Summary) row(c *event.Call) *row {
	name := s.o.Name(c)
	r := s.byName[name]
	if r == nil && len(s.byName) >= maxFunctions {
		name = others
		r = s.byName[name]
	}
	if r == nil {
		r = &row{name: name, program: c.Kind == event.Library && c.Name == programCall}
		s.byName[name] = r
	}
	return r
}

// maxFunctions bounds the table: a program may have functions without end. Those that
// find no room share the row called others.
const (
	maxFunctions = 1 << 16
	others       = "(all others)"
)
