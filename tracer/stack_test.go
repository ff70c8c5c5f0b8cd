package tracer

import (
	"testing"

	"plait/callstack"
	"plait/event"
)

// TestRuns: calls on another stack form a run of their own.
func TestRuns(t *testing.T) {
	const some = 5000 // enough for several blocks
	tracer, tr := &Tracer{}, &tracee{}
	tr.stack.lo, tr.stack.hi = 0x7ff000000000, 0x7fffffffffff
	known := ownPrototypes(t).Lookup("", "strlen")
	push := func(sp uint64) {
		tracer.push(tr, &callstack.Frame{Call: &event.Call{Kind: event.Function, Name: "f"}, Proto: known, SP: sp})
	}
	for _, top := range []uint64{0x7fff00000000, 0x600000000000, 0x600000100000} {
		for i := range uint64(some) {
			push(top - i*64)
		}
	}
	push(0x600000000000 - some*64) // on the second stack again, far down
	if n := len(tr.calls.Runs); n != 4 {
		t.Fatalf("%d runs, want 4", n)
	}
	if got := tr.calls.CopyOf(some).SP; got != 0x600000000000 {
		t.Errorf("the second stack's first call lies at %#x", got)
	}
}
