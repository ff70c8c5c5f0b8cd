package jsonl

import (
	"io"
	"sync"
	"time"

	"plait/event"
)

// schema is the number of the schema. It changes when a field changes its meaning
// or goes away.
const schema = 3

// Options say where the trace comes from, and what is written.
type Options struct {
	Version string   // of plait
	Argv    []string // of plait
	Host    string   // name of the machine, "" if unknown

	// Enters asks for a record of each call when it begins. Otherwise only a call that
	// lasts has one.
	Enters bool

	// Recorded says that events come from a recording: time passes as their times tell,
	// not while they are written.
	Recorded bool
}

// A Writer is an event.Sink that writes records. It is not safe for concurrent use.
type Writer struct {
	o     Options
	start time.Time
	line  line

	mu      sync.Mutex // protects what follows, which the timer of pending uses as well
	w       io.Writer
	pending pendingEnters
	closed  bool
}

// New returns a Writer that writes to w, once for each record.
func New(w io.Writer, o Options) *Writer { return &Writer{w: w, o: o} }

// Emit writes the record of an event, if it has one. It returns the writer's error.
func (w *Writer) Emit(e event.Event) error {
	h := e.Header()
	if w.start.IsZero() {
		w.start = h.Time
		w.meta()
		if err := w.write(); err != nil {
			return err
		}
	}
	if w.o.Recorded {
		w.passTime(h.Time)
	}
	switch e := e.(type) {
	case *event.Enter:
		if !w.o.Enters {
			w.deferEnter(e)
			return nil
		}
		w.enterRecord(e)
		return w.write()
	case *event.Return:
		w.dropEnter(e)
		w.callRecord(e)
	case *event.Signal:
		w.signal("signal", h, e.Name, e.Number, e.Info)
		w.stack(e.Stack)
	case *event.Stopped:
		w.signal("stopped", h, e.Name, e.Number, nil)
	case *event.Spawn:
		w.spawn(e)
	case *event.Exec:
		w.follow(e)
		w.head("exec", h, h.Time)
		w.line.key("path")
		w.line.text(e.Path)
		w.line.intMember("former_tid", int64(e.FormerTID))
	case *event.Load:
		w.module(e)
	case *event.Exit:
		w.follow(e)
		w.exit(e)
	case *event.Detach:
		w.follow(e)
		w.head("detach", h, h.Time)
	case *event.Notice:
		w.head("notice", h, h.Time)
		w.line.key("text")
		w.line.str(toUTF8(e.Text))
	default:
		return nil
	}
	w.line.close('}')
	return w.write()
}

// Close writes the records enter of calls that have not ended, and then the last record. It does
// not close the writer.
func (w *Writer) Close() error {
	w.mu.Lock()
	w.closed = true
	w.pending.stopTimer()
	w.flushEnters(func(*pendingEnter) bool { return true })
	w.mu.Unlock()
	if w.start.IsZero() {
		return nil
	}
	w.startRecord("end").close('}')
	return w.write()
}

// write writes one record. A record that can't be written is dropped, so that it does not
// appear later, out of order.
func (w *Writer) write() error {
	w.line = append(w.line, '\n')
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.w.Write(w.line)
	return err
}
