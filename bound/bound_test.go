package bound

import (
	"testing"
	"time"
)

// A witness is a test that records whether it failed.
type witness struct {
	testing.TB
	failed bool
}

func (w *witness) Helper()               {}
func (w *witness) Fatalf(string, ...any) { w.failed = true }

var kept []byte

// TestWithin: work that costs too much fails, other work passes, and waiting for the
// machine is forgiven.
func TestWithin(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func()
		want bool
	}{
		{"nothing", func() {}, false},
		{"memory", func() { kept = make([]byte, 2<<20) }, true},
		{"little memory", func() { kept = make([]byte, 1<<16) }, false},
		{"work", func() { spin(30 * time.Millisecond) }, true},
		{"a wait", func() { time.Sleep(30 * time.Millisecond) }, false},
		{"a long wait", func() { time.Sleep(300 * time.Millisecond) }, true},
	} {
		w := &witness{TB: t}
		Within(w, 20*time.Millisecond, 1<<20, test.do)
		if w.failed != test.want {
			t.Errorf("%s: failed is %v", test.name, w.failed)
		}
	}
}

// spin works for that long.
func spin(d time.Duration) {
	for begun := work(); work()-begun < d; {
	}
}
