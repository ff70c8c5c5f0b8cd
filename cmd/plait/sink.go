package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"plait/event"
	"plait/output"
)

// A target is where the trace goes.
type target struct {
	event.Sink
	buffer *output.Buffer // nil: nothing is held back
	file   *os.File       // to be closed; nil: standard error
}

// newTarget opens the output that o asks for.
func newTarget(o *options, u *ui, stdout, stderr io.Writer) (*target, error) {
	t := &target{}
	var w io.Writer = stderr
	if o.output != "" {
		f, err := os.OpenFile(o.output, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		if err != nil {
			return nil, fmt.Errorf("-o %s: %w", o.output, errnoOf(err))
		}
		t.file = f
		t.buffer = output.NewBuffer(f, func(err error) { complain(u, o.output, err) })
		w = t.buffer
	}
	look := lookOf(o, stderr, stdout, stderr)
	if t.file != nil {
		look = lookOf(o, t.file, stdout, stderr)
	}
	t.Sink = format(o).New(w, output.Options{Text: look, Totals: o.summary > 1})
	if o.summary > 0 {
		t.Sink = announcer{t.Sink, u}
	}
	return t, nil
}

func format(o *options) output.Format {
	if o.summary > 0 {
		f, _ := output.Find("summary")
		return f
	}
	return output.Formats[0]
}

// complain says that the trace cannot be written. That a reader went away is
// its own business.
func complain(u *ui, name string, err error) {
	if !errors.Is(err, syscall.EPIPE) {
		u.say("%s: %s: the trace ends here", name, reason(errnoOf(err)))
	}
}

// close ends the trace. Its error has been told, if it is to be told.
func (t *target) close() error {
	err := t.Close()
	if t.buffer != nil {
		err = errors.Join(err, t.buffer.Close())
	}
	if t.file != nil {
		err = errors.Join(err, t.file.Close())
	}
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

// An announcer tells the user what plait has to say about a trace in a form that
// has no room for it. Lines have: there it belongs into the trace, and not
// between what the command writes to its own standard error.
type announcer struct {
	event.Sink
	ui *ui
}

func (a announcer) Emit(e event.Event) error {
	if n, ok := e.(*event.Notice); ok {
		a.ui.say("%s", n.Text)
	}
	return a.Sink.Emit(e)
}
