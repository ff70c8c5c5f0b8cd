package ltrace

import (
	"fmt"
	"strings"

	"plait/internal/cli/usage"
)

const synopsis = "plait [option...] [--] command [argument...]\nplait [option...] -p PID...\n"

const purpose = "show the library calls of a program and the system calls within them"

// helpText returns the output of -h.
func helpText() string {
	var b strings.Builder
	fmt.Fprintf(&b, "plait: %s\n\n", purpose)
	b.WriteString("Usage:\n")
	for line := range strings.Lines(synopsis) {
		b.WriteString("  " + line)
	}
	for _, group := range groups {
		fmt.Fprintf(&b, "\n%s:\n", group)
		for opt := range visibleIn(group) {
			usage.Item(&b, opt.forms(), helpColumn, opt.help)
		}
	}
	b.WriteString("\nExamples:\n")
	for _, e := range examples {
		usage.Item(&b, e.command, exampleColumn, e.what)
	}
	return b.String()
}

// The columns of explanations.
const (
	helpColumn    = 29
	exampleColumn = 37
)

// optionGroups returns the options that users see, for the manual and the table in
// README.md.
func optionGroups() []usage.Group {
	var all []usage.Group
	for _, group := range groups {
		g := usage.Group{Title: group}
		for opt := range visibleIn(group) {
			g.Entries = append(g.Entries, usage.Entry{Names: opt.names(), Forms: strings.TrimSpace(opt.forms()), Help: opt.help, More: opt.sentences()})
		}
		all = append(all, g)
	}
	return all
}

// sentences returns what the manual says beyond the help.
func (opt option) sentences() string {
	if opt.moreOf != nil {
		return opt.moreOf()
	}
	return opt.more
}

// visibleIn yields the options of a group that users see.
func visibleIn(group string) func(yield func(option) bool) {
	return func(yield func(option) bool) {
		for _, opt := range optionList {
			if opt.group == group && !opt.hidden && !yield(opt) {
				return
			}
		}
	}
}

// forms returns all spellings of an option: "-o, --output=FILE".
func (opt option) forms() string {
	long := "--" + opt.name
	if opt.without != "" {
		long += "[=" + opt.arg + "]"
	} else if opt.arg != "" {
		long += "=" + opt.arg
	}
	if opt.short == "" {
		return "    " + long
	}
	return "-" + opt.short + ", " + long
}

var examples = []struct{ command, what string }{
	{"plait ls", "the library calls of ls"},
	{"plait -S ls", "with the system calls within them"},
	{"plait -e malloc+free ./a.out", "only these two functions"},
	{"plait -L -S -o trace.txt ./a.out", "only system calls, to a file"},
	{"plait -f -p 4711", "a running process with its threads and children"},
	{"plait -c -S make", "where the time goes"},
}
