package strace

import (
	"io"
	"strconv"

	"plait/event"
	"plait/filter"
	"plait/internal/cli"
	"plait/output/narrow"
	"plait/output/only"
	"plait/recording"
)

// outputs opens what the trace is written to: a recording, lines or a table, or both.
func (o *options) outputs(stderr io.Writer) (*cli.Target, error) {
	if o.record == "" {
		return o.target(stderr)
	}
	f, err := cli.CreatePrivate(o.record)
	if err != nil {
		return nil, die("Cannot fopen '%s': %s", o.record, cli.Reason(cli.ErrnoOf(err)))
	}
	failed := func(err error) { cli.ReportWriteError(o.ui, o.record, err) }
	recorder := cli.ToFile(o.ui, o.record, f, failed, func(w io.Writer) event.Sink { return recording.New(w, o.header()) })
	if !o.outputSet && !o.counting() {
		return recorder, nil
	}
	shown, err := o.target(stderr)
	if err != nil {
		return nil, err
	}
	return cli.ToAll([]*cli.Target{recorder, shown}), nil
}

// minRecorded is how many bytes of a text are recorded at least, unless -s says.
const minRecorded = 4096

// recordedStrings is how many bytes of a text are recorded. Where some calls are abbreviated
// and others not, a replay could not know which, so what is shown is recorded.
func (o *options) recordedStrings() int {
	if o.record == "" || o.stringsSet || !o.abbreviatesAll() && !o.abbreviatesNone() {
		return o.strings
	}
	return max(o.strings, minRecorded)
}

func (o *options) abbreviatesAll() bool { return o.abbrev.All() }

// abbreviatesNone reports whether -v is given.
func (o *options) abbreviatesNone() bool { return len(o.abbrev.Numbers()) == 0 && !o.abbrev.Rest() }

// recordedDecoding is what is found out about descriptors. All of it is recorded, unless
// only a part is to be shown that no replay could tell from the rest.
func (o *options) recordedDecoding() decoding {
	if o.record != "" && o.shownDescriptors() >= 0 {
		return decodeAll
	}
	return o.decode
}

// shownDescriptors is how much of descriptors is shown, as narrow.Limits has it.
func (o *options) shownDescriptors() int {
	switch o.decode {
	case 0:
		return 0
	case decodePath:
		return 1
	case decodeAll:
		return 2
	}
	return -1
}

// narrowed returns a sink that shows no more of the events than the options ask for: a
// recording has more.
func (o *options) narrowed(s event.Sink) event.Sink {
	if o.record == "" && o.replay == "" {
		return s
	}
	limits := narrow.Limits{Strings: o.strings, Items: -1, SystemItems: o.strings, Descriptors: o.shownDescriptors(), Frames: -1, Origins: true}
	if !o.abbreviatesAll() {
		limits.SystemItems = -1
	}
	return limits.New(s)
}

// header says what is recorded.
func (o *options) header() recording.Header {
	h := cli.Origin()
	h.Command, h.PIDs = o.command, o.pids
	h.Options = recording.Options{
		Filters: []string{"-L"}, Syscalls: true, Regions: true, Follow: o.follow > 0, Strings: o.recordedStrings(), ShownStrings: o.strings,
		Verbose: !o.abbreviatesAll(), Names: o.comm, Frames: o.config(nil, nil, nil).StackFrames,
		Descriptors: recordedNumber(o.recordedDecoding()), ShownDescriptors: o.shownDescriptors(),
	}
	h.Options.ShownFrames = h.Options.Frames
	return h
}

// recordedNumber is how recording.Options has a decoding.
func recordedNumber(d decoding) int {
	switch d {
	case 0:
		return 0
	case decodePath:
		return 1
	}
	return 2
}

// adopt makes o the options of a replay: what is not said is as when it was recorded. The
// error is that they ask for more than was recorded.
func (o *options) adopt(h recording.Header) error {
	o.command, o.pids = h.Command, h.PIDs
	rec := h.Options
	if h.Version == "" { // the header is damaged: nothing is known
		rec.Strings, rec.ShownStrings, rec.Descriptors, rec.ShownDescriptors = maxStrings, maxStrings, 2, 2
	}
	if rec.Follow {
		o.follow = max(o.follow, 1)
	}
	switch {
	case !o.stringsSet:
		o.strings = rec.ShownStrings
	case o.strings > rec.Strings:
		return die("-s %d: %s was recorded with -s %d", o.strings, o.replay, rec.Strings)
	}
	switch {
	case o.decode == 0 && rec.ShownDescriptors < 0:
		o.decode = decodePath | decodeSocket // any that is shown as it was recorded
	case o.decode == 0:
		o.decode = [...]decoding{0, decodePath, decodeAll}[min(rec.ShownDescriptors, 2)]
	case rec.Descriptors == 0 || rec.Descriptors == 1 && o.decode != decodePath:
		return die("-y: %s was recorded without it", o.replay)
	}
	if len(o.paths) > 0 && rec.Descriptors == 0 {
		return die("-P: %s was recorded without -y", o.replay)
	}
	if rec.Verbose && o.abbrev.All() {
		return o.qualify("abbrev", "none")
	}
	return nil
}

// steady returns the sink that the tracer emits to.
func (o *options) steady(s event.Sink) event.Sink {
	if o.record == "" {
		return s
	}
	return cli.Steady(cli.Surveyed(s, false))
}

// play shows a recording, and returns the exit status.
func (o *options) play(stdout io.Writer) int {
	r, f, err := cli.OpenRecording(o.replay)
	if err != nil {
		return fail(o.ui, die("Cannot replay '%s': %s", o.replay, cli.Reason(err)))
	}
	defer f.Close()
	o.resolvePaths()
	if err := o.adopt(r.Header()); err != nil {
		return fail(o.ui, err)
	}
	var out *cli.Target
	if o.outputSet {
		out, err = o.target(stdout)
	} else {
		out = cli.ToStdout(o.ui, stdout, o.sink(stdout))
	}
	if err != nil {
		return fail(o.ui, err)
	}
	status := cli.Play(r, o.chosen(out), o.replay, o.ui)
	o.ui.TraceEnded()
	if err := out.Settle(o.ui, out.Close()); err != nil && status == 0 {
		status = cli.StatusUsage
	}
	return status
}

// chosen returns a sink that passes on to s what the options choose of a recording.
func (o *options) chosen(s event.Sink) event.Sink {
	if o.signals != nil {
		s = only.Signals(s, o.signals.Has)
	}
	files := filter.Files{Paths: o.paths, FDs: o.fds}
	if o.calls == nil && !files.Any() {
		return s
	}
	return only.New(s, only.Options{Calls: &only.Choice{Match: func(c *event.Call) bool {
		return c.Kind == event.System && o.calls.HasCall(c) && (!files.Any() || files.MatchRecorded(c))
	}}})
}

// checkReplay returns an error if there is something to trace as well.
func (o *options) checkReplay() error {
	switch {
	case o.replay == "":
		return nil
	case len(o.command) > 0:
		return dieHelp("--replay and %s are mutually exclusive: a replay runs no command", strconv.Quote(o.command[0]))
	case len(o.pids) > 0:
		return dieHelp("--replay and -p/--attach are mutually exclusive options")
	case o.record != "":
		return dieHelp("--replay and --record are mutually exclusive options")
	case o.daemon > 0:
		return dieHelp("--replay and -D/--daemonize are mutually exclusive options")
	}
	return nil
}
