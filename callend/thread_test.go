package callend

import (
	"testing"

	"plait/callstack"
	"plait/event"
	"plait/proto/decode"
)

// TestRuns: calls on another stack form a run of their own.
func TestRuns(t *testing.T) {
	const some = 5000 // enough for several blocks
	c := &Thread{}
	c.own.lo, c.own.hi = 0x7ff000000000, 0x7fffffffffff
	push := func(sp uint64) {
		c.Push(&callstack.Frame{Call: &event.Call{Kind: event.Function, Name: "f"}, Proto: &decode.Prototype{}, SP: sp})
	}
	for _, top := range []uint64{0x7fff00000000, 0x600000000000, 0x600000100000} {
		for i := range uint64(some) {
			push(top - i*64)
		}
	}
	push(0x600000000000 - some*64) // on the second stack again, far down
	if n := len(c.Runs); n != 4 {
		t.Fatalf("%d runs, want 4", n)
	}
	if got := c.CopyOf(some).SP; got != 0x600000000000 {
		t.Errorf("the second stack's first call lies at %#x", got)
	}
}
