// Package chrome writes the trace in the JSON of Chrome's trace viewer, which Perfetto and
// speedscope read as well ("Trace Event Format", the array of events).
//
// It owns the form of an event. It does not know threads, names and nesting: package
// timeline does. A call is one complete event, written when it ends, so that a cut file is
// still read.
//
// # Adding a kind of event
//
// Add a method to timeline.Writer, and one here that fills a record.
package chrome

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"plait/output/text"
	"plait/output/timeline"
)

// A Writer is an event.Sink that writes events.
type Writer struct {
	*timeline.Feed
	form *form
}

// New returns a Writer to w. look says how names and values look.
func New(w io.Writer, look text.Options) *Writer {
	f := &form{w: w, begun: map[*timeline.Call]int64{}}
	return &Writer{timeline.New(f, look), f}
}

// Close ends the array, after the calls that are open still.
func (w *Writer) Close() error {
	err := w.Feed.Close()
	end := "\n]\n"
	if !w.form.wrote {
		end = "[]\n"
	}
	_, failed := io.WriteString(w.form.w, end)
	return errors.Join(err, failed)
}

// A form is the timeline.Writer of a Writer.
type form struct {
	w     io.Writer
	wrote bool
	begun map[*timeline.Call]int64 // when each open call began
	flows int
}

// A record is one event. The format's documentation has the members.
type record struct {
	Phase string `json:"ph"`
	Name  string `json:"name"`
	Cat   string `json:"cat,omitempty"`
	PID   int    `json:"pid"`
	TID   int    `json:"tid"`
	TS    micros `json:"ts"`
	Dur   micros `json:"dur,omitempty"`
	Scope string `json:"s,omitempty"`
	Point string `json:"bp,omitempty"`
	ID    int    `json:"id,omitempty"`
	Args  args   `json:"args,omitempty"`
}

// micros is nanoseconds that are written as microseconds.
type micros int64

// MarshalJSON writes three decimals.
func (m micros) MarshalJSON() ([]byte, error) {
	sign, n := "", uint64(m)
	if m < 0 { // the clock of a recording was set back
		sign, n = "-", -n
	}
	return fmt.Appendf(nil, "%s%d.%03d", sign, n/1000, n%1000), nil
}

// args is an object whose members keep their order.
type args timeline.Pairs

// MarshalJSON writes the object.
func (a args) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, p := range a {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(p.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(p.Value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

func (f *form) before() string {
	if f.wrote {
		return ",\n"
	}
	return "[\n"
}

func (f *form) write(r record) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = f.w.Write(append([]byte(f.before()), b...))
	f.wrote = true
	return err
}

func (f *form) named(what string, t *timeline.Track, name string) error {
	return f.write(record{Phase: "M", Name: what, PID: t.PID, TID: t.TID, Args: args{{Name: "name", Value: name}}})
}

// Track names a thread, and its process.
func (f *form) Track(t *timeline.Track) error {
	if err := f.named("process_name", t, t.Process); err != nil {
		return err
	}
	return f.named("thread_name", t, t.Name)
}

// Begin remembers when a call began.
func (f *form) Begin(t *timeline.Track, at int64, c *timeline.Call) error {
	f.begun[c] = at
	return nil
}

var categories = map[bool]string{false: "library", true: "system"}

// End writes a call.
func (f *form) End(t *timeline.Track, at int64, c *timeline.Call, result timeline.Pairs) error {
	begun := f.begun[c]
	delete(f.begun, c)
	r := record{Phase: "X", Name: c.Name, Cat: categories[c.System], PID: t.PID, TID: t.TID, TS: micros(begun), Dur: max(1, micros(at-begun))}
	for _, p := range c.Args {
		if !result.Has(p.Name) {
			r.Args = append(r.Args, p)
		}
	}
	if c.Object != "" {
		r.Args = append(r.Args, timeline.Pair{Name: "object", Value: c.Object})
	}
	r.Args = append(r.Args, result...)
	return f.write(r)
}

// Mark writes an instant of a thread.
func (f *form) Mark(t *timeline.Track, at int64, name string, with timeline.Pairs) error {
	return f.write(record{Phase: "i", Name: name, PID: t.PID, TID: t.TID, TS: micros(at), Scope: "t", Args: args(with)})
}

// Flow writes an arrow from one thread to another.
func (f *form) Flow(from, to *timeline.Track, at int64) error {
	f.flows++
	start := record{Phase: "s", Name: "starts", Cat: "spawn", PID: from.PID, TID: from.TID, TS: micros(at), ID: f.flows}
	if err := f.write(start); err != nil {
		return err
	}
	return f.write(record{Phase: "f", Name: "starts", Cat: "spawn", PID: to.PID, TID: to.TID, TS: micros(at), ID: f.flows, Point: "e"})
}

// Counter writes a number of a process.
func (f *form) Counter(t *timeline.Track, at int64, name string, n int64) error {
	return f.write(record{Phase: "C", Name: name, PID: t.PID, TID: t.TID, TS: micros(at), Args: args{{Name: "bytes", Value: fmt.Sprint(n)}}})
}
