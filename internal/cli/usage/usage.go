package usage

import (
	"fmt"
	"strings"
)

// An Group is the options that users are told of under one heading.
type Group struct {
	Title   string
	Entries []Entry
}

// An Entry is what users are told of an option.
type Entry struct {
	Names []string // its spellings without the argument: "-o", "--output"
	Forms string   // with the argument: "-o, --output=FILE"
	Help  string   // half a sentence
	More  string   // further sentences, for the manual
}

// helpWidth is how wide a line of a usage text may be.
const helpWidth = 79

// Item writes a word and, from a column on, what it means.
func Item(b *strings.Builder, word string, column int, text string) {
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

// Table is a Markdown table of options.
func Table(groups []Group) string {
	cell := strings.NewReplacer("|", `\|`)
	var b strings.Builder
	b.WriteString("| option | meaning |\n|---|---|\n")
	for _, g := range groups {
		fmt.Fprintf(&b, "| **%s** | |\n", g.Title)
		for _, e := range g.Entries {
			fmt.Fprintf(&b, "| `%s` | %s |\n", cell.Replace(e.Forms), cell.Replace(e.Help))
		}
	}
	return b.String()
}

// Manual writes what the manual says of the options, in the language of man(7).
func (g Group) Manual(b *strings.Builder) {
	for _, e := range g.Entries {
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", Roff(e.Forms), Roff(Sentence(e.Help)))
		if e.More != "" {
			b.WriteString(Roff(e.More) + "\n")
		}
	}
}

// Sentence makes a sentence of half a one.
func Sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

func Paragraphs(b *strings.Builder, text string) {
	b.WriteString(strings.ReplaceAll(Roff(text), "\n\n", "\n.PP\n") + "\n")
}

// Roff protects text from the formatter: a hyphen is one to be typed, and a
// line that begins with a dot or a quote is text all the same.
func Roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
