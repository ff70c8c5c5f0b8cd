package ltrace

import (
	"cmp"
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"plait/internal/cli"
	"plait/internal/cli/usage"
	"plait/output"
	"plait/output/narrow"
	"plait/recording"
)

// options is the command line as the user typed it, not yet interpreted.
type options struct {
	calls, libraries, functions []string
	noMain, syscalls            bool
	config                      []string
	prototypes, checked         []string
	traces, signals             list // sets of system calls and of signals

	pids     []string
	follow   count
	detachOn string
	limit    int
	oneCPU   bool
	engine   string // "" if not given
	pty      bool   // the command has a terminal of its own
	user     string

	outputs                  []string
	format                   string
	enters                   bool // JSON Lines: a record for each begin of a call
	record, replay           string
	recording                recordingOptions
	origin                   *recording.Header // of the recording that is replayed; nil: there is none
	loaded                   *loaded           // the objects of its programs; nil: not needed
	align, indent            int
	strings, items           int
	timestamps               count
	relative, elapsed        bool
	verbose, names           bool
	descriptors              count // how many times -y was given
	ip, demangle, noDemangle bool
	versions                 bool
	noSignals                bool
	color, utf8, startup     string
	spelling                 string // of demangled names; "" if not given
	summary                  count
	tree, labels             bool
	labelling                *narrow.Labels // those of labels; nil: not yet
	explain                  bool
	mapView                  string // "" if not given
	heap                     bool
	tables                   tableOptions
	repeaters                []*output.Repeater // of the tables
	only                     onlyOptions
	debug                    string
	where                    int
	help, version            bool
	man, table, lesson       bool
	buildLessons             string // the folder; "" if not given
	as                       string
	completion               string
	command                  []string
	alignSet, stringsSet     bool // the option was given, perhaps with 0
	itemsSet                 bool
}

// A count is how many times an option was given.
type count int

// newOptions returns the options of an empty command line.
func newOptions() *options {
	return &options{color: cli.WhenAuto, utf8: cli.WhenAuto, startup: cli.WhenAuto}
}

// parseOptions parses a command line up to the command, if there is one. strace's
// options serve for hints at unknown options.
func parseOptions(args []string, strace []usage.Group) (*options, error) {
	o := newOptions()
	f := flagSet(o)
	if err := f.Parse(args); err != nil {
		return nil, parseError(f, err, strace)
	}
	if o.lesson {
		if err := checkLesson(f); err != nil {
			return nil, err
		}
	}
	o.alignSet, o.stringsSet = f.Changed("align"), f.Changed("string-limit")
	o.itemsSet = f.Changed("item-limit")
	if o.showsHeap() && !o.syscalls && len(o.traces) == 0 && o.record == "" {
		o.traces = heapSyscalls
	}
	o.syscalls = o.syscalls || len(o.traces) > 0 || o.showsMap() || o.only.needSyscalls() || o.explains() && o.replay == ""
	o.command = f.Args()
	if n := len(o.outputs); n > 1 && o.isLtrace() { // to ltrace the last -o counts
		o.outputs = o.outputs[n-1:]
	}
	return o, nil
}

func flagSet(o *options) *pflag.FlagSet {
	f := pflag.NewFlagSet("plait", pflag.ContinueOnError)
	f.SetInterspersed(false)
	f.SortFlags = false
	f.Usage = func() {}
	for _, opt := range optionList {
		opt.define(f, o)
		f.Lookup(opt.name).NoOptDefVal = cmp.Or(opt.without, f.Lookup(opt.name).NoOptDefVal)
	}
	f.SetNormalizeFunc(unabbreviate)
	return f
}

func (opt option) define(f *pflag.FlagSet, o *options) {
	switch p := opt.value(o).(type) {
	case pflag.Value:
		f.VarP(p, opt.name, opt.short, opt.help)
	case *bool:
		f.BoolVarP(p, opt.name, opt.short, false, opt.help)
	case *int:
		f.IntVarP(p, opt.name, opt.short, 0, opt.help)
	case *string:
		f.StringVarP(p, opt.name, opt.short, *p, opt.help)
	case *[]string:
		f.StringArrayVarP(p, opt.name, opt.short, nil, opt.help)
	case *count:
		f.CountVarP((*int)(p), opt.name, opt.short, opt.help)
	}
}

// spelling returns the option as messages name it: by its letter, if it has one.
func (opt option) spelling() string {
	if opt.short != "" {
		return "-" + opt.short
	}
	return "--" + opt.name
}

// unabbreviate completes an abbreviated long option, as getopt_long(3) does.
func unabbreviate(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if names := optionsWithPrefix(name); len(names) == 1 {
		return pflag.NormalizedName(names[0])
	}
	return pflag.NormalizedName(name)
}

// optionsWithPrefix returns the long options that begin with prefix, or only the one
// that equals it.
func optionsWithPrefix(prefix string) []string {
	var names []string
	for _, opt := range optionList {
		if opt.name == prefix {
			return []string{prefix}
		}
		if strings.HasPrefix(opt.name, prefix) && !opt.hidden {
			names = append(names, opt.name)
		}
	}
	return names
}

const listHint = "plait -h lists the options"

// parseError turns pflag's errors into UsageErrors.
func parseError(f *pflag.FlagSet, err error, strace []usage.Group) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownOption(e, strace)
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return cli.UsageError{What: spelling(e.GetFlag()), Why: "an argument is missing", Hint: listHint}
	}
	if e, ok := errors.AsType[cli.UsageError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return cli.UsageError{What: spelling(e.GetFlag()) + " " + e.GetValue(), Why: "not a number", Hint: listHint}
	}
	return cli.UsageError{What: "command line", Why: err.Error(), Hint: listHint}
}

func unknownOption(e *pflag.NotExistError, strace []usage.Group) error {
	name := e.GetSpecifiedName()
	if e.GetSpecifiedShortnames() != "" {
		return cli.UsageError{What: "-" + name, Why: "no such option", Hint: optionHint(name, strace)}
	}
	if names := optionsWithPrefix(name); len(names) > 1 {
		return cli.UsageError{What: "--" + name, Why: "may mean --" + strings.Join(names, " or --"), Hint: listHint}
	}
	return cli.UsageError{What: "--" + name, Why: "no such option", Hint: optionHint(name, strace)}
}

func spelling(f *pflag.Flag) string {
	return option{name: f.Name, short: f.Shorthand}.spelling()
}
