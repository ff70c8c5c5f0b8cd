package html

import (
	"errors"
	"io"
	"time"

	"plait/event"
	"plait/output/text"
	"plait/output/timeline"
)

// An About says where a trace comes from.
type About struct {
	Version string   // plait's
	Argv    []string // the command line that made it
}

// A Writer is an event.Sink that writes a page.
type Writer struct {
	*timeline.Feed
	form *form
}

// New returns a Writer to w. look says how names and values look.
func New(w io.Writer, look text.Options, about About) *Writer {
	look.Color, look.Style = false, text.Ltrace
	f := &form{page: page{w: w, about: about}, look: look, names: text.NewNamer(look), functions: map[function]int{}, sites: map[site]int{}}
	return &Writer{timeline.New(f, look), f}
}

// Emit adds an event to the page. Errors are those of writing.
func (w *Writer) Emit(e event.Event) error {
	w.form.now = e
	if at := e.Header().Time; w.form.start.IsZero() {
		w.form.start = at
	}
	err := w.Feed.Emit(e)
	if n, ok := e.(*event.Notice); ok {
		err = errors.Join(err, w.notice(n))
	}
	return errors.Join(err, w.form.flush(enough))
}

// notice adds a row for what plait says. One that concerns no thread stands beside what was
// written last.
func (w *Writer) notice(n *event.Notice) error {
	t := w.TrackOf(n.TID)
	if t == nil {
		t = w.form.latest
	}
	if t == nil {
		return nil
	}
	said := timeline.Pair{Name: "text", Value: text.Escaped(n.Text, w.form.look)}
	at := w.form.last
	if !n.Time.IsZero() {
		at = int64(n.Time.Sub(w.form.start))
	}
	return w.form.Mark(t, at, "notice", timeline.Pairs{said})
}

// Close writes what is left, and the end of the page. Without that end, the page says that
// its file is incomplete.
func (w *Writer) Close() error {
	w.form.now = nil
	err := w.Feed.Close()
	return errors.Join(err, w.form.flush(nothing), w.form.page.end())
}

// A form is the timeline.Writer of a Writer.
type form struct {
	page      page
	look      text.Options
	names     *text.Namer
	now       event.Event // what the timeline is made of at the moment; nil: the trace is over
	functions map[function]int
	sites     map[site]int
	block     block
	last      int64 // time of the record before
	latest    *timeline.Track
	start     time.Time // of the first event
}

// A kind says what a row is. The numbers are those of web/model.js.
type kind int

const (
	libraryCall kind = iota
	functionCall
	systemCall
	signalMark
	exitMark
	execMark
	otherMark
	noticeMark
)

// A function is what many rows have in common.
type function struct {
	Name   string `json:"name"`
	Kind   kind   `json:"kind"`
	Object string `json:"object,omitempty"`
}

// Bits of a row that its end has. The numbers are those of web/model.js.
const (
	failed     = 1 << iota
	unfinished // it ended without a return, or has not ended
	inherited  // fork copied it
	ofLoader   // the dynamic loader made it
	guessed    // no prototype is known
)

// maxFunctions bounds the functions that are remembered.
const maxFunctions = 1 << 16

// number returns the number of a function, which it makes known to the page.
func (f *form) number(k function) int {
	if n, ok := f.functions[k]; ok {
		return n
	}
	if len(f.functions) >= maxFunctions {
		clear(f.functions)
	}
	n := f.block.addFunction(k)
	f.functions[k] = n
	return n
}

// Track makes a thread known to the page, or its new name.
func (f *form) Track(t *timeline.Track) error {
	f.latest = t
	f.block.Threads = append(f.block.Threads, thread{t.ID, t.ProcessID, t.PID, t.TID, t.Process, t.Name})
	return nil
}

// Flow says which thread made another.
func (f *form) Flow(from, to *timeline.Track, _ int64) error {
	f.block.Makers = append(f.block.Makers, [2]int{to.ID, from.ID})
	return nil
}

// Counter does nothing: the page counts the heap by its calls.
func (f *form) Counter(*timeline.Track, int64, string, int64) error { return nil }

// Begin begins a row.
func (f *form) Begin(t *timeline.Track, at int64, c *timeline.Call) error {
	k := function{c.Name, libraryCall, c.Object}
	switch e, ok := f.now.(*event.Enter); {
	case c.System:
		k.Kind, k.Name = systemCall, bare(c.Name)
	case ok && e.Call.Kind == event.Function:
		k.Kind = functionCall
	}
	f.latest = t
	f.block.begin(f.since(at), f.number(k), t.ID)
	return nil
}

// End ends the innermost row of a thread.
func (f *form) End(t *timeline.Track, at int64, c *timeline.Call, result timeline.Pairs) error {
	r, ok := f.now.(*event.Return)
	if !ok || !isEndOf(r, c) {
		f.block.end(f.since(at), t.ID, unfinished, withoutReturn(c, result), nil)
		return nil
	}
	f.block.end(f.since(at), t.ID, bitsOf(r), f.detailOf(r), usesOf(r))
	f.moveHeap(r)
	return nil
}

// Mark adds a row for a moment.
func (f *form) Mark(t *timeline.Track, at int64, name string, with timeline.Pairs) error {
	k := function{Name: name, Kind: otherMark}
	switch f.now.(type) {
	case *event.Signal:
		k.Kind = signalMark
	case *event.Exit:
		k.Kind = exitMark
	case *event.Exec:
		k.Kind = execMark
	case *event.Notice:
		k.Kind = noticeMark
	}
	f.block.begin(f.since(at), f.number(k), t.ID)
	f.block.end(0, t.ID, 0, detail{Args: flat(with)}, nil)
	f.moveHeap(f.now)
	return nil
}

// since returns the time since the record before. The clock of a recording may have been
// set back; no time passes then.
func (f *form) since(at int64) uint64 {
	since := max(0, at-f.last)
	f.last += since
	return uint64(since)
}

// flush writes the block if it has more rows or more bytes than a limit.
func (f *form) flush(more limit) error {
	if !f.block.has(more) {
		return nil
	}
	err := f.page.write(&f.block)
	f.block.reset()
	return err
}
