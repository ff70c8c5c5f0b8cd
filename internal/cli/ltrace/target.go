package ltrace

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
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

// newTarget opens the outputs that o asks for.
func newTarget(o *options, u *cli.UI, stdout, stderr io.Writer) (*cli.Target, error) {
	if o.filePerProcess() {
		return newTargets(o, u, stdout, stderr)
	}
	if len(o.outputs) == 0 {
		return o.toStandard(u, stdout, stderr), nil
	}
	var targets []*cli.Target
	var formats []output.Format
	for _, name := range o.outputs {
		t, err := openTarget(name, o, u, stdout, stderr)
		if err != nil {
			return nil, fmt.Errorf("-o %s: %w", name, cli.ErrnoOf(err))
		}
		targets, formats = append(targets, t), append(formats, o.formatOf(name))
	}
	return announced(cli.ToAll(targets), o, u, formats...), nil
}

// toStandard returns a target that writes a live trace to standard error, a recorded one
// to standard output.
func (o *options) toStandard(u *cli.UI, stdout, stderr io.Writer) *cli.Target {
	f := o.formatOf("")
	if o.replay != "" {
		return announced(cli.ToStdout(u, stdout, sinkFor(stdout, f, o, textOptions(o, stdout, stdout, stderr))), o, u, f)
	}
	return announced(cli.ToConsole(u, sinkFor(stderr, f, o, textOptions(o, stderr, stdout, stderr))), o, u, f)
}

func openTarget(name string, o *options, u *cli.UI, stdout, stderr io.Writer) (*cli.Target, error) {
	f, err := openOutput(name)
	if err != nil {
		return nil, err
	}
	failed := func(err error) { cli.ReportWriteError(u, name, err) }
	return cli.ToFile(u, name, f, failed, sinkOf(f, o.formatOf(name), o, textOptions(o, f, stdout, stderr))), nil
}

// sinkOf returns a constructor of the sink for a trace in one file. On a terminal, curves
// are drawn.
func sinkOf(file io.Writer, f output.Format, o *options, look text.Options) func(io.Writer) event.Sink {
	return func(w io.Writer) event.Sink {
		s := o.narrowed(o.labelled(o.repeated(f.New(w, outputOptions(o, look, cli.IsTerminal(file)))), look), f)
		if o.foldsAlways(f) {
			return only.NewStartup(s)
		}
		return s
	}
}

func outputOptions(o *options, look text.Options, plot bool) output.Options {
	return output.Options{
		Text: look, Mangled: o.noDemangle, Meta: o.meta(), Map: o.mapOptions(), Plot: plot,
		Totals: o.summary > 1, Detail: o.detailed(), Kernel: o.syscalls, Sort: summary.Order(o.tables.order),
		Table: table.Form(o.tables.form), Wide: o.tables.wide,
	}
}

// announced completes a target: only what the user wants to see comes to it, and an
// announcer says what would be missed otherwise.
func announced(t *cli.Target, o *options, u *cli.UI, formats ...output.Format) *cli.Target {
	noticed := slices.ContainsFunc(formats, func(f output.Format) bool { return f.Notices })
	if len(o.outputs) > 0 || !noticed {
		t.Sink = announcer{Sink: t.Sink, ui: u, last: noticed}
	}
	t.Sink = o.filtered(t.Sink)
	return t
}

// newTargets returns a target that opens a file for each process.
func newTargets(o *options, u *cli.UI, stdout, stderr io.Writer) (*cli.Target, error) {
	if err := creatable(o.outputs[0]); err != nil {
		return nil, fmt.Errorf("-o %s: %w", o.outputs[0], cli.ErrnoOf(err))
	}
	sink := sinkOf(nil, o.formatOf(o.outputs[0]), o, textOptions(o, nil, stdout, stderr))
	files := output.NewFiles(cli.CreateOneOfMany)
	writeErrors := cli.WriteErrors{UI: u}
	open := func(pid int) (event.Sink, error) {
		name := o.outputs[0] + "." + strconv.Itoa(pid)
		failed := func(err error) { writeErrors.Report(name, err) }
		f, err := files.Open(name)
		if err != nil {
			failed(err)
			return nil, err
		}
		return cli.ToFile(u, name, f, failed, sink), nil
	}
	split := output.NewSplit(open, announcer{Sink: cli.Discard{}, ui: u})
	return cli.ToFiles(o.outputs[0], o.filtered(split)), nil
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

// meta returns what a trace for programs says about its origin.
func (o *options) meta() jsonl.Options {
	meta := jsonl.Options{Version: cli.Version(), Argv: os.Args, Host: cli.Origin().Host, Enters: o.enters}
	if from := o.origin; from != nil {
		meta.Version, meta.Argv, meta.Host, meta.Recorded = from.Version, from.Argv, from.Host, true
	}
	if o.labels { // no time passes, and no two machines have the same name
		meta.Host, meta.Recorded = "", true
	}
	return meta
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
