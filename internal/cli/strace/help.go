package strace

import (
	"fmt"
	"runtime/debug"
	"strings"

	"plait/internal/cli"
	"plait/internal/cli/usage"
)

const synopsis = "%[1]s [option...] [--] command [argument...]\n%[1]s [option...] -p PID...\n"

// helpText returns the output of -h.
func helpText() string {
	var b strings.Builder
	b.WriteString("Usage:\n")
	for line := range strings.Lines(fmt.Sprintf(synopsis, callName())) {
		b.WriteString("  " + line)
	}
	for _, g := range Options() {
		fmt.Fprintf(&b, "\n%s:\n", g.Title)
		for _, e := range g.Entries {
			fmt.Fprintf(&b, "  %s\n", e.Forms)
			usage.Item(&b, "", 6, e.Help)
		}
	}
	return b.String()
}

// Options returns the options that users see, for help, manual and hints.
func Options() []usage.Group {
	var all []usage.Group
	for _, group := range groups {
		g := usage.Group{Title: group}
		for _, c := range optionList {
			if c.group == group && c.help != "" {
				g.Entries = append(g.Entries, usage.Entry{Names: c.names(), Forms: c.forms(), Help: c.help, More: c.more})
			}
		}
		all = append(all, g)
	}
	return all
}

// names returns all spellings of an option without its argument.
func (c choice[T]) names() []string {
	var names []string
	if c.short != "" {
		names = append(names, "-"+c.short)
	}
	for _, long := range c.long {
		names = append(names, "--"+long)
	}
	return names
}

// forms returns the usual spellings of an option: "-o FILE, --output=FILE".
func (c choice[T]) forms() string {
	var forms []string
	if c.short != "" {
		forms = append(forms, strings.TrimSpace("-"+c.short+" "+c.arg))
	}
	if len(c.long) > 0 {
		forms = append(forms, "--"+c.long[0]+c.longArg())
	}
	return strings.Join(forms, ", ")
}

func (c choice[T]) longArg() string {
	switch {
	case c.arg != "":
		return "=" + c.arg
	case c.optional != "":
		return "[=" + c.optional + "]"
	}
	return ""
}

// versionText returns the output of -V; if -V was given more than once, it has more
// details.
func versionText(asked int) string {
	text := "strace -- plait " + cli.Version() + "\n" +
		"This is plait under strace's name: it takes strace's options and writes strace's output.\n"
	if asked < 2 {
		return text
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			text += m.Path + " " + m.Version + "\n"
		}
	}
	return text
}
