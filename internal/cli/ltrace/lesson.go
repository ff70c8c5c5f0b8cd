package ltrace

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"plait/docs/lessons"
	"plait/internal/cli"
)

// besideLesson are the options that --lesson may have beside it.
var besideLesson = []string{"lesson", "color"}

// checkLesson returns an error if --lesson is given with an option that means nothing to it.
func checkLesson(given *pflag.FlagSet) (err error) {
	given.Visit(func(f *pflag.Flag) {
		if !slices.Contains(besideLesson, f.Name) {
			err = cli.UsageError{What: "--lesson and " + spelling(f), Why: "exclude each other",
				Hint: "a lesson runs the commands of its page; type them yourself to change them"}
		}
	})
	return err
}

// teach lists the lessons or shows one of them, and returns the exit status.
func teach(o *options, u *cli.UI, stdout io.Writer) int {
	if len(o.command) == 0 {
		return u.Fail(listLessons(stdout))
	}
	l, ok := lessons.Find(o.command[0])
	if !ok || len(o.command) > 1 {
		return u.Fail(cli.UsageError{What: "--lesson " + strings.Join(o.command, " "), Why: "no such lesson", Hint: "plait --lesson lists them"})
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer stop()
	coloured := cli.When(o.color, cli.HasColours(stdout))
	w, err := openWorkshop(ctx, l, coloured)
	if err != nil {
		return u.Fail(err)
	}
	defer w.close()
	p := &lessonPage{w: &errWriter{Writer: stdout}, workshop: w, coloured: coloured}
	p.show(l)
	if ctx.Err() != nil {
		return cli.StatusSignalled + int(syscall.SIGINT)
	}
	return u.Fail(p.w.err)
}

func listLessons(w io.Writer) error {
	var text strings.Builder
	for _, l := range lessons.All() {
		fmt.Fprintf(&text, "%2d  %-9s %s\n", l.Number, l.Name, l.Title)
	}
	text.WriteString("\nplait --lesson 1 shows the first: its program, a trace of it, and what to notice.\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// A lessonPage writes a lesson, with what its commands print now.
type lessonPage struct {
	w        *errWriter
	workshop *workshop
	coloured bool
	printed  strings.Builder // by the commands
	built    string          // how the programs were built; "" not yet
	recorded bool            // the commands could not be run
}

func (p *lessonPage) show(l lessons.Lesson) {
	p.heading(fmt.Sprintf("Lesson %d: %s", l.Number, l.Title))
	for i, part := range l.Parts {
		switch {
		case part.Heading != "":
			p.heading(part.Heading)
		case part.Source != "":
			p.write(indented(part.Source) + "\n")
		case part.Run != nil:
			p.run(part.Run)
		default:
			p.write(part.Text + "\n\n")
		}
		if last := i+1 == len(l.Parts) || l.Parts[i+1].Heading != ""; last && part.Run != nil {
			p.facts(l.Facts)
		}
	}
	p.write("plait --build-lessons DIR writes the programs of all lessons to DIR.\n")
}

// write writes text, unless the user wants no more.
func (p *lessonPage) write(text string) {
	if p.workshop.ctx.Err() == nil && p.w.err == nil {
		_, _ = io.WriteString(p.w, text)
	}
}

func (p *lessonPage) heading(text string) {
	if p.coloured {
		text = "\x1b[1m" + text + "\x1b[m" // bold (ECMA-48, SGR)
	}
	p.write(text + "\n\n")
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + line)
	}
	return b.String()
}

// run builds the programs of a run, and runs its commands. If that is not possible, it shows
// what they printed when the page was written.
func (p *lessonPage) run(r *lessons.Run) {
	if r.Build != p.built { // the page builds it once
		p.built = r.Build
		p.write("$ " + r.Build + "\n")
		note, ok := p.workshop.build(r.Build)
		p.write(note)
		p.recorded = !ok
	}
	for _, c := range r.Commands {
		p.write("$ " + c.Line + "\n")
		if !p.recorded {
			c.Output = p.workshop.run(c.Line)
		}
		p.printed.WriteString(c.Output)
		p.write(c.Output)
	}
	p.write("\n")
}

// facts says in numbers what happened, and where that is not what the page says.
func (p *lessonPage) facts(facts []lessons.Fact) {
	if p.recorded {
		return
	}
	p.heading("In this run")
	for _, f := range facts {
		n := f.Count(p.printed.String())
		note := ""
		if !f.Holds(n) {
			note = fmt.Sprintf(" (the lesson speaks of %s: yours is another C library, compiler or machine)", bounds(f))
		}
		p.write(fmt.Sprintf("%7d  %s%s\n", n, f.Text, note))
	}
	p.write("\n")
}

func bounds(f lessons.Fact) string {
	if f.From == f.To {
		return fmt.Sprint(f.From)
	}
	return fmt.Sprintf("%d to %d", f.From, f.To)
}
