package ltrace

import (
	"errors"
	"io"
	"os"

	"plait/event"
	"plait/internal/cli"
	"plait/output"
	"plait/output/only"
	"plait/output/terminal"
	"plait/output/text"
)

// reads reports whether somebody reads the lines of a trace on w, a terminal, and expects
// plait's own output.
func (o *options) reads(w io.Writer) bool {
	if !cli.IsTerminal(w) || o.isLtrace() || len(o.outputs) > 0 {
		return false
	}
	return hasLines(o.formatOf(""))
}

// hasLines reports whether people read the lines of a format.
func hasLines(f output.Format) bool { return f.Name == output.Text || f.Name == output.Tree }

// folds reports whether the system calls of the loader are one line where w is read.
func (o *options) folds(w io.Writer) bool {
	return o.syscalls && o.startup == cli.WhenAuto && o.reads(w)
}

// foldsAlways reports whether they are one line in a format, wherever it is read.
func (o *options) foldsAlways(f output.Format) bool {
	return o.syscalls && o.startup == cli.WhenNever && hasLines(f)
}

// sinkFor is sinkOf for a trace that is written to file, perhaps a terminal. There lines
// are not torn, and what is the same again and again takes one line.
func sinkFor(file io.Writer, f output.Format, o *options, look text.Options) func(io.Writer) event.Sink {
	if !o.reads(file) {
		return sinkOf(file, f, o, look)
	}
	return func(w io.Writer) event.Sink {
		lines := terminal.New(w.(terminal.Target), terminal.Options{Width: o.edge(file), UTF8: look.UTF8})
		var s event.Sink = onTerminal{sinkOf(file, f, o, look)(lines), lines}
		if o.folds(file) {
			s = only.NewStartup(s)
		}
		return s
	}
}

// edge returns what tells where lines are cut.
func (o *options) edge(file io.Writer) func() int {
	if o.tables.wide {
		return nil
	}
	return func() int { return width(file) }
}

// onTerminal is a sink whose lines are held back for a moment.
type onTerminal struct {
	event.Sink
	lines *terminal.Writer
}

// Close writes what is held back.
func (t onTerminal) Close() error { return errors.Join(t.Sink.Close(), t.lines.Flush()) }

// quiet reports whether a run shows nothing on stderr, a terminal, that the program does
// not use itself: then people want to know what is going on.
func (o *options) quiet(stdout, stderr io.Writer) bool {
	if !cli.IsTerminal(stderr) || o.isLtrace() || o.tables.interval != "" {
		return false
	}
	lines := len(o.outputs) == 0 && o.showsTrace() && o.formatOf("").Notices
	if o.replay != "" {
		return !lines || !cli.IsTerminal(stdout)
	}
	return !lines && (len(o.command) == 0 || !cli.IsTerminal(os.Stdin) && !cli.IsTerminal(stdout))
}

// progress returns a sink that passes events on, and a function that must be called at the
// end. A quiet run shows how far it is.
func (o *options) progress(s event.Sink, u *cli.UI, stdout, stderr io.Writer) (event.Sink, func()) {
	if !o.quiet(stdout, stderr) {
		return s, func() {}
	}
	p := u.ShowProgress(s)
	return p, p.End
}
