package ltrace

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"plait/event"
	"plait/internal/cli"
	"plait/output/narrow"
	"plait/recording"
)

// recordingOptions are the options that say how --record records.
type recordingOptions struct {
	size, last, dumpOn string // "" if not given
	files              int    // 0: all
	redact             commaList
}

// A commaList is a list of words, separated by commas.
type commaList []string

// String implements pflag.Value.
func (l *commaList) String() string { return strings.Join(*l, ",") }

// Type implements pflag.Value.
func (l *commaList) Type() string { return "list" }

// Set implements pflag.Value: it appends the words of text.
func (l *commaList) Set(text string) error {
	*l = append(*l, strings.Split(text, ",")...)
	return nil
}

// What can be taken out of a recording.
const (
	redactStrings = "strings"
	redactPaths   = "paths"
	redactEnv     = "env"
)

var redactable = []string{redactStrings, redactPaths, redactEnv}

// severalFiles reports whether the recording is in several files.
func (r *recordingOptions) severalFiles() bool { return r.size != "" || r.last != "" }

// checkRecording checks the options that say how to record.
func (o *options) checkRecording() error {
	r := &o.recording
	for _, given := range []struct {
		option string
		given  bool
		needs  string
		has    bool
	}{
		{"--record-size", r.size != "", "--record FILE", o.record != ""},
		{"--record-last", r.last != "", "--record FILE", o.record != ""},
		{"--redact", len(r.redact) > 0, "--record FILE", o.record != ""},
		{"--dump-on", r.dumpOn != "", "--record-last SIZE", r.last != ""},
		{"--record-files", r.files > 0, "--record-size SIZE or --record-last SIZE", r.severalFiles()},
	} {
		if given.given && !given.has {
			return cli.UsageError{What: given.option, Why: "needs " + given.needs}
		}
	}
	if r.size != "" && r.last != "" {
		return cli.UsageError{What: "--record-size and --record-last", Why: "exclude each other"}
	}
	return r.checkArguments()
}

func (r *recordingOptions) checkArguments() error {
	for option, text := range map[string]string{"--record-size": r.size, "--record-last": r.last} {
		if _, err := parseSize(text); text != "" && err != nil {
			return cli.UsageError{What: option + " " + text, Why: err.Error()}
		}
	}
	for _, word := range r.redact {
		if !slices.Contains(redactable, word) {
			return cli.UsageError{What: "--redact " + word, Why: oneOf(redactable)}
		}
	}
	if r.dumpOn != "" {
		if _, err := callsNamed(r.dumpOn); err != nil {
			return cli.UsageError{What: "--dump-on " + r.dumpOn, Why: err.Error()}
		}
	}
	return nil
}

// minSize is the least that a file of several may have.
const minSize = 1 << 20

// parseSize reads a number of bytes: 64M.
func parseSize(text string) (int64, error) {
	digits := strings.TrimRight(text, "KMGT")
	shift := 0
	if unit := text[len(digits):]; len(unit) == 1 {
		shift = 10 * (1 + strings.Index("KMGT", unit))
	} else if unit != "" {
		return 0, fmt.Errorf("not a number of bytes")
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err != nil || n < 0 || n > 1<<62>>shift:
		return 0, fmt.Errorf("not a number of bytes")
	case n<<shift < minSize:
		return 0, fmt.Errorf("must be at least 1M")
	}
	return n << shift, nil
}

// newPartsRecorder opens a recording in several files.
func newPartsRecorder(o *options, u *cli.UI) (*cli.Target, error) {
	if err := creatable(o.record); err != nil {
		return nil, fmt.Errorf("--record %s: %w", o.record, cli.ErrnoOf(err))
	}
	r := &o.recording
	open := cli.Parts(u, o.record, r.files)
	if r.size != "" {
		size, _ := parseSize(r.size) // read without error by check
		return cli.ToFiles(o.record, o.withNotices(r.redacted(recording.NewParts(open, size, o.header())), u)), nil
	}
	size, _ := parseSize(r.last)
	w := recording.NewLast(open, size, o.header())
	cli.Watch([]os.Signal{syscall.SIGUSR2}, func(syscall.Signal) { w.Dump() })()
	s := r.redacted(w)
	if r.dumpOn != "" {
		match, _ := callsNamed(r.dumpOn)
		s = dumper{s, match, w.Dump}
	}
	return cli.ToFiles(o.record, o.withNotices(s, u)), nil
}

// A dumper calls dump when one of some calls has ended, after it was passed on.
type dumper struct {
	event.Sink
	match func(*event.Call) bool
	dump  func()
}

// Emit implements event.Sink.
func (d dumper) Emit(e event.Event) error {
	err := d.Sink.Emit(e)
	if r, ok := e.(*event.Return); ok && d.match(r.Call) {
		d.dump()
	}
	return err
}

// redacted returns a sink that takes out what shall not be in the recording.
func (r *recordingOptions) redacted(s event.Sink) event.Sink {
	if len(r.redact) == 0 {
		return s
	}
	return r.redaction().New(s)
}

func (r *recordingOptions) redaction() narrow.Redaction {
	has := func(word string) bool { return slices.Contains(r.redact, word) }
	return narrow.Redaction{Strings: has(redactStrings), Paths: has(redactPaths), Env: has(redactEnv)}
}

// redactHeader takes out of the header what shall not be in the recording.
func (r *recordingOptions) redactHeader(h *recording.Header) {
	what := r.redaction()
	if what.Strings || what.Paths { // options and arguments may be either
		h.Argv = h.Argv[:1:1]
		h.Command = h.Command[:min(1, len(h.Command)):min(1, len(h.Command))]
	}
	if what.Paths {
		h.Argv, h.Command = baseNames(h.Argv), baseNames(h.Command)
	}
}

func baseNames(paths []string) (names []string) {
	for _, path := range paths {
		names = append(names, filepath.Base(path))
	}
	return names
}
