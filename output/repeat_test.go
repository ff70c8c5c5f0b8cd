package output

import (
	"strings"
	"testing"
	"time"

	"plait/event"
)

// A notebook is a Table that notes when it was written.
type notebook struct{ lines []string }

func (n *notebook) Emit(e event.Event) error { n.lines = append(n.lines, "event"); return nil }

func (n *notebook) Print(after time.Duration) error {
	n.lines = append(n.lines, after.String())
	return nil
}

func (n *notebook) Close() error { n.lines = append(n.lines, "end"); return nil }

// TestRepeater: the table is written when events, or a clock where there are none, have
// passed the interval, and before what comes after it.
func TestRepeater(t *testing.T) {
	n := &notebook{}
	r := NewRepeater(n, 5*time.Second)
	begin := time.Now()
	r.Tick(begin) // nothing to show yet
	r.Print(begin)
	emit := func(after time.Duration) {
		_ = r.Emit(&event.Exit{Head: event.Head{Time: begin.Add(after)}})
	}
	emit(0)
	emit(4 * time.Second)
	emit(5 * time.Second)
	r.Tick(begin.Add(9 * time.Second))
	r.Tick(begin.Add(21 * time.Second))
	r.Print(begin.Add(22 * time.Second))
	emit(24 * time.Second)
	emit(25 * time.Second)
	_ = r.Close()
	r.Tick(begin.Add(time.Hour))
	r.Print(begin.Add(time.Hour))
	want := "event event 5s event 20s 22s event 25s event end"
	if got := strings.Join(n.lines, " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
