package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/event"
	"plait/output"
)

// A Target is where the trace goes.
type Target struct {
	event.Sink
	name   string         // what the user calls it
	buffer *output.Buffer // nil: each process has its own
	own    bool           // the buffer is to be closed
}

// maxComplaints is how many processes' files are complained of: a full disk is full
// for all of them.
const maxComplaints = 5

// Complaints are what is said of the files of many processes. They may be used by several
// goroutines.
type Complaints struct {
	UI   *UI
	told atomic.Int32
}

// Tell says what Complain says, of the first few files.
func (c *Complaints) Tell(name string, err error) {
	if c.told.Add(1) <= maxComplaints {
		Complain(c.UI, name, err)
	}
}

// Into returns a target that writes to a file, and what makes its sink of that. The first
// error of writing is told, from any goroutine.
func Into(u *UI, name string, f io.WriteCloser, tell func(error), sink func(io.Writer) event.Sink) *Target {
	b := output.NewBuffer(u.urgency, f, tell)
	return &Target{sink(b), name, b, true}
}

// Onto returns a target that writes where messages go.
func Onto(u *UI, sink func(io.Writer) event.Sink) *Target {
	return &Target{sink(u.console), "standard error", u.console, false}
}

// Apart returns a target whose sink writes to files of its own, called by one name.
func Apart(name string, sink event.Sink) *Target { return &Target{Sink: sink, name: name} }

// Create opens a file for a trace: a new one, or one to be added to. Of a FIFO it waits
// for the reader.
func Create(name string, again bool) (*os.File, error) { return create(name, again, 0) }

// CreateOne opens a file for the trace of one of many processes, see output.Create.
func CreateOne(name string, again, wait bool) (io.WriteCloser, error) {
	if wait {
		return create(name, again, 0)
	}
	f, err := create(name, again, unix.O_NONBLOCK)
	if errors.Is(err, syscall.ENXIO) {
		err = output.ErrNoReader
	}
	return f, err
}

func create(name string, again bool, flags int) (*os.File, error) {
	mode := os.O_TRUNC
	if again {
		mode = os.O_APPEND
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|mode|flags, 0o666)
	if err == nil && again {
		_, _ = f.Seek(0, io.SeekEnd) // of no file that has no end
	}
	return f, err
}

// Complain says that the trace cannot be written. That a reader went away is
// its own business; one that plait has started tells by its status (pipeError).
func Complain(u *UI, name string, err error) {
	u = u.aside()
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
	switch {
	case t.own:
		err = errors.Join(err, t.buffer.Close())
	case t.buffer != nil:
		err = errors.Join(err, t.buffer.Err())
	}
	return err
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

// Settle waits for who reads the trace. closed is the error of Close. The error that it
// returns has been told, if it is to be told; with a *output.LostError there were signals that
// ended the waiting.
func (t *Target) Settle(u *UI, closed error) error {
	err := errors.Join(closed, u.urgency.Settle())
	if lost, ok := errors.AsType[*output.LostError](err); ok {
		u.Say("%s: %s", t.name, fateOf(lost))
		return err
	}
	if lost := (*pipeError)(nil); errors.Is(err, syscall.EPIPE) && !errors.As(err, &lost) {
		return nil
	}
	return err
}

// fateOf says what becomes of a trace that plait does not wait for any longer.
func fateOf(l *output.LostError) string {
	if l.Bytes == 0 {
		return "not waited for: how much of the trace was read is not known"
	}
	return "nobody reads it: " + l.Error()
}

// Silence is a sink for events that no one asks for.
type Silence struct{}

// Emit does nothing.
func (Silence) Emit(event.Event) error { return nil }

// Close does nothing.
func (Silence) Close() error { return nil }
