package strace

import (
	"io"
	"strconv"

	"plait/event"
	"plait/internal/cli"
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

// header says what is recorded: what would be shown.
func (o *options) header() recording.Header {
	h := cli.Origin()
	h.Command, h.PIDs = o.command, o.pids
	h.Options = recording.Options{
		Filters: []string{"-L"}, Syscalls: true, Follow: o.follow > 0, Strings: o.strings, ShownStrings: o.strings,
		Names: o.comm, Frames: o.config(nil, nil, nil).StackFrames,
	}
	if d := o.descriptors(); d.Any() {
		h.Options.Descriptors, h.Options.ShownDescriptors = 2, 2
	}
	h.Options.ShownFrames = h.Options.Frames
	return h
}

// steady returns the sink that the tracer emits to.
func (o *options) steady(s event.Sink) event.Sink {
	if o.record == "" {
		return s
	}
	return cli.Steady(s)
}

// play shows a recording, and returns the exit status.
func (o *options) play(stdout io.Writer) int {
	r, f, err := cli.OpenRecording(o.replay)
	if err != nil {
		return fail(o.ui, die("Cannot replay '%s': %s", o.replay, cli.Reason(err)))
	}
	defer f.Close()
	h := r.Header()
	o.command, o.pids = h.Command, h.PIDs
	if h.Options.Follow {
		o.follow = max(o.follow, 1)
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
	status := cli.Play(r, out, o.replay, o.ui)
	o.ui.TraceEnded()
	if err := out.Settle(o.ui, out.Close()); err != nil && status == 0 {
		status = cli.StatusUsage
	}
	return status
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
