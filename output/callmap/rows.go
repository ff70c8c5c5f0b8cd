package callmap

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"plait/event"
	"plait/output/calls"
	"plait/output/table"
)

// A Key is something that calls are grouped by.
type Key string

// The keys.
const (
	Function Key = "function" // the function that was called
	Object   Key = "object"   // the library that defines it
	Caller   Key = "caller"   // the function that called it, where its stack is known; else the calling object
	Thread   Key = "thread"
	Process  Key = "process"
)

// Keys lists all keys, the default first.
var Keys = []Key{Function, Object, Caller, Thread, Process}

// An Order says what rows are sorted by. All but ByName begin with the most.
type Order string

// The orders.
const (
	BySyscalls Order = "syscalls" // system calls caused
	ByCalls    Order = "calls"    // library calls
	ByTime     Order = "time"     // in the kernel
	ByName     Order = "name"
)

// Orders lists all orders, the default first.
var Orders = []Order{BySyscalls, ByCalls, ByTime, ByName}

// A key tells calls apart before their line is named. Only what Options.By asks for
// is filled in.
type key struct {
	kind    event.CallKind
	name    string
	object  string
	number  int
	abi     string
	from    string
	symbol  string
	source  string
	line    int
	process int
	thread  int
	comm    string
}

// groupings are, for each Key, the head of its column, what of a call it looks at, and
// how that is shown.
var groupings = map[Key]struct {
	head string
	fill func(m *Map, k *key, h *event.Head, c *event.Call)
	show func(k *key) string
}{
	Function: {"library call", func(m *Map, k *key, _ *event.Head, c *event.Call) { k.name = m.o.Name(c) }, func(k *key) string { return k.name }},
	Object:   {"library", func(_ *Map, k *key, _ *event.Head, c *event.Call) { k.object = c.Object }, func(k *key) string { return cmp.Or(k.object, unknown) }},
	Caller:   {"caller", fillCaller, showCaller},
	Thread:   {"thread", func(_ *Map, k *key, h *event.Head, _ *event.Call) { k.thread, k.comm = h.TID, h.Comm }, showThread},
	Process:  {"process", func(_ *Map, k *key, h *event.Head, _ *event.Call) { k.process = h.PID }, func(k *key) string { return strconv.Itoa(k.process) }},
}

// Cells of calls of which something is not known.
const (
	noCall     = "(no library call)"
	unknown    = "(not known)"
	otherRows  = "(all others)"
	otherCalls = "(all others)"
)

func fillCaller(_ *Map, k *key, _ *event.Head, c *event.Call) {
	k.from = c.From
	if len(c.Stack) > 0 {
		f := c.Stack[0]
		k.from, k.symbol, k.source, k.line = f.Object, f.Symbol, f.Source, f.Line
	}
}

// showCaller writes "build (list.c:12)", or with the file of the code if its source is
// not known.
func showCaller(k *key) string {
	place := baseName(k.from)
	if k.source != "" {
		place = baseName(k.source) + ":" + strconv.Itoa(k.line)
	}
	if k.symbol == "" {
		return cmp.Or(place, unknown)
	}
	return k.symbol + " (" + cmp.Or(place, unknown) + ")"
}

func showThread(k *key) string { return strings.TrimSpace(strconv.Itoa(k.thread) + " " + k.comm) }

func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// isOwner reports whether k says whose a call is, which is known of each call.
func isOwner(k Key) bool { return k == Thread || k == Process }

// row returns the row of a library call, or of a system call that none caused.
func (m *Map) row(h *event.Head, c *event.Call) *row {
	var k key
	outside := c.Kind == event.System
	for _, by := range m.o.By {
		if isOwner(by) || !outside {
			groupings[by].fill(m, &k, h, c)
		}
	}
	if outside {
		k.kind, k.from = event.System, c.From
	}
	if r := m.rows[k]; r != nil {
		return r
	}
	r := m.newRow(k)
	if len(m.rows) < maxRows {
		m.rows[k] = r
	}
	return r
}

// newRow returns the row whose line begins like that of a call, which may exist. If there
// are too many, it is the row of all others.
func (m *Map) newRow(k key) *row {
	outside := k.kind == event.System
	r := &row{outside: outside}
	for _, by := range m.o.By {
		cell := noCall
		if isOwner(by) || !outside {
			cell = groupings[by].show(&k)
		}
		r.cells = append(r.cells, cell)
	}
	if outside {
		r.whose = objectName(k.from)
	}
	return m.known(r)
}

// known returns the row whose line begins like r: r itself if there is none so far.
func (m *Map) known(r *row) *row {
	line := fmt.Sprint(r.outside, r.whose, "\x00", strings.Join(r.cells, "\x00"))
	if old := m.shown[line]; old != nil {
		return old
	}
	if len(m.shown) >= maxRows || m.held+2*len(line) > maxRowBytes {
		return m.otherRow()
	}
	m.held += 2 * len(line)
	m.shown[line] = r
	return r
}

// inherited returns the row of a call that a forked process has inherited: that of r, but
// with the child's own numbers.
func (m *Map) inherited(r *row, child *event.Head) *row {
	if r == m.others {
		return r
	}
	cells := slices.Clone(r.cells)
	k := key{thread: child.TID, comm: child.Comm, process: child.PID}
	for i, by := range m.o.By {
		if isOwner(by) {
			cells[i] = groupings[by].show(&k)
		}
	}
	return m.known(&row{cells: cells, outside: r.outside, whose: r.whose})
}

func (m *Map) otherRow() *row {
	if m.others == nil {
		m.others = &row{cells: slices.Repeat([]string{otherRows}, len(m.o.By))}
	}
	return m.others
}

// objectName returns the name of the object that made system calls: the loader has a name
// that everybody knows (ld.so(8)).
func objectName(object string) string {
	if calls.IsLoader(object) {
		return "ld.so"
	}
	return baseName(object)
}

// systemName returns the name of a system call, with the kind of its table if that is not
// the machine's own.
func systemName(c *event.Call) string {
	name := c.Name
	if name == "" {
		name = "syscall_0x" + strconv.FormatUint(uint64(c.Number), 16)
	}
	if c.ABI != "" {
		name += "@" + c.ABI
	}
	return name
}

// table lays out all rows.
func (m *Map) table() *table.Table {
	rows := m.sorted()
	t := &table.Table{Summary: m.summary(), Totals: []table.Total{
		{Key: "library_calls", Value: table.Number(m.sum.library)}, {Key: "crossed", Value: table.Number(m.sum.crossed)},
		{Key: "syscalls", Value: table.Number(m.sum.system)}, {Key: "syscalls_in_library_calls", Value: table.Number(m.sum.caused)},
	}}
	for _, by := range m.o.By {
		t.Columns = append(t.Columns, table.Column{Head: groupings[by].head, Key: string(by), Left: true})
	}
	programs := m.o.Form == table.CSV || m.o.Form == table.JSON
	columns := m.columns(programs || slices.ContainsFunc(rows, func(r *row) bool { return r.bytes > 0 }), programs)
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Column)
	}
	for _, r := range rows {
		var cells []table.Cell
		for _, word := range r.cells {
			cells = append(cells, table.Word(word))
		}
		for _, c := range columns {
			cells = append(cells, c.cell(r))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// A column is a column with numbers.
type column struct {
	table.Column
	cell func(*row) table.Cell // nil: there is nothing to say
}

// columns returns those that are shown. Programs get the object that made system calls
// outside library calls, and the sum of those caused, as columns of their own.
func (m *Map) columns(bytes, programs bool) []column {
	all := []column{
		{table.Column{Head: "calls", Key: "calls"}, func(r *row) table.Cell { return r.inside(r.calls) }},
		{table.Column{Head: "crossed", Key: "crossed"}, func(r *row) table.Cell { return r.inside(r.crossed) }},
	}
	if programs {
		all = append(all,
			column{table.Column{Key: "syscalls"}, func(r *row) table.Cell { return table.Number(r.system) }},
			column{table.Column{Key: "made_by"}, func(r *row) table.Cell { return table.Word(r.whose) }})
	}
	all = append(all,
		column{table.Column{Head: "system calls caused", Key: "caused", Left: true}, func(r *row) table.Cell { return r.counts() }},
		column{table.Column{Head: "in the kernel", Key: "kernel_seconds"}, (*row).kernelTime})
	if bytes {
		all = append(all, column{table.Column{Head: "bytes", Key: "bytes"}, func(r *row) table.Cell { return unlessZero(r.bytes, programs) }})
	}
	if programs {
		all = append(all, column{table.Column{Key: "written_later"}, func(r *row) table.Cell {
			return table.Counts{All: r.later.counts(func(writing) bool { return true })}
		}})
	}
	return all
}

// inside returns a number of library calls, which a row of system calls alone does not
// have.
func (r *row) inside(n uint64) table.Cell {
	if r.outside {
		return nil
	}
	return table.Number(n)
}

func (r *row) kernelTime() table.Cell {
	if r.system == 0 {
		return nil
	}
	return table.Span(r.kernel)
}

func unlessZero(n uint64, show bool) table.Cell {
	if n == 0 && !show {
		return nil
	}
	return table.Number(n)
}

// counts lists the system calls of a row, the most frequent first; those that are equal
// so are in the order in which they first appeared.
func (r *row) counts() table.Cell {
	names := slices.SortedFunc(maps.Keys(r.caused), func(a, b *name) int {
		return cmp.Or(cmp.Compare(r.caused[b], r.caused[a]), a.seen-b.seen)
	})
	c := cell{table.Counts{Whose: r.whose}, r.later}
	for _, n := range names {
		c.All = append(c.All, table.Count{Name: n.text, N: r.caused[n]})
	}
	return c
}

// sorted returns the rows as Options.Sort asks. Those of no library call come last.
func (m *Map) sorted() []*row {
	rows := slices.Collect(maps.Values(m.shown))
	if m.others != nil {
		rows = append(rows, m.others)
	}
	last := func(r *row) int {
		switch {
		case r.outside:
			return 2
		case r == m.others:
			return 1
		}
		return 0
	}
	slices.SortFunc(rows, func(a, b *row) int {
		return cmp.Or(last(a)-last(b), m.compare(a, b), cmp.Compare(b.system, a.system), cmp.Compare(b.calls, a.calls),
			slices.Compare(a.cells, b.cells), cmp.Compare(a.whose, b.whose))
	})
	return rows
}

func (m *Map) compare(a, b *row) int {
	switch m.o.Sort {
	case ByCalls:
		return cmp.Compare(b.calls, a.calls)
	case ByTime:
		return cmp.Compare(b.kernel, a.kernel)
	case ByName:
		return slices.Compare(a.cells, b.cells)
	}
	return 0
}

// summary returns the last line.
func (m *Map) summary() string {
	s := m.sum
	return fmt.Sprintf("%s, %s entered the kernel; %s, %s of them from library calls",
		plural(s.library, "library call"), table.Grouped(s.crossed), plural(s.system, "system call"), table.Grouped(s.caused))
}

func plural(n uint64, what string) string {
	if n != 1 {
		what += "s"
	}
	return table.Grouped(n) + " " + what
}
