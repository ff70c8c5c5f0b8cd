package summary

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"plait/output/table"
)

// An Order says what rows are sorted by. All but ByName begin with the most.
type Order string

// The orders.
const (
	ByTime   Order = "time" // without nested calls
	ByTotal  Order = "total"
	ByCalls  Order = "calls"
	ByErrors Order = "errors"
	ByMean   Order = "mean"
	ByP50    Order = "p50"
	ByP99    Order = "p99"
	ByMax    Order = "max"
	ByName   Order = "name"
)

// Orders lists all orders, the default first.
var Orders = []Order{ByTime, ByTotal, ByCalls, ByErrors, ByMean, ByP50, ByP99, ByMax, ByName}

// measure returns what rows are sorted by, for all orders that are numbers.
func (o Order) measure(r *row) int64 {
	switch o {
	case ByTotal:
		return int64(r.total)
	case ByCalls:
		return int64(r.calls)
	case ByErrors:
		return int64(r.errors)
	case ByMean:
		return int64(r.times.mean())
	case ByP50:
		return int64(r.times.quantile(0.5))
	case ByP99:
		return int64(r.times.quantile(0.99))
	case ByMax:
		return int64(r.times.max)
	case ByName:
		return 0
	}
	return int64(r.self)
}

// detailed are the columns of the table with Options.Detail.
var detailed = []struct {
	table.Column
	cell func(r *row) table.Cell
}{
	{table.Column{Head: "call", Key: "call", Left: true}, func(r *row) table.Cell { return table.Word(r.name) }},
	{table.Column{Head: "calls", Key: "calls"}, func(r *row) table.Cell { return table.Number(r.calls) }},
	{table.Column{Head: "errors", Key: "errors"}, func(r *row) table.Cell { return table.Number(r.errors) }},
	{table.Column{Head: "own time", Key: "own_seconds"}, func(r *row) table.Cell { return table.Span(r.self) }},
	{table.Column{Head: "total", Key: "total_seconds"}, func(r *row) table.Cell { return table.Span(r.total) }},
	{table.Column{Head: "in kernel", Key: "kernel_share"}, kernelShare},
	{table.Column{Head: "mean", Key: "mean_seconds"}, func(r *row) table.Cell { return table.Span(r.times.mean()) }},
	{table.Column{Head: "p50", Key: "p50_seconds"}, func(r *row) table.Cell { return table.Span(r.times.quantile(0.5)) }},
	{table.Column{Head: "p99", Key: "p99_seconds"}, func(r *row) table.Cell { return table.Span(r.times.quantile(0.99)) }},
	{table.Column{Head: "max", Key: "max_seconds"}, func(r *row) table.Cell { return table.Span(r.times.max) }},
}

// kernelShare returns the part of a row's total time that passed in system calls, which
// only a trace of them can tell.
func kernelShare(r *row) table.Cell {
	if r.total == 0 {
		return nil
	}
	return table.Share(min(1, float64(r.kernel)/float64(r.total)))
}

// detail lays out all rows.
func (s *Summary) detail() *table.Table {
	t := &table.Table{}
	columns := detailed
	if !s.o.Kernel {
		columns = slices.DeleteFunc(slices.Clone(columns), func(c struct {
			table.Column
			cell func(r *row) table.Cell
		}) bool {
			return c.Key == "kernel_share"
		})
	}
	var calls, errors uint64
	var self time.Duration
	for _, r := range s.ordered() {
		cells := make([]table.Cell, len(columns))
		for i, c := range columns {
			cells[i] = c.cell(r)
		}
		t.Rows = append(t.Rows, cells)
		calls, errors, self = calls+uint64(r.calls), errors+r.errors, self+r.self
	}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Column)
	}
	t.Totals = []table.Total{{Key: "calls", Value: table.Number(calls)}, {Key: "errors", Value: table.Number(errors)}, {Key: "own_seconds", Value: table.Span(self)}}
	t.Summary = table.Grouped(calls) + " calls, " + table.Grouped(errors) + " errors, " + table.Span(self).Text(s.o.Look)
	return t
}

// ordered returns the rows as Options.Sort asks.
func (s *Summary) ordered() []*row {
	return slices.SortedFunc(maps.Values(s.byName), func(a, b *row) int {
		return cmp.Or(cmp.Compare(s.o.Sort.measure(b), s.o.Sort.measure(a)), s.byOwnTime(a, b), strings.Compare(a.name, b.name))
	})
}

func (s *Summary) byOwnTime(a, b *row) int {
	if s.o.Sort == ByName {
		return 0
	}
	return cmp.Or(cmp.Compare(b.self, a.self), cmp.Compare(b.calls, a.calls))
}
