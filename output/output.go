package output

import (
	"io"
	"slices"

	"plait/event"
	"plait/output/jsonl"
	"plait/output/summary"
	"plait/output/text"
)

// Options are those of all formats; each takes what concerns it.
type Options struct {
	Text   text.Options
	Totals bool // summary: a column with the time of nested calls included
	Counts summary.CountOptions
	Meta   jsonl.Options
}

// A Format is one way to write the event stream.
type Format struct {
	Name string // the word that chooses it
	Help string // half a sentence
	New  func(w io.Writer, o Options) event.Sink
}

// Formats are all formats, the default first.
var Formats = []Format{
	{"text", "one line a call, as ltrace writes", newText},
	{"jsonl", "one JSON object a line, for programs (docs/JSONL.md)", newJSONL},
	{"summary", "a table of calls and times at the end", newSummary},
	{"counts", "a table of system calls at the end, as strace writes", newCounts},
}

// Find returns the format called name.
func Find(name string) (Format, bool) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return Formats[i], true
}

func newText(w io.Writer, o Options) event.Sink { return text.New(w, o.Text) }

func newJSONL(w io.Writer, o Options) event.Sink { return jsonl.New(w, o.Meta) }

// newSummary gives the table the names that the lines of the text would have.
func newSummary(w io.Writer, o Options) event.Sink {
	name := func(c *event.Call) string { return text.Name(c, o.Text) }
	return summary.New(w, summary.Options{Name: name, Totals: o.Totals})
}

func newCounts(w io.Writer, o Options) event.Sink { return summary.NewCounts(w, o.Counts) }
