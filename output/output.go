package output

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"plait/event"
	"plait/output/callmap"
	"plait/output/chrome"
	"plait/output/folded"
	"plait/output/heap"
	"plait/output/html"
	"plait/output/jsonl"
	"plait/output/perfetto"
	"plait/output/pprof"
	"plait/output/speedscope"
	"plait/output/summary"
	"plait/output/table"
	"plait/output/text"
)

// Options are the options of all formats; each format takes its own.
type Options struct {
	Text    text.Options
	Mangled bool // formats for viewers: names as the symbols have them
	Totals  bool // summary: a column with the time of nested calls included
	Detail  bool // summary: more columns than ltrace's
	Kernel  bool // summary: system calls are traced
	Sort    summary.Order
	Counts  summary.CountOptions
	Meta    jsonl.Options
	Map     callmap.Options // all but Name and Look
	Plot    bool            // curves are drawn, not written as numbers
	Table   table.Form      // of tables that are made for several forms
	Wide    bool            // tables are not made narrow
}

// A Format is one way to write the event stream.
type Format struct {
	Name    string   // the name that chooses it
	Help    string   // what it is, for the help text
	Endings []string // of the names of files that have it
	Named   bool     // the user chooses it by its name; options of their own choose the others (-c)
	Notices bool     // notices have a place in it
	Binary  bool     // it is not for people's eyes
	Blocks  bool     // it shows which blocks of memory live
	New     func(w io.Writer, o Options) event.Sink
}

// The formats that options choose without naming them.
const (
	Text    = "text"
	JSONL   = "jsonl"
	Summary = "summary"
	Counts  = "counts"
	Map     = "map"
	Tree    = "tree"
	Heap    = "heap"
	HTML    = "html"
)

// formats lists all formats, the default first. Their names in help, completions, the
// manual and messages come from this list.
var formats = []Format{
	{Name: Text, Help: "one line a call, as ltrace writes", Named: true, Notices: true, New: newText},
	{Name: Tree, Help: "one line a call, with braces around what happens in it, and times", Named: true, Notices: true, New: newTree},
	{Name: JSONL, Help: "one JSON object a line, for programs (docs/JSONL.md)", Named: true, Endings: []string{".jsonl"}, Notices: true, New: newJSONL},
	{Name: "perfetto", Help: "a timeline for ui.perfetto.dev", Named: true, Endings: []string{".pftrace", ".perfetto-trace"}, Binary: true, Blocks: true, New: newPerfetto},
	{Name: "chrome", Help: "a timeline in the JSON of Chrome's trace viewer", Named: true, Endings: []string{".trace.json"}, Blocks: true, New: newChrome},
	{Name: "speedscope", Help: "a timeline for www.speedscope.app", Named: true, Endings: []string{".speedscope.json"}, New: newSpeedscope},
	{Name: HTML, Help: "a page that shows the trace in a browser, in one file", Named: true, Endings: []string{".html"}, Binary: true, Blocks: true, New: newHTML},
	{Name: "pprof", Help: "a profile of calls and their time for go tool pprof", Named: true, Endings: []string{".pprof", ".pb.gz"}, Binary: true, New: newPprof},
	{Name: "folded", Help: "stacks of calls and their own time in microseconds, for flame graphs", Named: true, Endings: []string{".folded", ".collapsedstack.txt"}, New: newFolded},
	{Name: Map, Help: "a table of library calls and the system calls that they caused, at the end", Named: true, New: newMap},
	{Name: Heap, Help: "a table of what the program's heap holds and where that comes from, at the end", Named: true, Blocks: true, New: newHeap},
	{Name: Summary, Help: "a table of calls and times at the end", New: newSummary},
	{Name: Counts, Help: "a table of system calls at the end, as strace writes", New: newCounts},
}

// Named returns the formats that a user chooses by name.
func Named() []Format {
	return slices.DeleteFunc(slices.Clone(formats), func(f Format) bool { return !f.Named })
}

// Find returns the format called name, which must be that of one.
func Find(name string) Format {
	return formats[slices.IndexFunc(formats, func(f Format) bool { return f.Name == name })]
}

// ByEnding returns the format of a file by what its name ends in, if that says something.
func ByEnding(file string) (f Format, ok bool) {
	for _, f := range formats {
		if slices.ContainsFunc(f.Endings, func(e string) bool { return strings.HasSuffix(file, e) }) {
			return f, true
		}
	}
	return Format{}, false
}

func newText(w io.Writer, o Options) event.Sink { return text.New(w, o.Text) }

// newTree indents calls that are in others, by as much as the user says.
func newTree(w io.Writer, o Options) event.Sink {
	o.Text.Style, o.Text.Align, o.Text.Indent = text.Tree, 0, cmp.Or(o.Text.Indent, 2)
	return text.New(w, o.Text)
}

func newJSONL(w io.Writer, o Options) event.Sink { return jsonl.New(w, o.Meta) }

func newHeap(w io.Writer, o Options) event.Sink {
	names := text.NewNamer(o.Text)
	return heap.New(w, heap.Options{Name: names.Name, Symbol: names.Symbol, Form: o.Table, Look: o.look(), Plot: o.Plot})
}

// newMap names the rows as the text's lines name their calls.
func newMap(w io.Writer, o Options) event.Sink {
	m := o.Map
	m.Name = text.NewNamer(o.Text).Name
	m.Form, m.Look = o.Table, o.look()
	return callmap.New(w, m)
}

// look returns how tables look.
func (o *Options) look() table.Look { return table.Look{UTF8: o.Text.UTF8, Wide: o.Wide} }

// viewers returns how names and values look in formats that are not for terminals.
func viewers(o Options) text.Options {
	look := o.Text
	look.UTF8, look.Demangle = true, !o.Mangled
	return look
}

func newPerfetto(w io.Writer, o Options) event.Sink { return perfetto.New(w, viewers(o)) }

func newChrome(w io.Writer, o Options) event.Sink { return chrome.New(w, viewers(o)) }

func newSpeedscope(w io.Writer, o Options) event.Sink {
	return speedscope.New(w, viewers(o), o.Meta.Version)
}

func newHTML(w io.Writer, o Options) event.Sink {
	return html.New(w, viewers(o), html.About{Version: o.Meta.Version, Argv: o.Meta.Argv})
}

func newPprof(w io.Writer, o Options) event.Sink { return pprof.New(w, viewers(o)) }

func newFolded(w io.Writer, o Options) event.Sink { return folded.New(w, viewers(o)) }

// newSummary names the rows as the text's lines name their calls.
func newSummary(w io.Writer, o Options) event.Sink {
	return summary.New(w, summary.Options{
		Name: text.NewNamer(o.Text).Name, Totals: o.Totals, Detail: o.Detail, Kernel: o.Kernel, Sort: o.Sort, Form: o.Table, Look: o.look(),
	})
}

func newCounts(w io.Writer, o Options) event.Sink {
	c := o.Counts
	c.Escape = func(name string) string { return text.Escaped(name, o.Text) }
	return summary.NewCounts(w, c)
}
