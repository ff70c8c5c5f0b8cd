package ltrace

import (
	"slices"
	"strings"

	"plait/arch"
	"plait/internal/cli"
	"plait/syscalls"
)

// An expression is the argument of -e: a filter, as for ltrace, or a qualifier and a
// set, as for strace. No filter has a "=" after a word.
type expression struct{ o *options }

// String implements pflag.Value. pflag shows it as the default, which is empty.
func (expression) String() string { return "" }

// Type implements pflag.Value.
func (expression) Type() string { return "expression" }

// Set implements pflag.Value.
func (e expression) Set(text string) error {
	word, set, found := strings.Cut(text, "=")
	if !found || word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz-") != "" || word[0] == '-' {
		e.o.calls = append(e.o.calls, text)
		return nil
	}
	switch {
	case word == "trace" || word == "t":
		e.o.traces = append(e.o.traces, set)
	case word == "signal" || word == "signals" || word == "s":
		e.o.signals = append(e.o.signals, set)
	case slices.Contains(straceQualifiers, word):
		return cli.UsageError{What: "-e " + text, Why: word + " is for system calls as strace shows them", Hint: "plait --as strace -e " + text + " COMMAND"}
	default:
		return cli.UsageError{What: "-e " + text, Why: "no such qualifier: " + word,
			Hint: "-e trace=SET chooses system calls, -e signal=SET signals; a filter of library calls has no ="}
	}
	return nil
}

// A list is the arguments of an option that can also be given by -e. pflag's own
// lists would lose those.
type list []string

// String implements pflag.Value.
func (l *list) String() string { return strings.Join(*l, " ") }

// Type implements pflag.Value.
func (l *list) Type() string { return "list" }

// Set implements pflag.Value: it appends text.
func (l *list) Set(text string) error {
	*l = append(*l, text)
	return nil
}

// straceQualifiers are the qualifiers of strace(1) that only --as strace takes.
var straceQualifiers = []string{
	"abbrev", "a", "verbose", "v", "raw", "x", "read", "reads", "r", "write", "writes", "w",
	"trace-fds", "trace-fd", "fds", "fd", "fault", "inject", "status", "quiet", "silent", "silence", "q",
	"decode-fds", "decode-fd", "decode-pids", "decode-pid", "kvm", "namespace", "secontext",
}

// sets parses the sets of system calls and of signals; nil means all. As in strace
// the last set of each kind counts, but all must be valid.
func (o *options) sets() (calls *syscalls.Set, signals *syscalls.Signals, err error) {
	for _, text := range o.traces {
		if calls, err = syscalls.ParseSet(text, syscalls.For(arch.Native, 0)); err != nil {
			return nil, nil, cli.UsageError{What: "-e trace=" + text, Why: err.Error(), Hint: setHint(err)}
		}
	}
	for _, text := range o.signals {
		if signals, err = syscalls.ParseSignals(text); err != nil {
			return nil, nil, cli.UsageError{What: "-e signal=" + text, Why: err.Error(), Hint: signalHint(err)}
		}
	}
	return calls, signals, nil
}
