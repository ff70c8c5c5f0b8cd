package strace

import (
	"io"
	"os"
	"strconv"

	"plait/event"
	"plait/internal/cli"
	"plait/output"
	"plait/output/summary"
	"plait/output/text"
	"plait/syscalls"
)

// target opens the output of the trace. It must be called after ptrace.New: a command
// that reads the trace must not be a child of the tracing thread, which waits for all
// its children.
func (o *options) target(stderr io.Writer) (*cli.Target, error) {
	switch {
	case !o.outputSet:
		return cli.ToConsole(o.ui, o.sink(stderr)), nil
	case o.separately:
		return cli.ToFiles(o.output, o.separate()), nil
	}
	f, err := o.open()
	if err != nil {
		return nil, err
	}
	failed := func(err error) { cli.ReportWriteError(o.ui, o.output, err) }
	return cli.ToFile(o.ui, o.output, f, failed, o.sink(f)), nil
}

// sink returns a constructor of the sink: lines, a table, or both. shown is the file
// that they go to.
func (o *options) sink(shown io.Writer) func(io.Writer) event.Sink {
	options := output.Options{Text: o.look(shown), Counts: o.table()}
	lines := output.Find(output.Text)
	table := output.Find(output.Counts)
	return func(w io.Writer) event.Sink {
		switch {
		case o.countOnly:
			return table.New(w, options)
		case o.countToo:
			return o.narrowed(output.Tee(lines.New(w, options), table.New(w, options)))
		}
		return o.narrowed(lines.New(w, options))
	}
}

// separate returns a sink that gives each thread a file of its own.
func (o *options) separate() event.Sink {
	files := output.NewFiles(func(name string, again, wait bool) (io.WriteCloser, error) {
		return cli.CreateOneOfMany(name, again || o.append, wait)
	})
	writeErrors := cli.WriteErrors{UI: o.ui}
	open := func(tid int) (event.Sink, error) {
		name := o.output + "." + strconv.Itoa(tid)
		f, err := files.Open(name)
		if err != nil {
			o.ui.Say("Cannot fopen '%s': %s", name, cli.Reason(cli.ErrnoOf(err)))
			return nil, err
		}
		failed := func(err error) { writeErrors.Report(name, err) }
		return cli.ToFile(o.ui, name, f, failed, o.sink(f)), nil
	}
	return output.NewThreadSplit(open, cli.Discard{})
}

// open opens the file or starts the command that -o names.
func (o *options) open() (io.WriteCloser, error) {
	if o.piped() {
		return cli.OpenPipe(o.output[1:])
	}
	f, err := cli.Create(o.output, o.append)
	if err != nil {
		return nil, die("Cannot fopen '%s': %s", o.output, cli.Reason(cli.ErrnoOf(err)))
	}
	return f, nil
}

// look returns how lines look on w.
func (o *options) look(w io.Writer) text.Options {
	return text.Options{
		Style:        text.Strace,
		Demangle:     true, // of stacks
		FullNames:    true,
		Align:        o.columns + 1, // strace counts from 0
		Threads:      o.naming(),
		Clock:        o.clock,
		IP:           o.ip,
		Elapsed:      o.elapsed,
		Number:       o.number,
		ArgNames:     o.argNames,
		Hex:          o.hex,
		Constants:    o.constants,
		Delta:        o.relative,
		ClockDigits:  o.clockDigits,
		DeltaDigits:  o.deltaDigits,
		TimeDigits:   o.timeDigits,
		NoExits:      o.quiet&quietExit != 0,
		ShowKilledBy: o.showsKilledBy,
		NoSuperseded: o.quiet&quietExecve != 0,
		NoABI:        o.quiet&quietPersonality != 0,
		Hide:         o.hide,
		Color:        cli.When(o.color, cli.HasColours(w)),
		Colors:       os.Getenv("STRACE_COLORS"),
	}
}

// showsKilledBy reports whether the end of a thread by the signal of that name is
// shown.
func (o *options) showsKilledBy(name string) bool {
	n, ok := syscalls.SignalByName(name)
	return !ok || o.signals.Has(n)
}

// naming is strace's rule for PIDs at the beginning of lines.
func (o *options) naming() text.Naming {
	several := o.follow > 0 || len(o.pids) > 1 || len(o.pids) == 1 && len(o.command) > 0
	switch {
	case o.outputSet && o.separately:
		return text.Unnamed
	case o.outputSet && (several || o.alwaysPID):
		return text.Numbered
	case o.outputSet:
		return text.Unnamed
	case o.alwaysPID:
		return text.Labelled
	}
	return text.Bracketed
}

func (o *options) table() summary.CountOptions {
	return summary.CountOptions{Columns: o.columnSet, Sort: o.sort, Wall: o.wall, Overhead: o.overhead, Hide: o.hide}
}
