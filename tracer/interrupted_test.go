package tracer

import (
	"testing"

	"plait/elf"
	"plait/filter"
	"plait/objects"
	"plait/ptrace"
)

// TestInterrupted interrupts the planting in a program that will live on. Nothing is
// planted then, and everything is once the loop has noticed.
func TestInterrupted(t *testing.T) {
	s := newScript(t)
	opened, err := elf.Open("../testdata/elf/calls-pie")
	if err != nil {
		t.Fatal(err)
	}
	const base, big = 0x10000, 1 << 21
	s.kernel.maps = []ptrace.Mapping{{Start: base, End: base + 0x10000, Exec: true, Path: "/prog"}}
	o := &objects.Object{Main: true, Base: base, Path: "/prog", File: s.tracer.files.Add(opened, ptrace.Identity{Size: big})}
	tr := s.tracer.adopt(77, 77, nil)
	tr.shown = true
	tr.space.objects = []*objects.Object{o}

	s.tracer.Interrupt()
	s.tracer.plant(tr, o)
	if n := tr.space.table.Len(); n != 0 || len(tr.space.unplanted) != 1 {
		t.Errorf("%d breakpoints are planted, %d objects are due", n, len(tr.space.unplanted))
	}
	if want := "    77 notice /prog: interrupted before all of its calls could be traced\n"; s.out.String() != want {
		t.Errorf("it said %q, not %q", s.out.String(), want)
	}
	s.tracer.worker.Reset() // as the loop does
	s.tracer.wakeSeen.Store(true)
	s.tracer.plantRest(tr)
	called := map[string]bool{}
	for addr, p := range tr.space.sites {
		if tr.space.table.At(addr) == nil || len(p.slots) == 0 {
			t.Errorf("nothing is planted at %#x", addr)
		}
		for _, slot := range p.slots {
			called[slot.Name] = true
		}
	}
	if !called["puts"] || !called["chosen"] || len(called) != 2 || len(tr.space.unplanted) != 0 {
		t.Errorf("planted: %v", called)
	}
}

// TestInterruptedSurvey interrupts the search for objects: nothing is said of filters
// that may mean one of those that were not seen, and the search is made again.
func TestInterruptedSurvey(t *testing.T) {
	s := newScript(t)
	tr := s.tracer.adopt(77, 77, nil)
	tr.shown = true
	f, err := filter.Parse("nosuch")
	if err != nil {
		t.Fatal(err)
	}
	s.tracer.Library.Calls = []*filter.Filter{f}

	s.tracer.Interrupt()
	s.tracer.updateObjects(tr)
	if err := s.tracer.finish(); err != nil || !tr.space.linker.unread {
		t.Errorf("finish: %v; unread: %v", err, tr.space.linker.unread)
	}
	want := "    77 notice main: interrupted before all of its libraries were found\n" +
		"    0 notice -e nosuch: nothing was traced for it before plait was interrupted\n"
	if s.out.String() != want {
		t.Errorf("it said\n%s, not\n%s", s.out.String(), want)
	}
	s.tracer.worker.Reset()
	s.tracer.wakeSeen.Store(true)
	s.tracer.plantRest(tr)
	if tr.space.linker.unread {
		t.Error("the search was not made again")
	}
}
