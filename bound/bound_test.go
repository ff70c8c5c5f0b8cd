package bound

import (
	"testing"
	"time"
)

// A witness is a test that is told of failures.
type witness struct {
	testing.TB
	failed bool
}

func (w *witness) Helper()               {}
func (w *witness) Fatalf(string, ...any) { w.failed = true }

var kept []byte

// TestWithin: what costs too much fails, what does not passes, and what was slow
// once may try again.
func TestWithin(t *testing.T) {
	slow := 0
	for _, test := range []struct {
		name string
		do   func()
		want bool
	}{
		{"nothing", func() {}, false},
		{"memory", func() { kept = make([]byte, 2<<20) }, true},
		{"little memory", func() { kept = make([]byte, 1<<16) }, false},
		{"time", func() { time.Sleep(30 * time.Millisecond) }, true},
		{"time, once", func() {
			if slow++; slow == 1 {
				time.Sleep(30 * time.Millisecond)
			}
		}, false},
	} {
		w := &witness{TB: t}
		Within(w, 20*time.Millisecond, 1<<20, test.do)
		if w.failed != test.want {
			t.Errorf("%s: failed is %v", test.name, w.failed)
		}
	}
}
