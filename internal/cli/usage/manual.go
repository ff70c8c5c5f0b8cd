package usage

import (
	"fmt"
	"strings"
)

// A Manual is a page of the manual, in the macros of man(7). Its methods append to
// it; String returns the text so far.
type Manual struct{ b strings.Builder }

// NewManual returns a page of section 1 that has only its heading. of is the name and
// version of the program.
func NewManual(name, of string) *Manual {
	m := &Manual{}
	fmt.Fprintf(&m.b, ".TH %s 1 \"\" \"%s\" \"User Commands\"\n", strings.ToUpper(name), of)
	return m
}

// String returns the page.
func (m *Manual) String() string { return m.b.String() }

// Section begins a section.
func (m *Manual) Section(title string) { m.heading(".SH", strings.ToUpper(title)) }

// Subsection begins a subsection.
func (m *Manual) Subsection(title string) { m.heading(".SS", title) }

func (m *Manual) heading(macro, title string) {
	title = roff(title)
	if strings.Contains(title, " ") {
		title = `"` + title + `"`
	}
	m.b.WriteString(macro + " " + title + "\n")
}

// Text adds paragraphs, which are separated by empty lines.
func (m *Manual) Text(text string) {
	m.b.WriteString(strings.ReplaceAll(roff(text), "\n\n", "\n.PP\n") + "\n")
}

// Lines adds text without filling its lines.
func (m *Manual) Lines(text string) { m.b.WriteString(".nf\n" + roff(text) + ".fi\n") }

// Term adds a term and, indented, what it means.
func (m *Manual) Term(word, meaning string) {
	fmt.Fprintf(&m.b, ".TP\n.B %s\n%s\n", roff(word), roff(meaning))
}

// Options adds the options of a group.
func (m *Manual) Options(g Group) {
	for _, e := range g.Entries {
		m.Term(e.Forms, sentence(e.Help))
		if e.More != "" {
			m.Text(e.More)
		}
	}
}

// Pages adds a list of other pages, such as "ptrace(2)".
func (m *Manual) Pages(pages ...string) {
	for i, page := range pages {
		name, section, _ := strings.Cut(page, "(")
		end := ","
		if i == len(pages)-1 {
			end = ""
		}
		m.b.WriteString(".BR " + name + " (" + section + end + "\n")
	}
}

// sentence turns a phrase into a sentence.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// roff escapes text: a hyphen is one to be typed, and a line that begins with a dot
// or a quote is text all the same.
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
