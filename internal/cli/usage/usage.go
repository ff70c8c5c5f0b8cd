package usage

import (
	"fmt"
	"strings"
)

// A Group is the options under one heading.
type Group struct {
	Title   string
	Entries []Entry
}

// An Entry describes an option to users.
type Entry struct {
	Names []string // its spellings without the argument: "-o", "--output"
	Forms string   // with the argument: "-o, --output=FILE"
	Help  string   // a phrase
	More  string   // more sentences, for the manual
}

// helpWidth is the maximum width of a line of a usage text.
const helpWidth = 79

// Item appends to b a line of a usage text: a word and, from column on, what it
// means. Text that does not fit is wrapped to the same column.
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
