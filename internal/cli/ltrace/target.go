package ltrace

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"plait/event"
	"plait/internal/cli"
	"plait/output"
	"plait/output/jsonl"
	"plait/output/only"
	"plait/output/summary"
	"plait/output/table"
	"plait/output/text"
)

// newTarget opens the output that o asks for.
func newTarget(o *options, u *cli.UI, stdout, stderr io.Writer) (*cli.Target, error) {
	if o.filePerProcess() {
		return newTargets(o, u, stdout, stderr)
	}
	switch {
	case o.output == "" && o.replay != "":
		return cli.ToStdout(u, stdout, sinkOf(o, u, textOptions(o, stdout, stdout, stderr))), nil
	case o.output == "":
		return cli.ToConsole(u, sinkOf(o, u, textOptions(o, stderr, stdout, stderr))), nil
	}
	f, err := openOutput(o.output)
	if err != nil {
		return nil, fmt.Errorf("-o %s: %w", o.output, cli.ErrnoOf(err))
	}
	failed := func(err error) { cli.ReportWriteError(u, o.output, err) }
	return cli.ToFile(u, o.output, f, failed, sinkOf(o, u, textOptions(o, f, stdout, stderr))), nil
}

// sinkOf returns a constructor of the sink for a trace in one file.
func sinkOf(o *options, u *cli.UI, look text.Options) func(io.Writer) event.Sink {
	return func(w io.Writer) event.Sink {
		f := format(o)
		s := o.repeated(f.New(w, output.Options{
			Text: look, Meta: o.meta(), Map: o.mapOptions(),
			Totals: o.summary > 1, Detail: o.detailed(), Kernel: o.syscalls, Sort: summary.Order(o.tables.order),
			Table: table.Form(o.tables.form), Wide: o.tables.wide,
		}))
		s = o.narrowed(s)
		if f.Table || o.output != "" {
			s = announcer{Sink: s, ui: u, last: !f.Table}
		}
		return o.filtered(s)
	}
}

// newTargets returns a target that opens a file for each process.
func newTargets(o *options, u *cli.UI, stdout, stderr io.Writer) (*cli.Target, error) {
	if err := creatable(o.output); err != nil {
		return nil, fmt.Errorf("-o %s: %w", o.output, cli.ErrnoOf(err))
	}
	options := output.Options{Text: textOptions(o, nil, stdout, stderr), Meta: o.meta()}
	files := output.NewFiles(cli.CreateOneOfMany)
	writeErrors := cli.WriteErrors{UI: u}
	open := func(pid int) (event.Sink, error) {
		name := o.output + "." + strconv.Itoa(pid)
		failed := func(err error) { writeErrors.Report(name, err) }
		f, err := files.Open(name)
		if err != nil {
			failed(err)
			return nil, err
		}
		sink := func(w io.Writer) event.Sink { return o.narrowed(format(o).New(w, options)) }
		return cli.ToFile(u, name, f, failed, sink), nil
	}
	split := output.NewSplit(open, announcer{Sink: cli.Discard{}, ui: u})
	return cli.ToFiles(o.output, o.filtered(split)), nil
}

// filtered returns a sink that passes on what the user wants to see.
func (o *options) filtered(s event.Sink) event.Sink {
	conditions, _ := o.only.parse() // read without error by check
	if !conditions.Any() {
		return s
	}
	return only.New(s, conditions)
}

// openOutput opens the file or starts the command that -o names.
func openOutput(name string) (io.WriteCloser, error) {
	if command, ok := strings.CutPrefix(name, "|"); ok {
		return cli.OpenPipe(command)
	}
	return cli.Create(name, false)
}

// creatable returns why no file can be created in name's directory, or nil.
func creatable(name string) error {
	return unix.Faccessat(unix.AT_FDCWD, filepath.Dir(name), unix.W_OK|unix.X_OK, unix.AT_EACCESS)
}

func format(o *options) output.Format {
	name := o.format
	switch {
	case o.summary > 0:
		name = output.Summary
	case o.showsMap():
		name = output.Map
	case o.tree:
		name = output.Tree
	}
	f, _ := output.Find(name)
	return f
}

// meta returns what a trace for programs says about its origin.
func (o *options) meta() jsonl.Options {
	if o.origin != nil {
		return jsonl.Options{Version: o.origin.Version, Argv: o.origin.Argv, Recorded: true}
	}
	return jsonl.Options{Version: cli.Version(), Argv: os.Args}
}

// An announcer shows notices to the user if the trace's format has no place for them.
// Text has: a notice is a line of the trace there, so that it does not come between
// what the command writes to its own standard error. Notices about no process are
// shown in any case, to users who do not look into the trace's file.
type announcer struct {
	event.Sink
	ui   *cli.UI
	last bool // show only those about no process
}

func (a announcer) Emit(e event.Event) error {
	if n, ok := e.(*event.Notice); ok && !(a.last && n.TID != 0) {
		a.ui.Say("%s", n.Text)
	}
	return a.Sink.Emit(e)
}
