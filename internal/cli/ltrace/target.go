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
	"plait/output/text"
)

// newTarget opens the output that o asks for.
func newTarget(o *options, u *cli.UI, stdout, stderr io.Writer) (*cli.Target, error) {
	if o.separately() {
		return newTargets(o, u, stdout, stderr)
	}
	if o.output == "" {
		return cli.Onto(u, sinkOf(o, u, lookOf(o, stderr, stdout, stderr))), nil
	}
	f, err := openOutput(o.output)
	if err != nil {
		return nil, fmt.Errorf("-o %s: %w", o.output, cli.ErrnoOf(err))
	}
	tell := func(err error) { cli.Complain(u, o.output, err) }
	return cli.Into(u, o.output, f, tell, sinkOf(o, u, lookOf(o, f, stdout, stderr))), nil
}

// sinkOf makes the sink that writes the one trace that there is.
func sinkOf(o *options, u *cli.UI, look text.Options) func(io.Writer) event.Sink {
	return func(w io.Writer) event.Sink {
		s := format(o).New(w, output.Options{Text: look, Totals: o.summary > 1, Meta: metaOf()})
		if o.summary > 0 || o.output != "" {
			s = announcer{Sink: s, ui: u, last: o.summary == 0}
		}
		return s
	}
}

// newTargets makes a target that opens a file for each process it hears of.
func newTargets(o *options, u *cli.UI, stdout, stderr io.Writer) (*cli.Target, error) {
	if err := creatable(o.output); err != nil {
		return nil, fmt.Errorf("-o %s: %w", o.output, cli.ErrnoOf(err))
	}
	options := output.Options{Text: lookOf(o, nil, stdout, stderr), Meta: metaOf()}
	files := output.NewFiles(cli.CreateOne)
	told := cli.Complaints{UI: u}
	open := func(pid int) (event.Sink, error) {
		name := o.output + "." + strconv.Itoa(pid)
		tell := func(err error) { told.Tell(name, err) }
		f, err := files.Open(name)
		if err != nil {
			tell(err)
			return nil, err
		}
		sink := func(w io.Writer) event.Sink { return format(o).New(w, options) }
		return cli.Into(u, name, f, tell, sink), nil
	}
	return cli.Apart(o.output, output.NewSplit(open, announcer{Sink: cli.Silence{}, ui: u})), nil
}

// openOutput opens the file or starts the command that -o names.
func openOutput(name string) (io.WriteCloser, error) {
	if command, ok := strings.CutPrefix(name, "|"); ok {
		return cli.OpenPipe(command)
	}
	return cli.Create(name, false)
}

// creatable tells why no file can be created beside name.
func creatable(name string) error {
	return unix.Faccessat(unix.AT_FDCWD, filepath.Dir(name), unix.W_OK|unix.X_OK, unix.AT_EACCESS)
}

func format(o *options) output.Format {
	if o.summary > 0 {
		f, _ := output.Find(output.Summary)
		return f
	}
	f, _ := output.Find(o.format)
	return f
}

// metaOf is what a trace for programs says of its origin.
func metaOf() jsonl.Options { return jsonl.Options{Version: cli.Version(), Argv: os.Args} }

// An announcer tells the user what plait has to say about a trace in a form that
// has no room for it. Lines have: there it belongs into the trace, and not
// between what the command writes to its own standard error. What is said last,
// of no process, is also for who does not look into the trace's file.
type announcer struct {
	event.Sink
	ui   *cli.UI
	last bool // nothing else
}

func (a announcer) Emit(e event.Event) error {
	if n, ok := e.(*event.Notice); ok && !(a.last && n.TID != 0) {
		a.ui.Say("%s", n.Text)
	}
	return a.Sink.Emit(e)
}
