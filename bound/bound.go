// Package bound bounds what a fuzz test may spend on one input. Whoever made the
// input wanted plait to take long, or all memory.
package bound

import (
	"runtime/metrics"
	"testing"
	"time"
)

// What one input may cost, unless a test says otherwise. The memory is all that is
// allocated, be it free again or not.
const (
	Time   = 2 * time.Second
	Memory = 256 << 20
)

// attempts is how often an input may take too long: the machine may be busy, and that
// is not the input's fault.
const attempts = 3

// Input does what a fuzz test does with one input, which must not cost too much.
func Input(t testing.TB, do func()) {
	t.Helper()
	Within(t, Time, Memory, do)
}

// Within is Input with bounds of its own.
func Within(t testing.TB, most time.Duration, memory uint64, do func()) {
	t.Helper()
	var took time.Duration
	for range attempts {
		before, begun := allocated(), time.Now()
		do()
		took = time.Since(begun)
		if used := allocated() - before; used > memory {
			t.Fatalf("%d MB allocated, more than %d", used>>20, memory>>20)
		}
		if took <= most {
			return
		}
	}
	t.Fatalf("%v, more than %v", took, most)
}

// allocated is how many bytes were ever allocated.
func allocated() uint64 {
	sample := [...]metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}
