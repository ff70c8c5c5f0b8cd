package output

import (
	"cmp"
	"io"
	"slices"

	"plait/event"
	"plait/output/callmap"
	"plait/output/jsonl"
	"plait/output/summary"
	"plait/output/table"
	"plait/output/text"
)

// Options are the options of all formats; each format takes its own.
type Options struct {
	Text   text.Options
	Totals bool // summary: a column with the time of nested calls included
	Detail bool // summary: more columns than ltrace's
	Kernel bool // summary: system calls are traced
	Sort   summary.Order
	Counts summary.CountOptions
	Meta   jsonl.Options
	Map    callmap.Options // all but Name and Look
	Table  table.Form      // of tables that are made for several forms
	Wide   bool            // tables are not made narrow
}

// A Format is one way to write the event stream.
type Format struct {
	Name  string // the name that chooses it
	Help  string // what it is, for the help text
	Table bool   // it is written at the end, and has no place for notices
	Named bool   // the user chooses it by its name; options of their own choose the others (-c)
	New   func(w io.Writer, o Options) event.Sink
}

// The formats that options choose without naming them.
const (
	Text    = "text"
	Summary = "summary"
	Counts  = "counts"
	Map     = "map"
	Tree    = "tree"
)

// Formats lists all formats, the default first. Their names in help, completions, the
// manual and messages come from this list.
var Formats = []Format{
	{Name: Text, Help: "one line a call, as ltrace writes", Named: true, New: newText},
	{Name: Tree, Help: "one line a call, with braces around what happens in it, and times", Named: true, New: newTree},
	{Name: "jsonl", Help: "one JSON object a line, for programs (docs/JSONL.md)", Named: true, New: newJSONL},
	{Name: Map, Help: "a table of library calls and the system calls that they caused, at the end", Named: true, Table: true, New: newMap},
	{Name: Summary, Help: "a table of calls and times at the end", Table: true, New: newSummary},
	{Name: Counts, Help: "a table of system calls at the end, as strace writes", Table: true, New: newCounts},
}

// Named returns the formats that a user chooses by name.
func Named() []Format {
	return slices.DeleteFunc(slices.Clone(Formats), func(f Format) bool { return !f.Named })
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

// newTree indents calls that are in others, by as much as the user says.
func newTree(w io.Writer, o Options) event.Sink {
	o.Text.Style, o.Text.Align, o.Text.Indent = text.Tree, 0, cmp.Or(o.Text.Indent, 2)
	return text.New(w, o.Text)
}

func newJSONL(w io.Writer, o Options) event.Sink { return jsonl.New(w, o.Meta) }

// newMap names the rows as the text's lines name their calls.
func newMap(w io.Writer, o Options) event.Sink {
	m := o.Map
	m.Name = func(c *event.Call) string { return text.Name(c, o.Text) }
	m.Form, m.Look = o.Table, o.look()
	return callmap.New(w, m)
}

// look returns how tables look.
func (o *Options) look() table.Look { return table.Look{UTF8: o.Text.UTF8, Wide: o.Wide} }

// newSummary names the rows as the text's lines name their calls.
func newSummary(w io.Writer, o Options) event.Sink {
	name := func(c *event.Call) string { return text.Name(c, o.Text) }
	return summary.New(w, summary.Options{
		Name: name, Totals: o.Totals, Detail: o.Detail, Kernel: o.Kernel, Sort: o.Sort, Form: o.Table, Look: o.look(),
	})
}

func newCounts(w io.Writer, o Options) event.Sink { return summary.NewCounts(w, o.Counts) }
