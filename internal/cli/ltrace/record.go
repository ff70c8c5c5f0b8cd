package ltrace

import (
	"cmp"
	"fmt"
	"io"

	"plait/event"
	"plait/internal/cli"
	"plait/output"
	"plait/output/narrow"
	"plait/proto"
	"plait/recording"
)

// recordedStrings is how many bytes of a text are recorded, unless -s says: what a
// replay shows must have been recorded.
const recordedStrings = 4096

// defaultStrings is how many bytes of a text are shown, unless -s says.
const defaultStrings = 32

// showsTrace reports whether the trace is shown: a recording alone is quiet.
func (o *options) showsTrace() bool {
	return o.record == "" || len(o.outputs) > 0 || o.format != "" || o.tree || o.showsTable()
}

// newOutputs opens the outputs that o asks for: a recording, the trace, or both.
func newOutputs(o *options, u *cli.UI, database *proto.Database, stdout, stderr io.Writer) (*cli.Target, error) {
	if o.record == "" {
		return explainedTarget(o, u, database, stdout, stderr)
	}
	open := newRecorder
	if o.recording.severalFiles() {
		open = newPartsRecorder
	}
	recorded, err := open(o, u)
	if err != nil || !o.showsTrace() {
		return recorded, err
	}
	shown, err := explainedTarget(o, u, database, stdout, stderr)
	if err != nil {
		return nil, err
	}
	return cli.ToAll([]*cli.Target{recorded, shown}), nil
}

// newRecorder opens the file of --record.
func newRecorder(o *options, u *cli.UI) (*cli.Target, error) {
	f, err := cli.CreatePrivate(o.record)
	if err != nil {
		return nil, fmt.Errorf("--record %s: %w", o.record, cli.ErrnoOf(err))
	}
	failed := func(err error) { cli.ReportWriteError(u, o.record, err) }
	return cli.ToFile(u, o.record, f, failed, func(w io.Writer) event.Sink {
		return o.withNotices(o.recording.redacted(recording.New(w, o.header())), u)
	}), nil
}

// withNotices returns a sink for a recording that shows notices about no process to the
// user, unless the trace that is shown has them.
func (o *options) withNotices(s event.Sink, u *cli.UI) event.Sink {
	if o.showsTrace() {
		return s
	}
	return announcer{Sink: s, ui: u, last: true}
}

// header says what is recorded, and how.
func (o *options) header() recording.Header {
	pids, _ := o.processes() // read without error by check
	h := cli.Origin()
	h.Command, h.PIDs = o.command, pids
	h.Options = recording.Options{
		Filters: o.filters(), Syscalls: o.syscalls, Calls: o.traces, Signals: o.signals, Follow: o.follow > 0,
		Strings: max(0, o.limits().String), Items: o.limits().Items, Verbose: o.verbose, Descriptors: int(o.recordedDescriptors()),
		Redacted: o.recording.redact, Names: o.names, Frames: o.where, Callers: o.needsCallers(), Regions: true,
		ShownStrings: o.shownStrings(), ShownItems: cli.Limit(o.items, o.itemsSet), ShownDescriptors: int(o.descriptors), ShownFrames: o.where,
	}
	o.recording.redactHeader(&h)
	return h
}

// filters returns the options that choose library calls, and their arguments.
func (o *options) filters() (all []string) {
	for _, kind := range []struct {
		option string
		texts  []string
	}{{"-e", o.calls}, {"-l", o.libraries}, {"-x", o.functions}} {
		for _, text := range kind.texts {
			all = append(all, kind.option, text)
		}
	}
	if o.noMain {
		all = append(all, "-L")
	}
	return all
}

// recordedDescriptors is how much of descriptors the tracer finds out: of a recording -y
// twice, of a page once.
func (o *options) recordedDescriptors() count {
	switch {
	case o.record != "":
		return 2
	case o.writes(output.HTML):
		return max(o.descriptors, 1)
	}
	return o.descriptors
}

// shownStrings is how many bytes of a text are shown.
func (o *options) shownStrings() int {
	if !o.stringsSet {
		return defaultStrings
	}
	return o.strings
}

// narrowed returns a sink that shows no more of the events than the options ask for, and a
// page needs: a recording has more, and so does what is explained. Otherwise the tracer
// finds out just that.
func (o *options) narrowed(s event.Sink, f output.Format) event.Sink {
	if o.record == "" && o.origin == nil && !o.explains() {
		return s
	}
	limits := narrow.Limits{Strings: o.shownStrings(), Items: -1, SystemItems: -1, Descriptors: int(o.descriptors), Frames: o.where, Origins: o.showsMap(), Unexplained: !o.explain && f.Name != output.HTML}
	switch {
	case o.itemsSet:
		limits.Items, limits.SystemItems = o.items, o.items
	case !o.verbose:
		limits.SystemItems = limits.Strings
	}
	if o.showsMap() || o.showsHeap() {
		limits.Frames = -1
	}
	if f.Name == output.HTML {
		limits.Frames, limits.Origins, limits.Descriptors = cmp.Or(limits.Frames, 1), true, max(limits.Descriptors, 1)
	}
	return limits.New(s)
}

// steady returns the sink that the tracer emits to.
func (o *options) steady(out event.Sink) event.Sink {
	if o.record != "" || o.labels {
		out = cli.Surveyed(out, o.labels)
	}
	if o.record == "" {
		return out
	}
	return cli.Steady(out)
}
