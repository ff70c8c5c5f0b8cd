package output

import (
	"io"
	"slices"

	"plait/event"
	"plait/output/jsonl"
	"plait/output/summary"
	"plait/output/text"
)

// Options are the options of all formats; each format takes its own.
type Options struct {
	Text   text.Options
	Totals bool // summary: a column with the time of nested calls included
	Counts summary.CountOptions
	Meta   jsonl.Options
}

// A Format is one way to write the event stream.
type Format struct {
	Name  string // the name that chooses it
	Help  string // what it is, for the help text
	Table bool   // it is written at the end; options of its own choose it (-c)
	New   func(w io.Writer, o Options) event.Sink
}

// The formats that options choose without naming them.
const (
	Text    = "text"
	Summary = "summary"
	Counts  = "counts"
)

// Formats lists all formats, the default first. Their names in help, completions, the
// manual and messages come from this list.
var Formats = []Format{
	{Name: Text, Help: "one line a call, as ltrace writes", New: newText},
	{Name: "jsonl", Help: "one JSON object a line, for programs (docs/JSONL.md)", New: newJSONL},
	{Name: Summary, Help: "a table of calls and times at the end", Table: true, New: newSummary},
	{Name: Counts, Help: "a table of system calls at the end, as strace writes", Table: true, New: newCounts},
}

// Lines returns the formats that a user chooses by name: all but the tables.
func Lines() []Format {
	return slices.DeleteFunc(slices.Clone(Formats), func(f Format) bool { return f.Table })
}

// Find returns the format called name, and whether there is one.
func Find(name string) (Format, bool) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return Formats[i], true
}

func newText(w io.Writer, o Options) event.Sink { return text.New(w, o.Text) }

func newJSONL(w io.Writer, o Options) event.Sink { return jsonl.New(w, o.Meta) }

// newSummary names the rows as the text's lines name their calls.
func newSummary(w io.Writer, o Options) event.Sink {
	name := func(c *event.Call) string { return text.Name(c, o.Text) }
	return summary.New(w, summary.Options{Name: name, Totals: o.Totals})
}

func newCounts(w io.Writer, o Options) event.Sink { return summary.NewCounts(w, o.Counts) }
