package summary

import (
	"strings"
	"testing"
	"time"

	"plait/bound"
	"plait/event"
)

// FuzzSummary counts calls that begin and end in any way the input chooses, also one
// without the other, or crosswise. Both tables are finite, with no more lines than
// there are names.
func FuzzSummary(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x10\x01\x02\x03\x20\x05\x40\x06"), "malloc", "write")
	f.Add([]byte("\x00\x01\x02\x00\x01\x02\x11\x01\x02\x11\x01\x02"), "", "a\nb")
	f.Fuzz(func(t *testing.T, b []byte, one, other string) {
		bound.Input(t, func() {
			var table, counts strings.Builder
			s := New(&table, Options{Name: func(c *event.Call) string { return c.Name }, Totals: len(b)%2 == 0})
			c := NewCounts(&counts, CountOptions{Overhead: time.Duration(len(b))})
			for ; len(b) >= 3; b = b[3:] {
				e := eventOf(b[0], b[1], b[2], []string{one, other})
				if s.Emit(e) != nil || c.Emit(e) != nil {
					t.Fatal("an error")
				}
			}
			if s.Close() != nil || c.Close() != nil {
				t.Fatal("an error at the end")
			}
			const around = 20 // lines beside those of the calls
			breaks := strings.Count(one+other, "\n")
			for _, text := range []string{table.String(), counts.String()} {
				if n := strings.Count(text, "\n"); n > around+8*(1+breaks) {
					t.Errorf("%d lines:\n%s", n, text)
				}
			}
		})
	})
}

// eventOf makes an event: what is its kind, which chooses its call, long is its
// duration.
func eventOf(what, which, long byte, names []string) event.Event {
	h := event.Head{PID: 1, TID: int(what >> 6), Depth: int(long)}
	c := &event.Call{ID: uint64(which >> 2), Name: names[which%2], Kind: event.CallKind(which % 3), Number: int(which % 4), Failed: which%5 == 0}
	switch what % 16 {
	case 0, 1, 2, 3:
		return &event.Enter{Head: h, Call: c}
	case 4:
		return &event.Exec{Head: h, FormerTID: int(which % 4)}
	case 5:
		return &event.Exit{Head: h}
	case 6:
		return &event.Detach{Head: h}
	}
	elapsed := time.Duration(int8(long)) << (long % 64)
	return &event.Return{Head: h, Call: c, Outcome: event.Outcome(what >> 1 % 6), Elapsed: elapsed, CPU: elapsed}
}
