package inproc_test

import (
	"errors"
	"testing"

	"plait/arch"
	"plait/inproc"
	"plait/ring"
)

// TestStartFails: whatever can't be made, nothing is left in the space, and the reason is said.
func TestStartFails(t *testing.T) {
	calls := arch.AMD64.Calls
	for _, nr := range []uint64{calls.Mmap, calls.Madvise, calls.MemfdCreate} {
		s, tid := newScript()
		before := len(s.pages)
		s.fail = nr
		if _, err := inproc.Start(s.config(), tid); err == nil {
			t.Errorf("system call %d fails, and Start does not", nr)
		}
		if len(s.pages) != before || s.arena != 0 {
			t.Errorf("system call %d fails, and %d pages are left", nr, len(s.pages)-before)
		}
	}
}

// TestRings: there are as many threads as rings, and a ring is free again when its thread has
// ended.
func TestRings(t *testing.T) {
	s, tid := newScript()
	e, err := inproc.Start(s.config(), tid)
	if err != nil {
		t.Fatal(err)
	}
	bases := map[uint64]bool{}
	for i := range ring.Max {
		base, err := e.AddThread(1000+i, 0)
		if err != nil || bases[base] || base == e.Silent() {
			t.Fatalf("thread %d: %#x, %v", i, base, err)
		}
		bases[base] = true
	}
	if _, err := e.AddThread(1, 0); !errors.Is(err, inproc.ErrRings) {
		t.Errorf("a thread too many: %v", err)
	}
	e.RemoveThread(1003, func(*inproc.Record) { t.Error("a record") })
	if base, err := e.AddThread(1, 0); err != nil || !bases[base] {
		t.Errorf("a thread after another has ended: %#x, %v", base, err)
	}
	if _, err := e.AddThread(2, 0x1000); !errors.Is(err, inproc.ErrSpare) {
		t.Errorf("a thread that uses its spare base: %v", err)
	}
}

// TestHostile: a thread that asks for addresses without having called gets an error, not memory.
func TestHostile(t *testing.T) {
	s, tid := newScript()
	e, err := inproc.Start(s.config(), tid)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.AddThread(tid, 0); err != nil {
		t.Fatal(err)
	}
	s.setWord(s.arena+ring.Rings+ring.Request, 0x1234)
	var broken *ring.BrokenError
	if err := e.Tick(); !errors.As(err, &broken) {
		t.Errorf("Tick: %v", err)
	}
	s.setWord(s.areas+ring.AreaPos, 0x5555)
	if err := e.Drain(tid, func(*inproc.Record) { t.Error("a record") }); !errors.As(err, &broken) {
		t.Errorf("Drain: %v", err)
	}
}
