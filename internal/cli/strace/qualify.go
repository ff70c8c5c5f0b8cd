package strace

import (
	"slices"
	"strings"

	"plait/arch"
	"plait/event"
	"plait/filter"
	"plait/inject"
	"plait/syscalls"
)

// quietFlags are messages that are left out.
type quietFlags uint8

// The messages that can be left out.
const (
	quietAttach quietFlags = 1 << iota
	quietExit
	quietPaths
	quietPersonality
	quietExecve
	quietAll quietFlags = 1<<iota - 1
)

// A qualifierEntry is a word before "=" in -e, in all its spellings. set takes the
// text after "=".
type qualifierEntry struct {
	names []string
	set   func(o *options, text string) error
}

// qualifiers lists all of them.
var qualifiers = []qualifierEntry{
	{[]string{"trace", "t"}, callSet(func(o *options) **syscalls.Set { return &o.calls })},
	{[]string{"abbrev", "a"}, callSet(func(o *options) **syscalls.Set { return &o.abbrev })},
	{[]string{"verbose", "v"}, callSet(func(o *options) **syscalls.Set { return &o.verbose })},
	{[]string{"raw", "x"}, callSet(func(o *options) **syscalls.Set { return &o.raw })},
	{[]string{"signal", "signals", "s"}, (*options).signalSet},
	{[]string{"trace-fds", "trace-fd", "fds", "fd"}, fdSet(func(o *options) **filter.FDs { return &o.fds })},
	{[]string{"read", "reads", "r"}, fdSet(func(o *options) **filter.FDs { return &o.read })},
	{[]string{"write", "writes", "w"}, fdSet(func(o *options) **filter.FDs { return &o.write })},
	{[]string{"inject"}, (*options).inject},
	{[]string{"fault"}, (*options).fault},
	{[]string{"status"}, (*options).statusSet},
	{[]string{"quiet", "silent", "silence", "q"}, (*options).quietSet},
	{[]string{"decode-fds", "decode-fd"}, (*options).decodeSet},
	{[]string{"decode-pids", "decode-pid"}, (*options).pidSet},
	{[]string{"kvm"}, (*options).kvm},
	{[]string{"namespace"}, (*options).namespace},
	{[]string{"secontext"}, func(*options, string) error {
		return die("SELinux context printing (--secontext option) is not supported by this build of strace")
	}},
}

// expression does -e: "QUALIFIER=SET", or a set of system calls.
func (o *options) expression(g given) error {
	word, set, found := strings.Cut(g.arg, "=")
	if found {
		for _, q := range qualifiers {
			if slices.Contains(q.names, word) {
				return q.set(o, set)
			}
		}
	}
	return o.qualify("trace", g.arg)
}

// qualify does -e WORD=SET.
func (o *options) qualify(word, set string) error {
	i := slices.IndexFunc(qualifiers, func(q qualifierEntry) bool { return q.names[0] == word })
	return qualifiers[i].set(o, set)
}

// qualifier returns the set function of a qualifier's long form.
func qualifier(word string) func(*options, given) error {
	return func(o *options, g given) error { return o.qualify(word, g.arg) }
}

// setError converts an error of a set. A wrong personality designator counts as an
// error of the command line: only then does strace say how to get help.
func setError(err error) error {
	if strings.HasPrefix(err.Error(), "incorrect personality designator") {
		return dieHelp("%s", err)
	}
	return die("%s", err)
}

func callSet(field func(*options) **syscalls.Set) func(*options, string) error {
	return func(o *options, text string) error {
		set, err := syscalls.ParseSet(text, syscalls.For(arch.Native, 0))
		if err != nil {
			return setError(err)
		}
		*field(o) = set
		return nil
	}
}

func fdSet(field func(*options) **filter.FDs) func(*options, string) error {
	return func(o *options, text string) error {
		set, err := filter.ParseFDs(text)
		if err != nil {
			return setError(err)
		}
		*field(o) = set
		return nil
	}
}

func (o *options) signalSet(text string) error {
	set, err := syscalls.ParseSignals(text)
	if err != nil {
		return setError(err)
	}
	o.signals = set
	return nil
}

// bits parses a set of words in the grammar of all sets; what is the name of the set
// in messages.
func bits[B ~uint8](text, what string, words map[string]B, all B) (B, error) {
	list := strings.TrimLeft(text, "!")
	var set B
	values := strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
	switch {
	case list == "all":
		set = all
	case list == "none":
	case len(values) == 0:
		return 0, die("invalid %s '%s'", what, text)
	default:
		for _, value := range values {
			bit, ok := words[value]
			if !ok {
				return 0, die("invalid %s '%s'", what, value)
			}
			set |= bit
		}
	}
	if (len(text)-len(list))%2 != 0 {
		set = all &^ set
	}
	return set, nil
}

var statusWords = map[string]event.Statuses{
	"successful": event.StatusSuccessful, "failed": event.StatusFailed, "unfinished": event.StatusUnfinished,
	"unavailable": event.StatusUnavailable, "detached": event.StatusDetached,
}

const everyStatus = event.StatusSuccessful | event.StatusFailed | event.StatusUnfinished | event.StatusUnavailable | event.StatusDetached

func (o *options) statusSet(text string) error {
	set, err := bits(text, "status", statusWords, everyStatus)
	o.hide = everyStatus &^ set
	return err
}

// statusIs returns the set function of -z and -Z.
func statusIs(word string) func(*options, given) error {
	return func(o *options, _ given) error {
		o.statusOptions++
		return o.statusSet(word)
	}
}

var quietWords = map[string]quietFlags{
	"attach": quietAttach, "exit": quietExit, "exits": quietExit, "path-resolution": quietPaths, "path-resolve": quietPaths,
	"personality": quietPersonality, "thread-execve": quietExecve, "superseded": quietExecve,
}

func (o *options) quietSet(text string) error {
	set, err := bits(text, "quiet", quietWords, quietAll)
	o.quiet, o.quietLong = set, true
	return err
}

func (o *options) quietOption(g given) error {
	return countOrSet(g, &o.quietShort, o.quietSet, "attach,personality")
}

// countOrSet takes an option whose letter is counted, and whose long form names a
// set; usual is the set if it names none.
func countOrSet(g given, times *int, set func(string) error, usual string) error {
	switch {
	case !g.long():
		*times++
		return nil
	case !g.hasArg:
		return set(usual)
	}
	return set(g.arg)
}

// A decoding is a set of details of descriptors.
type decoding uint8

// The details of descriptors that can be shown.
const (
	decodePath decoding = 1 << iota
	decodeSocket
	decodeDevice
	decodeEventfd
	decodePidfd
	decodeSignalfd
	decodeAll decoding = 1<<iota - 1
)

var decodeWords = map[string]decoding{
	"path": decodePath, "socket": decodeSocket, "dev": decodeDevice, "eventfd": decodeEventfd, "pidfd": decodePidfd, "signalfd": decodeSignalfd,
}

func (o *options) decodeSet(text string) error {
	set, err := bits(text, "decode-fds", decodeWords, decodeAll)
	o.decode, o.decodeLong = set, true
	return err
}

func (o *options) decodeFDs(g given) error {
	return countOrSet(g, &o.decodeShort, o.decodeSet, "path")
}

var pidWords = map[string]uint8{"comm": 1, "pidns": 2}

func (o *options) pidSet(text string) error {
	set, err := bits(text, "decode-pids", pidWords, 3)
	o.comm, o.pidns = set&1 != 0, set&2 != 0
	return err
}

func (o *options) kvm(text string) error {
	if text != "vcpu" && text != "vcpu+" {
		return die("invalid -e kvm= argument: '%s'", text)
	}
	return die("-e kvm=%s: why a virtual processor stopped is not decoded by plait", text)
}

func (o *options) namespace(text string) error {
	set, err := bits(text, "namespace", map[string]uint8{"new": 1}, 1)
	o.namespaces = set != 0
	return err
}

func (o *options) inject(text string) error { return o.addInjection(text, false) }
func (o *options) fault(text string) error  { return o.addInjection(text, true) }

func (o *options) addInjection(text string, fault bool) error {
	in, warnings, err := inject.Parse(text, fault, syscalls.For(arch.Native, 0))
	for _, w := range warnings {
		o.ui.Say("%s", w)
	}
	if err != nil {
		return setError(err)
	}
	o.injections = append(o.injections, in)
	return nil
}
