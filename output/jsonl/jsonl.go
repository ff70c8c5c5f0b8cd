package jsonl

import (
	"io"
	"sync"
	"time"

	"plait/event"
)

// Schema is the number of the schema. It changes when a field changes its meaning
// or goes away.
const Schema = 2

// Options are what the first record says.
type Options struct {
	Version string   // of plait
	Argv    []string // of plait
}

// A Writer is an event.Sink that writes records. It is not safe for concurrent use.
type Writer struct {
	o     Options
	start time.Time
	line  line

	mu     sync.Mutex // over what follows, which the clock of held uses too
	w      io.Writer
	held   held
	closed bool
}

// New returns a Writer to w, which is written to once for each record.
func New(w io.Writer, o Options) *Writer { return &Writer{w: w, o: o} }

// Emit writes the record of an event, if it has one. Errors are the writer's.
func (j *Writer) Emit(e event.Event) error {
	h := e.Header()
	if j.start.IsZero() {
		j.start = h.Time
		j.meta()
		if err := j.write(); err != nil {
			return err
		}
	}
	switch e := e.(type) {
	case *event.Enter:
		j.hold(e)
		return nil
	case *event.Return:
		j.drop(e)
		j.returned(e)
	case *event.Signal:
		j.signal("signal", h, e.Name, e.Number, e.Info)
		j.stack(e.Stack)
	case *event.Stopped:
		j.signal("stopped", h, e.Name, e.Number, nil)
	case *event.Spawn:
		j.spawn(e)
	case *event.Exec:
		j.follow(e)
		j.head("exec", h, h.Time)
		j.line.key("path")
		j.line.text(e.Path)
		j.line.intMember("former_tid", int64(e.FormerTID))
	case *event.Exit:
		j.follow(e)
		j.exit(e)
	case *event.Detach:
		j.follow(e)
		j.head("detach", h, h.Time)
	case *event.Notice:
		j.head("notice", h, h.Time)
		j.line.key("text")
		j.line.str(valid(e.Text))
	default:
		return nil
	}
	j.line.shut('}')
	return j.write()
}

// Close writes the last record, behind the begins of calls that have not ended.
func (j *Writer) Close() error {
	j.mu.Lock()
	j.closed = true
	j.held.stop()
	j.release(func(*begun) bool { return true })
	j.mu.Unlock()
	if j.start.IsZero() {
		return nil
	}
	j.line = append(j.line[:0], `{"t":"end"}`...)
	return j.write()
}

// write writes one record. What could not be written is dropped: it must not
// come out later, out of order.
func (j *Writer) write() error {
	j.line = append(j.line, '\n')
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err := j.w.Write(j.line)
	return err
}
