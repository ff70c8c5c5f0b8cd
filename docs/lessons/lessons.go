package lessons

import (
	"embed"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:embed [0-9]*.md
var pages embed.FS

// A Lesson is one page.
type Lesson struct {
	Number int
	Name   string // of the program; its source is in NAME.c
	Title  string
	Source string // of the program, in C
	Parts  []Part
	Facts  []Fact
}

// A Part is a piece of a page: one of its fields is set.
type Part struct {
	Heading string
	Text    string // paragraphs of Markdown
	Source  string // the program
	Run     *Run
}

// A Run is a block of commands for a shell.
type Run struct {
	Build    string // the command that builds what they run
	Commands []Command
}

// A Command is a command and what it printed when the page was written.
type Command struct{ Line, Output string }

// All returns the lessons in their order.
func All() []Lesson {
	names, err := fs.Glob(pages, "*.md") // sorted
	if err != nil {
		panic(err) // the pattern is wrong
	}
	var all []Lesson
	for _, name := range names {
		text, err := pages.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		all = append(all, Parse(name, string(text)))
	}
	return all
}

// Find returns the lesson with a number or a name.
func Find(word string) (Lesson, bool) {
	for _, l := range All() {
		if word == l.Name || word == strconv.Itoa(l.Number) {
			return l, true
		}
	}
	return Lesson{}, false
}

var (
	pageName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\d+)-(\w+)\.md$`) })
	made     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^<!-- in \S+?(?:, varies)?: (.*) -->$`) })
)

// Parse reads a page from the text of the file called name, NN-NAME.md.
func Parse(name, text string) Lesson {
	var l Lesson
	if m := pageName().FindStringSubmatch(name); m != nil {
		l.Number, _ = strconv.Atoi(m[1])
		l.Name = m[2]
	}
	p := parser{lesson: &l}
	for line := range strings.Lines(text) {
		p.line(strings.TrimSuffix(line, "\n"))
	}
	p.endText()
	return l
}

// A parser reads a page line by line.
type parser struct {
	lesson *Lesson
	text   []string // lines of the part that is read
	fence  string   // how the block began that is read; "" outside of blocks
	run    *Run     // of the block that is read or comes next
}

const fence = "```"

func (p *parser) line(line string) {
	if p.fence != "" {
		p.inBlock(line)
		return
	}
	if m := made().FindStringSubmatch(line); m != nil {
		p.run = &Run{Build: m[1]}
		return
	}
	if strings.HasPrefix(line, "![") { // a picture, which a terminal can't show
		return
	}
	if f, ok := parseFact(line); ok {
		p.lesson.Facts = append(p.lesson.Facts, f)
		return
	}
	switch {
	case strings.HasPrefix(line, fence):
		p.endText()
		p.fence = line
	case strings.HasPrefix(line, "# "):
		_, p.lesson.Title, _ = strings.Cut(line, ". ")
	case strings.HasPrefix(line, "## "):
		p.endText()
		p.lesson.Parts = append(p.lesson.Parts, Part{Heading: line[len("## "):]})
	default:
		p.text = append(p.text, line)
	}
}

// inBlock reads a line of a block.
func (p *parser) inBlock(line string) {
	command, isCommand := strings.CutPrefix(line, "$ ")
	switch {
	case line == fence:
		p.endBlock()
	case p.run == nil:
		p.text = append(p.text, line)
	case isCommand:
		p.run.Commands = append(p.run.Commands, Command{Line: command})
	case len(p.run.Commands) > 0:
		p.run.Commands[len(p.run.Commands)-1].Output += line + "\n"
	}
}

func (p *parser) endBlock() {
	if p.run != nil {
		p.lesson.Parts = append(p.lesson.Parts, Part{Run: p.run})
	} else {
		p.lesson.Source = strings.Join(p.text, "\n") + "\n"
		p.lesson.Parts = append(p.lesson.Parts, Part{Source: p.lesson.Source})
	}
	p.fence, p.text, p.run = "", nil, nil
}

// endText ends a part of paragraphs.
func (p *parser) endText() {
	if text := strings.Trim(strings.Join(p.text, "\n"), "\n"); text != "" {
		p.lesson.Parts = append(p.lesson.Parts, Part{Text: text})
	}
	p.text = nil
}
