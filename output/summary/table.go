package summary

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"plait/output/table"
)

// The table's lines, without and with the column of totals. Scripts cut ltrace's table at
// its columns, so the extra one comes last.
var (
	heads = [2]string{
		"% time     seconds  usecs/call     calls      function\n",
		"% time     seconds  usecs/call     calls  total secs function\n",
	}
	rules = [2]string{
		"------ ----------- ----------- --------- --------------------\n",
		"------ ----------- ----------- --------- ----------- --------------------\n",
	}
)

// table writes ltrace's table. One in the middle of a trace says when it was written.
func (s *Summary) table(after *table.Span) []byte {
	var b bytes.Buffer
	if after != nil {
		fmt.Fprintf(&b, "after %s:\n", after.Text(s.o.Look))
	}
	kind := 0
	if s.o.Totals {
		kind = 1
	}
	b.WriteString(heads[kind])
	b.WriteString(rules[kind])
	rows, sum := s.sorted()
	for _, r := range rows {
		s.line(&b, r, sum.self)
	}
	b.WriteString(rules[kind])
	s.sum(&b, sum)
	if after != nil {
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// sorted returns the rows, those with the most time first, and their sum.
func (s *Summary) sorted() (rows []*row, sum row) {
	rows = slices.SortedFunc(maps.Values(s.byName), func(a, b *row) int {
		return cmp.Or(cmp.Compare(b.self, a.self), cmp.Compare(b.calls, a.calls), cmp.Compare(a.name, b.name))
	})
	for _, r := range rows {
		sum.calls += r.calls
		sum.self += r.self
	}
	return rows, sum
}

func (s *Summary) line(b *bytes.Buffer, r *row, all time.Duration) {
	share := 0.0
	if all > 0 {
		share = 100 * float64(r.self) / float64(all)
	}
	each := r.self.Microseconds() / int64(r.calls)
	fmt.Fprintf(b, "%6.2f %11s %11d %9d ", share, seconds(r.self), each, r.calls)
	if s.o.Totals {
		fmt.Fprintf(b, "%11s ", seconds(r.total))
	}
	b.WriteString(r.name + "\n")
}

func (s *Summary) sum(b *bytes.Buffer, sum row) {
	blank := ""
	if s.o.Totals {
		blank = strings.Repeat(" ", 12)
	}
	fmt.Fprintf(b, "100.00 %11s %11s %9d %stotal\n", seconds(sum.self), "", sum.calls, blank)
}

func seconds(d time.Duration) string {
	return fmt.Sprintf("%d.%06d", d/time.Second, d%time.Second/time.Microsecond)
}
