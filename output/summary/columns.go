package summary

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A Column is a column of the table of system calls.
type Column uint8

// The columns. Those with Wall in their names show the time from begin to end, whatever
// the others show.
const (
	TimePercent Column = iota
	TotalTime
	MinTime
	MaxTime
	AvgTime
	Calls
	Errors
	CallName
	WallTotal
	WallMin
	WallMax
	WallAvg
	Unsorted // no column: for CountOptions.Sort
)

// defaultColumns are the columns that are shown unless the user chooses others.
var defaultColumns = []Column{TimePercent, TotalTime, AvgTime, Calls, Errors, CallName}

// A view is a row as the table shows it.
type view struct {
	*counter
	times       // the kind that CountOptions.Wall chooses
	all   times // of all rows
}

// A column says how a Column looks and sorts. Its width grows with its contents.
type column struct {
	head  string
	width int
	cell  func(v view) string
	less  func(a, b view) int // nil: the order of numbers
}

// columns has an entry for each Column, in order.
var columns = [...]column{
	TimePercent: {"% time", 6, percent, byTime(total)},
	TotalTime:   {"seconds", 11, func(v view) string { return decimals(v.total) }, byTime(total)},
	MinTime:     {"shortest", 8, func(v view) string { return decimals(v.min) }, byTime(shortest)},
	MaxTime:     {"longest", 8, func(v view) string { return decimals(v.max) }, byTime(longest)},
	AvgTime:     {"usecs/call", 11, func(v view) string { return average(v.times, v.calls) }, byTime(mean)},
	Calls:       {"calls", 9, func(v view) string { return count(v.calls) }, moreCalls},
	Errors:      {"errors", 9, func(v view) string { return count(v.errors) }, moreErrors},
	CallName:    {"syscall", 16, func(v view) string { return v.name }, sortByName},
	WallTotal:   {"wall-total", 11, func(v view) string { return decimals(v.wall.total) }, byTime(inWall(total))},
	WallMin:     {"wall-min", 8, func(v view) string { return decimals(v.wall.min) }, byTime(inWall(shortest))},
	WallMax:     {"wall-max", 8, func(v view) string { return decimals(v.wall.max) }, byTime(inWall(longest))},
	WallAvg:     {"wall-avg", 11, func(v view) string { return average(v.wall, v.calls) }, byTime(inWall(mean))},
	Unsorted:    {},
}

func total(v view) time.Duration    { return v.total }
func shortest(v view) time.Duration { return v.min }
func longest(v view) time.Duration  { return v.max }
func mean(v view) time.Duration     { return v.total / time.Duration(v.calls) }

// inWall returns a function that applies of to the times from begin to end.
func inWall(of func(view) time.Duration) func(view) time.Duration {
	return func(v view) time.Duration {
		v.times = v.wall
		return of(v)
	}
}

// byTime returns an order by a time, the longest first.
func byTime(of func(view) time.Duration) func(a, b view) int {
	return func(a, b view) int { return cmp.Compare(of(b), of(a)) }
}

func moreCalls(a, b view) int  { return cmp.Compare(b.calls, a.calls) }
func moreErrors(a, b view) int { return cmp.Compare(b.errors, a.errors) }
func sortByName(a, b view) int { return strings.Compare(a.name, b.name) }

func percent(v view) string {
	share := 100 * v.total.Seconds()
	if share != 0 {
		share /= v.all.total.Seconds()
	}
	return strconv.FormatFloat(share, 'f', 2, 64)
}

func decimals(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }

// average returns the average time in whole microseconds.
func average(t times, calls uint64) string {
	return strconv.FormatInt((t.total / time.Duration(max(calls, 1))).Microseconds(), 10)
}

// count returns a number, or "" for 0.
func count(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

func (c *Counts) view(n *counter) view {
	if c.o.Wall {
		return view{counter: n, times: n.wall}
	}
	return view{counter: n, times: n.cpu}
}

// table writes the headings, the rows and their sum.
func (c *Counts) table(b *bytes.Buffer, rows []*counter) {
	sum := c.view(addUp(rows))
	var cells [][]string
	for _, n := range rows {
		v := c.view(n)
		v.all = sum.times
		cells = append(cells, c.cells(v))
	}
	sum.all = sum.times
	last := c.cells(sum)
	if c.percentAt() >= 0 {
		last[c.percentAt()] = "100.00"
	}
	widths := c.widths(append(cells, last))
	c.line(b, widths, func(i int) string { return columns[c.o.Columns[i]].head })
	rule := func(i int) string { return strings.Repeat("-", widths[i]) }
	c.line(b, widths, rule)
	for _, row := range cells {
		c.line(b, widths, func(i int) string { return row[i] })
	}
	c.line(b, widths, rule)
	c.line(b, widths, func(i int) string { return last[i] })
}

// addUp returns the sum of rows.
func addUp(rows []*counter) *counter {
	sum := &counter{name: "total"}
	for i, n := range rows {
		sum.calls += n.calls
		sum.errors += n.errors
		sum.cpu.merge(n.cpu, i == 0)
		sum.wall.merge(n.wall, i == 0)
	}
	return sum
}

func (t *times) merge(other times, first bool) {
	t.total += other.total
	t.max = max(t.max, other.max)
	if first || other.min < t.min {
		t.min = other.min
	}
}

func (c *Counts) cells(v view) []string {
	var cells []string
	for _, col := range c.o.Columns {
		cells = append(cells, columns[col].cell(v))
	}
	return cells
}

// percentAt returns the index of the column of shares, or -1 if there is none. The sum of
// the shares is 100 even if each of them is 0.
func (c *Counts) percentAt() int {
	for i, col := range c.o.Columns {
		if col == TimePercent {
			return i
		}
	}
	return -1
}

// widths returns the widths of the columns. A name has a blank after it.
func (c *Counts) widths(rows [][]string) []int {
	var widths []int
	for i, col := range c.o.Columns {
		width := columns[col].width
		for _, row := range rows {
			n := len(row[i])
			if col == CallName {
				n++
			}
			width = max(width, n)
		}
		widths = append(widths, width)
	}
	return widths
}

// line writes a line of cells: numbers aligned right, names aligned left, without
// trailing blanks.
func (c *Counts) line(b *bytes.Buffer, widths []int, cell func(i int) string) {
	for i, col := range c.o.Columns {
		width := widths[i]
		switch {
		case col == CallName && i == len(widths)-1:
			width = 0
		case col == CallName:
			width = -width
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(b, "%*s", width, cell(i))
	}
	b.WriteByte('\n')
}
