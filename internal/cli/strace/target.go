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

// target opens the trace's output. It comes after ptrace.New: a command that the
// trace is piped to must be the child of another thread than the tracing one,
// which waits for all its own.
func (o *options) target(stderr io.Writer) (*cli.Target, error) {
	switch {
	case !o.outputSet:
		return cli.Onto(o.ui, o.sink(stderr)), nil
	case o.separately:
		return cli.Apart(o.output, o.separate()), nil
	}
	f, err := o.open()
	if err != nil {
		return nil, err
	}
	tell := func(err error) { cli.Complain(o.ui, o.output, err) }
	return cli.Into(o.ui, o.output, f, tell, o.sink(f)), nil
}

// sink makes what writes the trace, which gets to shown: lines, a table, or both.
func (o *options) sink(shown io.Writer) func(io.Writer) event.Sink {
	options := output.Options{Text: o.look(shown), Counts: o.table()}
	lines, _ := output.Find(output.Text)
	table, _ := output.Find(output.Counts)
	return func(w io.Writer) event.Sink {
		switch {
		case o.countOnly:
			return table.New(w, options)
		case o.countToo:
			return output.Tee(lines.New(w, options), table.New(w, options))
		}
		return lines.New(w, options)
	}
}

// separate gives each thread a file of its own.
func (o *options) separate() event.Sink {
	files := output.NewFiles(func(name string, again, wait bool) (io.WriteCloser, error) {
		return cli.CreateOne(name, again || o.append, wait)
	})
	told := cli.Complaints{UI: o.ui}
	open := func(tid int) (event.Sink, error) {
		name := o.output + "." + strconv.Itoa(tid)
		f, err := files.Open(name)
		if err != nil {
			o.ui.Say("Cannot fopen '%s': %s", name, cli.Reason(cli.ErrnoOf(err)))
			return nil, err
		}
		tell := func(err error) { told.Tell(name, err) }
		return cli.Into(o.ui, name, f, tell, o.sink(f)), nil
	}
	return output.NewThreadSplit(open, cli.Silence{})
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

// look is how lines look where w shows them.
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
		ShowKilledBy: o.showsDeath,
		NoSuperseded: o.quiet&quietExecve != 0,
		NoABI:        o.quiet&quietPersonality != 0,
		Hide:         o.hide,
		Color:        cli.When(o.color, cli.HasColours(w)),
		Colors:       os.Getenv("STRACE_COLORS"),
	}
}

// showsDeath reports whether the signal of that name is one of those to be shown.
func (o *options) showsDeath(name string) bool {
	n, ok := syscalls.SignalByName(name)
	return !ok || o.signals.Has(n)
}

// naming is strace's rule for process numbers.
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
