package main

import (
	"fmt"
	"strings"
)

// An optionGroup is the options that users are told of under one heading.
type optionGroup struct {
	title   string
	entries []optionEntry
}

// An optionEntry is what users are told of an option.
type optionEntry struct {
	names []string // its spellings without the argument: "-o", "--output"
	forms string   // with the argument: "-o, --output=FILE"
	help  string   // half a sentence
	more  string   // further sentences, for the manual
}

// helpWidth is how wide a line of a usage text may be.
const helpWidth = 79

// listed writes a word and, from a column on, what it means.
func listed(b *strings.Builder, word string, column int, text string) {
	line := fmt.Sprintf("  %-*s", column-3, word)
	for _, w := range strings.Fields(text) {
		if len(line)+1+len(w) > helpWidth {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = strings.Repeat(" ", column-1)
		}
		line += " " + w
	}
	b.WriteString(line + "\n")
}

// optionTable is a Markdown table of options.
func optionTable(groups []optionGroup) string {
	cell := strings.NewReplacer("|", `\|`)
	var b strings.Builder
	b.WriteString("| option | meaning |\n|---|---|\n")
	for _, g := range groups {
		fmt.Fprintf(&b, "| **%s** | |\n", g.title)
		for _, e := range g.entries {
			fmt.Fprintf(&b, "| `%s` | %s |\n", cell.Replace(e.forms), cell.Replace(e.help))
		}
	}
	return b.String()
}

// manual writes what the manual says of the options, in the language of man(7).
func (g optionGroup) manual(b *strings.Builder) {
	for _, e := range g.entries {
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(e.forms), roff(sentence(e.help)))
		if e.more != "" {
			b.WriteString(roff(e.more) + "\n")
		}
	}
}

// sentence makes a sentence of half a one.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

func paragraphs(b *strings.Builder, text string) {
	b.WriteString(strings.ReplaceAll(roff(text), "\n\n", "\n.PP\n") + "\n")
}

// roff protects text from the formatter: a hyphen is one to be typed, and a
// line that begins with a dot or a quote is text all the same.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
