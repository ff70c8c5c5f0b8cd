package strace

import (
	"errors"
	"fmt"
	"time"

	"plait/event"
	"plait/filter"
	"plait/inject"
	"plait/internal/cli"
	"plait/output/summary"
	"plait/output/text"
	"plait/syscalls"
)

// options is what the user of strace's command line typed, not yet checked as a
// whole. Most options can be given in two ways that exclude each other; until check,
// options keeps in which way each was given.
type options struct {
	ui *cli.UI // for warnings that strace writes while it parses

	// Which calls and signals.
	calls, abbrev, verbose, raw *syscalls.Set
	signals                     *syscalls.Signals
	hide                        event.Statuses // calls that end like this are not shown
	paths                       []string
	fds, read, write            *filter.FDs
	injections                  []inject.Injection
	statusOptions               int // how often -z and -Z were given

	// Which processes.
	pids                  []int
	follow                int
	followLong, followOld bool
	separately            bool
	detachOnExec          bool
	daemon                int
	daemonLong            int
	env                   []string
	argv0                 string
	argv0Set              bool
	user                  string
	userSet               bool
	interruptible         int
	killOnExit            bool
	seccomp               bool
	limit                 int
	command               []string
	launcher              int      // for daemon.go: the process that will be the command
	intermediate          bool     // for daemon.go: start the tracer
	args                  []string // the whole command line of the user

	// How a line looks.
	columns           int
	strings           int
	stringsSet        bool
	quiet             quietFlags
	quietShort        int
	quietPaths        bool
	quietLong         bool
	clock             text.Clock
	clockDigits       text.Digits
	clockShort        int
	clockLong         bool
	relative, elapsed bool
	deltaDigits       text.Digits
	timeDigits        text.Digits
	ip, number        bool
	argNames          bool
	stack             bool
	stackSource       bool
	frames            int
	hex               text.HexForm
	hexShort          int
	hexLong           bool
	constants         text.ConstForm
	decode            decoding
	decodeShort       int
	decodeLong        bool
	comm, pidns       bool
	namespaces        bool
	alwaysPID         bool
	color             string

	// Where it goes.
	output         string
	record, replay string // plait's own: recordings
	outputSet      bool
	append         bool
	countOnly      bool
	countToo       bool
	wall           bool
	overhead       time.Duration
	columnSet      []summary.Column
	columnsSet     bool
	sort           summary.Column
	sortSet        bool
	debug          bool
	version        int
	tips           tips
}

// A fatalError is an error that ends plait before anything is traced.
type fatalError struct {
	text        string
	suggestHelp bool // the message also says how to get help
}

func (e fatalError) Error() string { return e.text }

// die returns an error in strace's words. dieHelp's error also says how to get help.
func die(format string, args ...any) error {
	return fatalError{text: fmt.Sprintf(format, args...)}
}

func dieHelp(format string, args ...any) error {
	return fatalError{text: fmt.Sprintf(format, args...), suggestHelp: true}
}

// invalid returns the error of an argument that has no meaning.
func (g given) invalid() error { return dieHelp("invalid %s argument: '%s'", g.name, g.arg) }

// newOptions returns the options of an empty command line.
func newOptions(u *cli.UI) *options {
	return &options{
		ui: u, columns: 40, strings: 32, frames: 256, sort: summary.TimePercent, color: cli.WhenAuto,
		deltaDigits: 6, timeDigits: 6,
	}
}

// parse parses a command line up to the command.
func parse(args []string, u *cli.UI) (*options, error) {
	o := newOptions(u)
	o.args = args
	rest, err := getopt(optionList, o, args)
	o.command = rest
	if e, ok := errors.AsType[getoptError](err); ok {
		return o, fatalError{text: string(e), suggestHelp: true}
	}
	return o, err
}

// counting reports whether a table will be written.
func (o *options) counting() bool { return o.countOnly || o.countToo }

// errHelp ends the parsing of options: strace stops at -h.
var errHelp = errors.New("help")
