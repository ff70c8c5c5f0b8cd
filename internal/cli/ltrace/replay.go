package ltrace

import (
	"cmp"
	"fmt"
	"io"
	"strconv"

	"plait/event"
	"plait/internal/cli"
	"plait/proto"
	"plait/recording"
)

// defaultItems is how many elements of an array of a library call are recorded, unless
// -A says.
const defaultItems = 4

// replay shows a recording, and returns the exit status.
func replay(o *options, u *cli.UI, stdout, stderr io.Writer) int {
	r, f, err := cli.OpenRecording(o.replay)
	if err != nil {
		return u.Fail(fmt.Errorf("--replay %s: %w", o.replay, err))
	}
	defer f.Close()
	if err := o.adopt(r.Header()); err != nil {
		return u.Fail(err)
	}
	choice, err := choiceOf(o)
	if err != nil {
		return u.Fail(err)
	}
	out, err := newTarget(o, u, stdout, stderr)
	if err != nil {
		return u.Fail(err)
	}
	database, problems := proto.Open(prototypesOf(o))
	u.SayAll(problems)
	out.Sink = o.explained(o.chooseRecorded(out.Sink, &choice), database)
	shown, end := o.progress(out, u, stdout, stderr)
	status := cli.Play(r, shown, o.replay, u)
	end()
	for _, line := range choice.Unmatched(false) {
		_ = out.Emit(&event.Notice{Text: line})
	}
	u.TraceEnded()
	if err := out.Settle(u, out.Close()); err != nil && status == 0 {
		status = cli.StatusUsage
	}
	return status
}

// adopt makes o the options of a replay: what is not said is as when it was recorded. The
// error is that they ask for more than was recorded.
func (o *options) adopt(h recording.Header) error {
	o.origin = &h
	if h.Version == "" { // the header is damaged: nothing is known
		return nil
	}
	if err := o.exceeds(h.Options); err != nil {
		return err
	}
	rec := h.Options
	if !o.stringsSet {
		o.strings, o.stringsSet = max(0, rec.ShownStrings), true
	}
	if !o.itemsSet && rec.ShownItems != 0 {
		o.items, o.itemsSet = max(0, rec.ShownItems), true
	}
	if o.descriptors == 0 {
		o.descriptors = count(rec.ShownDescriptors)
	}
	if o.where == 0 {
		o.where = rec.ShownFrames
	}
	if rec.Follow {
		o.follow = max(o.follow, 1)
	}
	for _, pid := range h.PIDs {
		o.pids = append(o.pids, strconv.Itoa(pid))
	}
	o.verbose = rec.Verbose
	if !o.choosesLibraryCalls() {
		o.syscalls = rec.Syscalls
	}
	return nil
}

// exceeds returns an error if the options ask for more than was recorded.
func (o *options) exceeds(rec recording.Options) error {
	for _, ask := range []struct {
		option string
		more   bool
		with   string // how it was recorded
	}{
		{"-s " + strconv.Itoa(o.strings), o.stringsSet && o.strings > rec.Strings, "with -s " + strconv.Itoa(rec.Strings)},
		{"-A " + strconv.Itoa(o.items), o.itemsSet && !rec.Verbose && o.items > max(0, cmp.Or(rec.Items, defaultItems)), limitText("-A", rec.Items)},
		{"-v", o.verbose && !rec.Verbose, "without -v"},
		{"-Y", o.names && !rec.Names, "without -Y"},
		{"-f", o.follow > 0 && !rec.Follow, "without -f"},
		{"-S", o.syscalls && !rec.Syscalls, "without -S"},
		{"--by caller", o.byCaller() && !rec.Callers && rec.Frames == 0, "without callers"},
		{"--labels", o.labels && !rec.Regions, "without what lies where in memory"},
		{"-w " + strconv.Itoa(o.where), o.where > rec.Frames, limitText("-w", rec.Frames)},
	} {
		if ask.more {
			return cli.UsageError{What: ask.option, Why: o.replay + " was recorded " + ask.with, Hint: "a replay shows at most what was recorded"}
		}
	}
	return nil
}

// limitText says with which limit something was recorded: 0 is none that was given, -1 is
// a limit of 0.
func limitText(option string, limit int) string {
	if limit == 0 {
		return "without " + option
	}
	return "with " + option + " " + strconv.Itoa(max(0, limit))
}
