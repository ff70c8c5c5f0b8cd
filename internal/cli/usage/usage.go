package usage

import (
	"fmt"
	"strings"
)

// A Group is the options that users are told of under one heading.
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

// Item writes a line of a usage text to b: a word and, behind column characters, what it
// means. What does not fit goes on in the same column of the next lines.
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

// Table returns a Markdown table of options.
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
