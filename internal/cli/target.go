package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"plait/event"
	"plait/output"
)

// A Target is where the trace goes.
type Target struct {
	event.Sink
	name       string         // how messages call it
	buffer     *output.Buffer // nil: each process has its own
	ownsBuffer bool           // Close closes the buffer
}

// maxReported bounds how many processes' files get an error message: a full disk is
// full for all of them.
const maxReported = 5

// WriteErrors reports errors of the files of many processes. It is safe for
// concurrent use.
type WriteErrors struct {
	UI       *UI
	reported atomic.Int32
}

// Report is ReportWriteError for the first few files, and does nothing for the
// others.
func (c *WriteErrors) Report(name string, err error) {
	if c.reported.Add(1) <= maxReported {
		ReportWriteError(c.UI, name, err)
	}
}

// ToFile returns a target that writes to f through the sink that sink returns. The
// first write error is passed to failed, from any goroutine.
func ToFile(u *UI, name string, f io.WriteCloser, failed func(error), sink func(io.Writer) event.Sink) *Target {
	b := output.NewBuffer(u.shutdown, f, failed)
	return &Target{sink(b), name, b, true}
}

// ToConsole returns a target that writes to standard error, like messages.
func ToConsole(u *UI, sink func(io.Writer) event.Sink) *Target {
	return &Target{sink(u.console), "standard error", u.console, false}
}

// ToStdout returns a target that writes to standard output.
func ToStdout(u *UI, stdout io.Writer, sink func(io.Writer) event.Sink) *Target {
	const name = "standard output"
	return ToFile(u, name, output.KeepOpen(stdout), func(err error) { ReportWriteError(u, name, err) }, sink)
}

// ToFiles returns a target whose sink writes to files of its own; name stands for all
// of them in messages.
func ToFiles(name string, sink event.Sink) *Target { return &Target{Sink: sink, name: name} }

// ToAll returns a target that writes to all of targets, which it closes. Messages have
// the name of the first.
func ToAll(targets []*Target) *Target {
	if len(targets) == 1 {
		return targets[0]
	}
	sinks := make([]event.Sink, len(targets))
	for i, t := range targets {
		sinks[i] = t
	}
	return &Target{Sink: output.Tee(sinks...), name: targets[0].name}
}

// Parts returns a function that opens the files of one output in turn: NAME.1, NAME.2 and
// so on. If keep is not 0, only so many of them are kept. Errors are reported.
func Parts(u *UI, name string, keep int) func(part int) (io.WriteCloser, error) {
	file := func(part int) string { return name + "." + strconv.Itoa(part) }
	return func(part int) (io.WriteCloser, error) {
		failed := func(err error) { ReportWriteError(u, file(part), err) }
		f, err := CreatePrivate(file(part))
		if err != nil {
			failed(err)
			return nil, err
		}
		if keep > 0 && part > keep {
			_ = os.Remove(file(part - keep)) // gone already: fine
		}
		return output.NewBuffer(u.shutdown, f, failed), nil
	}
}

// Create opens a file for a trace: a new one or, with again, one to append to. It
// waits for the reader of a FIFO.
func Create(name string, again bool) (*os.File, error) { return create(name, again, 0, everyone) }

// CreatePrivate is Create for a new file that only its owner may read.
func CreatePrivate(name string) (*os.File, error) { return create(name, false, 0, owner) }

// Permissions of new files (umask(2) takes more away).
const (
	everyone = 0o666
	owner    = 0o600
)

// CreateOneOfMany opens the file of one of many processes; see output.Create.
func CreateOneOfMany(name string, again, wait bool) (io.WriteCloser, error) {
	if wait {
		return create(name, again, 0, everyone)
	}
	f, err := create(name, again, unix.O_NONBLOCK, everyone)
	if errors.Is(err, syscall.ENXIO) {
		err = output.ErrNoReader
	}
	return f, err
}

func create(name string, again bool, flags int, mode os.FileMode) (*os.File, error) {
	how := os.O_TRUNC
	if again {
		how = os.O_APPEND
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|how|flags, mode)
	if err == nil && again {
		_, _ = f.Seek(0, io.SeekEnd) // fails for a pipe, which has no end
	}
	return f, err
}

// ReportWriteError says that the trace cannot be written. It says nothing of a reader
// that stopped reading, unless plait started that reader: then its exit status is the
// reason (pipeError).
func ReportWriteError(u *UI, name string, err error) {
	u = u.async()
	switch lost := (*pipeError)(nil); {
	case errors.As(err, &lost):
		u.Say("%s: %s", name, lost.Error())
	case !errors.Is(err, syscall.EPIPE):
		u.Say("%s: %s: the trace ends here", name, Reason(ErrnoOf(err)))
	}
}

// Close ends the trace. Its error joins those of the sink and of the buffer.
func (t *Target) Close() error {
	err := t.closeSink()
	switch {
	case t.ownsBuffer:
		err = errors.Join(err, t.buffer.Close())
	case t.buffer != nil:
		err = errors.Join(err, t.buffer.Err())
	}
	return err
}

// closeSink closes the sink, which writes what it holds. After an internal error the
// sink may panic once more; what was written already must be kept.
func (t *Target) closeSink() (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("internal error: %v", fault)
		}
	}()
	return t.Sink.Close()
}

// Settle waits until the trace has been written. closed is the error of Close. The
// error that Settle returns has been reported, if it needs to be; it is an
// *output.LostError if signals ended the waiting.
func (t *Target) Settle(u *UI, closed error) error {
	err := errors.Join(closed, u.shutdown.Settle())
	if lost, ok := errors.AsType[*output.LostError](err); ok {
		u.Say("%s: %s", t.name, lossText(lost))
		return err
	}
	if lost := (*pipeError)(nil); errors.Is(err, syscall.EPIPE) && !errors.As(err, &lost) {
		return nil
	}
	return err
}

// lossText says what becomes of a trace that plait no longer waits for.
func lossText(l *output.LostError) string {
	if l.Bytes == 0 {
		return "plait did not wait for it: how much of the trace it read is not known"
	}
	return "nobody reads it: " + l.Error()
}

// Discard is a sink that drops all events.
type Discard struct{}

// Emit does nothing.
func (Discard) Emit(event.Event) error { return nil }

// Close does nothing.
func (Discard) Close() error { return nil }
