package bound

import (
	"runtime"
	"runtime/metrics"
	"syscall"
	"testing"
	"time"
)

// What one input may cost, unless a test says otherwise. The memory is all that is
// allocated, be it free again or not.
const (
	Time   = 2 * time.Second
	Memory = 256 << 20
)

// patience is how many times its bound an input may take by the clock: the machine may
// be busy, and that is not the input's fault.
const patience = 10

// Input does what a fuzz test does with one input, which must not cost too much.
func Input(t testing.TB, do func()) {
	t.Helper()
	Within(t, Time, Memory, do)
}

// Within is Input with bounds of its own. The time is that of the processor, as far as
// the goroutine that calls it works itself; what it waits for is bounded by patience.
func Within(t testing.TB, most time.Duration, memory uint64, do func()) {
	t.Helper()
	most *= slowdown
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, worked, begun := allocated(), work(), time.Now()
	do()
	took, waited := work()-worked, time.Since(begun)
	if used := allocated() - before; used > memory {
		t.Fatalf("%d MB allocated, more than %d", used>>20, memory>>20)
	}
	if took > most || waited > patience*most {
		t.Fatalf("%v of work in %v, more than %v", took, waited, most)
	}
}

// work is the processor time that this thread has spent.
func work() time.Duration {
	const thisThread = 1 // RUSAGE_THREAD, getrusage(2)
	var used syscall.Rusage
	if syscall.Getrusage(thisThread, &used) != nil {
		return 0 // no Linux: the clock alone must do
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// allocated is how many bytes were ever allocated.
func allocated() uint64 {
	sample := [...]metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}
