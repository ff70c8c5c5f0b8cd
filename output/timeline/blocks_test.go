package timeline

import (
	"testing"

	"plait/event"
)

// TestBlocks: what lives is what was allocated last at an address, until it is freed.
func TestBlocks(t *testing.T) {
	var b blocks
	for i, step := range []struct {
		heap    event.Heap
		changed bool
		live    uint64
	}{
		{event.Heap{Block: 16, Size: 100}, true, 100},
		{event.Heap{Block: 16, Size: 100}, false, 100}, // by an outer call, too
		{event.Heap{Freed: 16, Block: 64, Size: 150}, true, 150},
		{event.Heap{Freed: 16}, false, 150},
		{event.Heap{Block: 16, Size: 50}, true, 200},
		{event.Heap{Freed: 64}, true, 50},
	} {
		if changed := b.change(step.heap); changed != step.changed || b.live != step.live {
			t.Errorf("step %d: %v, %d", i, changed, b.live)
		}
	}
	child := b.clone()
	child.change(event.Heap{Freed: 16})
	if child.live != 0 || b.live != 50 {
		t.Errorf("child %d, parent %d", child.live, b.live)
	}
}

// TestTooManyBlocks: nothing false is said about more blocks than can be followed.
func TestTooManyBlocks(t *testing.T) {
	var b blocks
	for i := range uint64(maxBlocks) {
		b.change(event.Heap{Block: 16 * (i + 1), Size: 1})
	}
	if !b.change(event.Heap{Freed: 16}) || b.live != maxBlocks-1 {
		t.Fatal(b.live)
	}
	for i := range uint64(3) {
		b.change(event.Heap{Block: 8 * (2*i + 1), Size: 1})
	}
	if b.change(event.Heap{Freed: 32}) || len(b.sizes) > maxBlocks+1 {
		t.Error("more are counted")
	}
}
