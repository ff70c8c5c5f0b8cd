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

// options is what the user of plait-as-strace typed, read but not yet
// checked as a whole. Most options can be given in two ways that exclude each
// other; what was given how is kept until then.
type options struct {
	ui *cli.UI // for remarks that strace makes as it reads

	// Which calls and signals.
	calls, abbrev, verbose, raw *syscalls.Set
	signals                     *syscalls.Signals
	hide                        event.Statuses // calls that end so are not shown
	paths                       []string
	fds, read, write            *filter.FDs
	tampering                   []inject.Injection
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
	launcher              int      // of daemon.go: the process that will be the command
	middle                bool     // of daemon.go: start the tracer
	args                  []string // all of the command line that the user gave

	// How a line looks.
	columns           int
	strings           int
	quiet             quietness
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
	output     string
	outputSet  bool
	append     bool
	countOnly  bool
	countToo   bool
	wall       bool
	overhead   time.Duration
	columnSet  []summary.Column
	columnsSet bool
	sort       summary.Column
	sortSet    bool
	debug      bool
	version    int
	tips       tips
}

// A fatalError is what ends plait-as-strace before anything is traced.
type fatalError struct {
	text string
	try  bool // the user is told how to get help
}

func (e fatalError) Error() string { return e.text }

// die is an error that stands for itself, dieHelp one of the command line.
func die(format string, args ...any) error {
	return fatalError{text: fmt.Sprintf(format, args...)}
}

func dieHelp(format string, args ...any) error {
	return fatalError{text: fmt.Sprintf(format, args...), try: true}
}

// invalid is the error of an argument that means nothing.
func (g given) invalid() error { return dieHelp("invalid %s argument: '%s'", g.name, g.arg) }

// newOptions are the options of an empty command line.
func newOptions(u *cli.UI) *options {
	return &options{
		ui: u, columns: 40, strings: 32, frames: 256, sort: summary.TimePercent, color: cli.WhenAuto,
		deltaDigits: 6, timeDigits: 6,
	}
}

// parse reads a command line up to the command.
func parse(args []string, u *cli.UI) (*options, error) {
	o := newOptions(u)
	o.args = args
	rest, err := getopt(optionList, o, args)
	o.command = rest
	if e, ok := errors.AsType[getoptError](err); ok {
		return o, fatalError{text: string(e), try: true}
	}
	return o, err
}

// counting reports whether there will be a table.
func (o *options) counting() bool { return o.countOnly || o.countToo }

// errHelp ends the reading of options: strace stops at -h.
var errHelp = errors.New("help")
