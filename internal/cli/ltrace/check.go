package ltrace

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"plait/internal/cli"
	"plait/output"
)

// check returns the first mistake in the command line, before anything is started.
func (o *options) check() error {
	for _, check := range []func() error{o.checkArguments, o.checkAs, o.checkDebug, o.checkSets, o.checkPairs, o.checkPty, o.checkTables, o.checkLabels, o.checkReplay, o.checkRecording, o.checkFormats, o.checkTarget} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkArguments checks numbers and words by the list of options.
func (o *options) checkArguments() error {
	usual := newOptions()
	for _, opt := range optionList {
		if err := opt.check(o, usual); err != nil {
			return err
		}
	}
	return nil
}

// check returns an error if the argument is not what the list allows. The default is
// always allowed.
func (opt option) check(o, usual *options) error {
	switch p := opt.value(o).(type) {
	case *int:
		if *p < 0 || *p > opt.max {
			return cli.UsageError{What: fmt.Sprintf("%s %d", opt.spelling(), *p), Why: fmt.Sprintf("must be from 0 to %d", opt.max)}
		}
	case *string:
		if opt.words != nil && *p != *opt.value(usual).(*string) && !slices.Contains(opt.words, *p) {
			return cli.UsageError{What: opt.spelling() + " " + *p, Why: oneOf(opt.words)}
		}
	}
	return nil
}

// oneOf lists what an argument must be.
func oneOf(words []string) string {
	if len(words) == 1 {
		return "must be " + words[0]
	}
	return "must be one of " + strings.Join(words, ", ")
}

func (o *options) checkAs() error {
	if o.as == "strace" {
		return cli.UsageError{What: "--as strace", Why: "must be the first option"}
	}
	if o.as != "" && o.as != "ltrace" {
		return cli.UsageError{What: "--as " + o.as, Why: "must be ltrace or strace"}
	}
	return nil
}

// debugMask parses the argument of -D; without -D it returns 0.
func (o *options) debugMask() (uint64, error) {
	if o.debug == "" {
		return 0, nil
	}
	return cli.ParseDebugMask(o.debug)
}

func (o *options) checkDebug() error {
	_, err := o.debugMask()
	return err
}

func (o *options) checkSets() error {
	if _, _, err := o.sets(); err != nil {
		return err
	}
	_, err := o.only.parse()
	return err
}

// filePerProcess reports whether each process has a file of its own (-ff).
func (o *options) filePerProcess() bool { return o.follow > 1 }

func (o *options) checkPairs() error {
	switch {
	case o.filePerProcess() && len(o.outputs) == 0:
		return cli.UsageError{What: "-ff", Why: "needs a file", Hint: "-ff -o FILE writes FILE.PID for each process"}
	case o.filePerProcess() && o.summary > 0:
		return cli.UsageError{What: "-ff and -c", Why: "exclude each other", Hint: "the table is of all processes together"}
	case o.filePerProcess() && len(o.outputs) > 1:
		return cli.UsageError{What: "-ff and -o " + o.outputs[1], Why: "there is a -o before it", Hint: "-ff writes files of one format"}
	case o.filePerProcess() && strings.HasPrefix(o.outputs[0], "|"):
		return cli.UsageError{What: "-ff and -o " + o.outputs[0], Why: "exclude each other", Hint: "-ff writes a file for each process"}
	case o.summary > 0 && o.format != "" && o.format != output.Map && o.format != output.Heap:
		return cli.UsageError{What: "--format and -c", Why: "exclude each other", Hint: "the table has a form of its own"}
	case o.relative && o.timestamps > 0:
		return cli.UsageError{What: "-r and -t", Why: "exclude each other", Hint: "-r times lines by the one before, -t by the clock"}
	case o.noMain && len(o.calls) > 0:
		return cli.UsageError{What: "-L and -e", Why: "exclude each other", Hint: "-e alone already replaces the default"}
	case o.user != "" && len(o.command) == 0:
		return cli.UsageError{What: "-u " + o.user, Why: "there is no command to run"}
	}
	return nil
}

// checkReplay returns an error if there is something to trace as well.
func (o *options) checkReplay() error {
	if o.replay == "" {
		return nil
	}
	if len(o.config) > 0 && !o.explains() {
		return cli.UsageError{What: "--replay and -F", Why: "need --explain", Hint: "the values in a recording are known already; with --explain, the sentences in the files serve"}
	}
	const hint = "a replay shows what was recorded and traces nothing"
	if len(o.command) > 0 {
		return cli.UsageError{What: "--replay and " + o.command[0], Why: "a replay runs no command", Hint: "options stand before a command; " + hint}
	}
	usual := newOptions()
	for _, opt := range optionList {
		if opt.live && !reflect.DeepEqual(opt.value(o), opt.value(usual)) {
			return cli.UsageError{What: "--replay and " + opt.spelling(), Why: "exclude each other", Hint: hint}
		}
	}
	return nil
}

func (o *options) checkTarget() error {
	if o.replay != "" {
		return nil
	}
	if len(o.command) == 0 && len(o.pids) == 0 {
		return cli.UsageError{What: "nothing to trace", Why: "give a command, or a process with -p",
			Hint: "plait -S ls traces the library and system calls of ls; " + listHint}
	}
	_, err := o.processes()
	return err
}

// processes parses the arguments of -p.
func (o *options) processes() ([]int, error) {
	var pids []int
	for _, list := range o.pids {
		words := strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(", \t\n", r) })
		if len(words) == 0 {
			return nil, cli.UsageError{What: "-p", Why: "an argument is missing"}
		}
		for _, word := range words {
			pid, err := strconv.ParseInt(word, 10, 32)
			if err != nil || pid <= 0 {
				return nil, cli.UsageError{What: "-p " + word, Why: "not a process ID"}
			}
			if !slices.Contains(pids, int(pid)) {
				pids = append(pids, int(pid))
			}
		}
	}
	return pids, nil
}
