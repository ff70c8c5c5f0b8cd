package main

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

// A target is where the trace goes.
type target struct {
	event.Sink
	buffer *output.Buffer // nil: nothing is held back
	file   io.Closer      // nil: standard error
	tell   func(error)    // says why the file can't be written; nil: there is nowhere to say it
}

// maxComplaints is how many processes' files are complained of: a full disk is full
// for all of them.
const maxComplaints = 5

// complaints are what is said of the files of many processes.
type complaints struct {
	ui   *ui
	told atomic.Int32
}

func (c *complaints) tell(name string, err error) {
	if c.told.Add(1) <= maxComplaints {
		complain(c.ui, name, err)
	}
}

// into makes f the file of the target and returns the buffer before it. The first
// error of writing is told.
func (t *target) into(f io.WriteCloser, tell func(error)) io.Writer {
	t.file, t.tell = f, tell
	t.buffer = output.NewBuffer(f, tell)
	return t.buffer
}

// onto makes w, which is not the target's own, what the trace is written to.
func (t *target) onto(w io.Writer) io.Writer {
	r := &recalling{Writer: w}
	t.file = r
	return r
}

// A recalling writer knows the first error that it has met.
type recalling struct {
	io.Writer
	err error
}

func (r *recalling) Write(p []byte) (int, error) {
	n, err := r.Writer.Write(p)
	if r.err == nil {
		r.err = err
	}
	return n, err
}

// Close returns that error, and does not close the writer.
func (r *recalling) Close() error { return r.err }

// create opens a file for a trace: a new one, or one to be added to.
func create(name string, again bool) (*os.File, error) {
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

// complain says that the trace cannot be written. That a reader went away is
// its own business; one that plait has started tells by its status (pipeError).
func complain(u *ui, name string, err error) {
	switch lost := (*pipeError)(nil); {
	case errors.As(err, &lost):
		u.say("%s: %s", name, lost.Error())
	case !errors.Is(err, syscall.EPIPE):
		u.say("%s: %s: the trace ends here", name, reason(errnoOf(err)))
	}
}

// Close ends the trace.
func (t *target) Close() error {
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
func (t *target) finish() (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("internal error: %v", fault)
		}
	}()
	return t.Sink.Close()
}

// end closes the target. Its error has been told, if it is to be told.
func (t *target) end() error {
	err := t.Close()
	if lost := (*pipeError)(nil); errors.Is(err, syscall.EPIPE) && !errors.As(err, &lost) {
		return nil
	}
	return err
}

// silence is a sink for events that no one asks for.
type silence struct{}

func (silence) Emit(event.Event) error { return nil }
func (silence) Close() error           { return nil }

// An announcer tells the user what plait has to say about a trace in a form that
// has no room for it. Lines have: there it belongs into the trace, and not
// between what the command writes to its own standard error. What is said last,
// of no process, is also for who does not look into the trace's file.
type announcer struct {
	event.Sink
	ui   *ui
	last bool // nothing else
}

func (a announcer) Emit(e event.Event) error {
	if n, ok := e.(*event.Notice); ok && !(a.last && n.TID != 0) {
		a.ui.say("%s", n.Text)
	}
	return a.Sink.Emit(e)
}
