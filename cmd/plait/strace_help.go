package main

import (
	"fmt"
	"runtime/debug"
	"strings"
)

const straceSynopsis = "%[1]s [option...] [--] command [argument...]\n%[1]s [option...] -p PID...\n"

// straceHelp is what -h writes.
func straceHelp() string {
	var b strings.Builder
	b.WriteString("Usage:\n")
	for line := range strings.Lines(fmt.Sprintf(straceSynopsis, straceCall())) {
		b.WriteString("  " + line)
	}
	for _, g := range straceTold() {
		fmt.Fprintf(&b, "\n%s:\n", g.title)
		for _, e := range g.entries {
			fmt.Fprintf(&b, "  %s\n", e.forms)
			listed(&b, "", 6, e.help)
		}
	}
	return b.String()
}

// straceTold are the options that users see.
func straceTold() []optionGroup {
	var all []optionGroup
	for _, group := range straceGroups {
		g := optionGroup{title: group}
		for _, c := range straceOptionList {
			if c.group == group && c.help != "" {
				g.entries = append(g.entries, optionEntry{names: c.names(), forms: c.forms(), help: c.help, more: c.more})
			}
		}
		all = append(all, g)
	}
	return all
}

// names are all spellings of an option without its argument.
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

// forms are the usual spellings of an option: "-o FILE, --output=FILE".
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

// straceVersion is what -V writes; asked for more than once it tells more.
func straceVersion(asked int) string {
	text := "strace -- plait " + version() + "\n" +
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
