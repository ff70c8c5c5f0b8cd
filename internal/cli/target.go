package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"

	"plait/event"
	"plait/output"
)

// A Target is where the trace goes.
type Target struct {
	event.Sink
	buffer *output.Buffer // nil: nothing is held back
	file   io.Closer      // nil: standard error
	tell   func(error)    // says why the file can't be written; nil: there is nowhere to say it
}

// maxComplaints is how many processes' files are complained of: a full disk is full
// for all of them.
const maxComplaints = 5

// Complaints are what is said of the files of many processes.
type Complaints struct {
	UI   *UI
	told atomic.Int32
}

func (c *Complaints) Tell(name string, err error) {
	if c.told.Add(1) <= maxComplaints {
		Complain(c.UI, name, err)
	}
}

// Into makes f the file of the target and returns the buffer before it. The first
// error of writing is told.
func (t *Target) Into(f io.WriteCloser, tell func(error)) io.Writer {
	t.file, t.tell = f, tell
	t.buffer = output.NewBuffer(f, tell)
	return t.buffer
}

// Onto makes w, which is not the target's own, what the trace is written to.
func (t *Target) Onto(w io.Writer) io.Writer {
	r := &Recalling{Writer: w}
	t.file = r
	return r
}

// A Recalling writer knows the first error that it has met.
type Recalling struct {
	io.Writer
	Err error
}

func (r *Recalling) Write(p []byte) (int, error) {
	n, err := r.Writer.Write(p)
	if r.Err == nil {
		r.Err = err
	}
	return n, err
}

// Close returns that error, and does not close the writer.
func (r *Recalling) Close() error { return r.Err }

// Create opens a file for a trace: a new one, or one to be added to.
func Create(name string, again bool) (*os.File, error) {
	mode := os.O_TRUNC
	if again {
		mode = os.O_APPEND
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|mode, 0o666)
	if err == nil && again {
		_, _ = f.Seek(0, io.SeekEnd) // of no file that has no end
	}
	return f, err
}

// Complain says that the trace cannot be written. That a reader went away is
// its own business; one that plait has started tells by its status (pipeError).
func Complain(u *UI, name string, err error) {
	switch lost := (*pipeError)(nil); {
	case errors.As(err, &lost):
		u.Say("%s: %s", name, lost.Error())
	case !errors.Is(err, syscall.EPIPE):
		u.Say("%s: %s: the trace ends here", name, Reason(ErrnoOf(err)))
	}
}

// Close ends the trace.
func (t *Target) Close() error {
	err := t.finish()
	if t.buffer != nil {
		err = errors.Join(err, t.buffer.Close())
	}
	if t.file == nil {
		return err
	}
	failed := t.file.Close()
	if failed != nil && t.tell != nil {
		t.tell(failed)
	}
	return errors.Join(err, failed)
}

// finish lets the sink write what it holds. If a fault of its own ended the tracing,
// another may come of that; what is written already is to be kept.
func (t *Target) finish() (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("internal error: %v", fault)
		}
	}()
	return t.Sink.Close()
}

// End closes the target. Its error has been told, if it is to be told.
func (t *Target) End() error {
	err := t.Close()
	if lost := (*pipeError)(nil); errors.Is(err, syscall.EPIPE) && !errors.As(err, &lost) {
		return nil
	}
	return err
}

// Silence is a sink for events that no one asks for.
type Silence struct{}

func (Silence) Emit(event.Event) error { return nil }
func (Silence) Close() error           { return nil }

// An Announcer tells the user what plait has to say about a trace in a form that
// has no room for it. Lines have: there it belongs into the trace, and not
// between what the command writes to its own standard error. What is said last,
// of no process, is also for who does not look into the trace's file.
type Announcer struct {
	event.Sink
	UI   *UI
	Last bool // nothing else
}

func (a Announcer) Emit(e event.Event) error {
	if n, ok := e.(*event.Notice); ok && !(a.Last && n.TID != 0) {
		a.UI.Say("%s", n.Text)
	}
	return a.Sink.Emit(e)
}
