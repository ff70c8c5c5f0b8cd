package summary

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"plait/event"
)

// CountOptions say what the table of system calls shows.
type CountOptions struct {
	Escape   func(name string) string // makes the name of a call, which may be anything, fit to be shown; nil: it is
	Columns  []Column                 // in their order; nil means defaultColumns
	Sort     Column                   // what rows are sorted by; Unsorted: the numbers of the calls
	Wall     bool                     // times are those from begin to end of a call, not the kernel's work for it
	Overhead time.Duration            // subtracted from the time of each call
	Hide     event.Statuses           // calls that end in one of these ways are not counted
}

// Counts is an event.Sink that counts system calls when they return, and writes
// a table of them when it is closed. A call that never returns is not counted.
type Counts struct {
	w    io.Writer
	o    CountOptions
	rows map[callKey]*counter
}

// A callKey identifies a system call. Each table has its own numbers.
type callKey struct {
	abi    string
	number int
	name   string // one number may stand for several calls (socketcall)
}

// A counter holds what is known of all calls of one kind.
type counter struct {
	key    callKey
	name   string
	calls  uint64
	errors uint64
	cpu    times
	wall   times
}

// times are the times of all calls of one kind.
type times struct{ total, min, max time.Duration }

// NewCounts returns Counts that write their table to w when closed.
func NewCounts(w io.Writer, o CountOptions) *Counts {
	if o.Columns == nil {
		o.Columns = defaultColumns
	}
	return &Counts{w: w, o: o, rows: map[callKey]*counter{}}
}

// Emit counts. It returns no error.
func (c *Counts) Emit(e event.Event) error {
	r, ok := e.(*event.Return)
	if ok && r.Call.Kind == event.System && r.Outcome == event.Returned && r.Status()&c.o.Hide == 0 {
		c.count(r)
	}
	return nil
}

func (c *Counts) count(r *event.Return) {
	n := c.counter(r.Call)
	if r.Call.Failed {
		n.errors++
	}
	first := n.calls == 0
	n.calls++
	n.cpu.add(r.CPU-c.o.Overhead, first)
	n.wall.add(r.Elapsed-c.o.Overhead, first)
}

func (t *times) add(d time.Duration, first bool) {
	d = max(0, d)
	t.total += d
	t.max = max(t.max, d)
	if first || d < t.min {
		t.min = d
	}
}

// maxRows bounds the table, because a program may call any number.
const maxRows = 4096

// others is the number of the row for calls that have no row of their own.
const otherNumber = -1

func (c *Counts) counter(call *event.Call) *counter {
	key := callKey{call.ABI, call.Number, call.Name}
	if n := c.rows[key]; n != nil {
		return n
	}
	name := call.Name
	if c.o.Escape != nil {
		name = c.o.Escape(name)
	}
	if name == "" {
		name = "syscall_0x" + strconv.FormatUint(uint64(call.Number), 16)
	}
	if len(c.rows) >= maxRows {
		name = "(others)"
		key.number, key.name = otherNumber, name
		if n := c.rows[key]; n != nil {
			return n
		}
	}
	n := &counter{key: key, name: name}
	c.rows[key] = n
	return n
}

// modes are the names of the tables of system calls, the machine's own first.
var modes = []struct{ abi, name string }{{"", ""}, {"32", "32 bit"}, {"x32", "x32"}}

// Close writes a table for each kind of call that was seen. It returns the writer's
// error, and does not close the writer.
func (c *Counts) Close() error {
	var b bytes.Buffer
	for _, mode := range modes {
		rows := c.sorted(mode.abi)
		if len(rows) == 0 {
			continue
		}
		if mode.name != "" {
			b.WriteString("System call usage summary for " + mode.name + " mode:\n")
		}
		c.table(&b, rows)
	}
	if b.Len() == 0 {
		return nil
	}
	_, err := c.w.Write(b.Bytes())
	return err
}

// sorted returns the rows of one kind of call in the order that the user wants. Rows that
// are equal in that order are sorted by number.
func (c *Counts) sorted(abi string) []*counter {
	var rows []*counter
	for key, n := range c.rows {
		if key.abi == abi {
			rows = append(rows, n)
		}
	}
	slices.SortFunc(rows, func(a, b *counter) int {
		return cmp.Or(a.key.number-b.key.number, strings.Compare(a.name, b.name))
	})
	if less := columns[c.o.Sort].less; less != nil {
		slices.SortStableFunc(rows, func(a, b *counter) int { return less(c.view(a), c.view(b)) })
	}
	return rows
}
