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
	for _, group := range straceGroups {
		fmt.Fprintf(&b, "\n%s:\n", group)
		for _, c := range straceOptionList {
			if c.group == group && c.help != "" {
				fmt.Fprintf(&b, "  %s\n", c.forms())
				listed(&b, "", 6, c.help)
			}
		}
	}
	return b.String()
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

const straceManualText = `Called as strace, or with --as strace before all other options, plait takes the options of strace(1) and writes its output:
system calls alone, the first the one that executes the command.
docs/STRACE.md in plait's sources tells where the two differ.`

// straceManual is the section of the manual about these options.
func straceManual(b *strings.Builder) {
	b.WriteString(".SH \"AS STRACE\"\n")
	paragraphs(b, straceManualText)
	for _, group := range straceGroups {
		fmt.Fprintf(b, ".SS %s\n", roff(group))
		for _, c := range straceOptionList {
			if c.group != group || c.help == "" {
				continue
			}
			fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(c.forms()), roff(sentence(c.help)))
			if c.more != "" {
				b.WriteString(roff(c.more) + "\n")
			}
		}
	}
}

// straceTable is the table of these options in docs/STRACE.md.
func straceTable() string {
	var b strings.Builder
	b.WriteString("| option | meaning |\n|---|---|\n")
	for _, group := range straceGroups {
		fmt.Fprintf(&b, "| **%s** | |\n", group)
		for _, c := range straceOptionList {
			if c.group == group && c.help != "" {
				fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(c.forms(), "|", `\|`), strings.ReplaceAll(c.help, "|", `\|`))
			}
		}
	}
	return b.String()
}
