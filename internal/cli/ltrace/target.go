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
)

// newTarget opens the output that o asks for.
func newTarget(o *options, u *cli.UI, stdout, stderr io.Writer) (*cli.Target, error) {
	if o.separately() {
		return newTargets(o, u, stdout, stderr)
	}
	t := &cli.Target{}
	look := lookOf(o, stderr, stdout, stderr)
	w := t.Onto(stderr)
	if o.output != "" {
		f, err := openOutput(o.output)
		if err != nil {
			return nil, fmt.Errorf("-o %s: %w", o.output, cli.ErrnoOf(err))
		}
		look = lookOf(o, f, stdout, stderr)
		w = t.Into(f, func(err error) { cli.Complain(u, o.output, err) })
	}
	t.Sink = format(o).New(w, output.Options{Text: look, Totals: o.summary > 1, Meta: metaOf()})
	if o.summary > 0 || o.output != "" {
		t.Sink = cli.Announcer{Sink: t.Sink, UI: u, Last: o.summary == 0}
	}
	return t, nil
}

// newTargets makes a target that opens a file for each process it hears of.
func newTargets(o *options, u *cli.UI, stdout, stderr io.Writer) (*cli.Target, error) {
	if err := creatable(o.output); err != nil {
		return nil, fmt.Errorf("-o %s: %w", o.output, cli.ErrnoOf(err))
	}
	options := output.Options{Text: lookOf(o, nil, stdout, stderr), Meta: metaOf()}
	files := output.NewFiles(func(name string, again bool) (io.WriteCloser, error) { return cli.Create(name, again) })
	told := cli.Complaints{UI: u}
	open := func(pid int) (event.Sink, error) {
		name := o.output + "." + strconv.Itoa(pid)
		tell := func(err error) { told.Tell(name, err) }
		f, err := files.Open(name)
		if err != nil {
			tell(err)
			return nil, err
		}
		t := &cli.Target{}
		t.Sink = format(o).New(t.Into(f, tell), options)
		return t, nil
	}
	return &cli.Target{Sink: output.NewSplit(open, cli.Announcer{Sink: cli.Silence{}, UI: u})}, nil
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
		f, _ := output.Find("summary")
		return f
	}
	f, _ := output.Find(o.format)
	return f
}

// metaOf is what a trace for programs says of its origin.
func metaOf() jsonl.Options { return jsonl.Options{Version: cli.Version(), Argv: os.Args} }
