package tracer

import (
	"strings"
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

// A wakes is a kernel that counts the threads which were detached from while signals were
// still due to wake the loop.
type wakes struct {
	Kernel
	tracer *Tracer
	late   int
}

func (k *wakes) Detach(tid, sig int) error {
	if !k.tracer.wakeSeen.Load() {
		k.late++
	}
	return k.Kernel.Detach(tid, sig)
}

// TestNoWakeWhileDetaching: once the last tracee has stopped, nobody wakes the loop any
// more. The signals would keep plait from its detaches on a busy machine.
func TestNoWakeWhileDetaching(t *testing.T) {
	s := newScript(t)
	for _, line := range []string{"follow", "tracee 77", "77 thread 78 pc=0x400100", "78 new", "tracee 90"} {
		s.line(strings.Fields(line))
	}
	for _, tr := range s.tracer.tracees {
		tr.attached = true
	}
	k := &wakes{Kernel: s.kernel, tracer: s.tracer}
	s.tracer.Kernel = k
	s.line([]string{"detach"})
	for _, at := range []struct{ tid, late int }{{77, 0}, {78, 2}, {90, 2}} { // 90 is still waited for when 77 and 78 go
		if err := s.tracer.handle(ptrace.Stop{TID: at.tid, Kind: ptrace.Interrupted}); err != nil || k.late != at.late {
			t.Errorf("%d has stopped: %v, %d detached from among signals; want %d", at.tid, err, k.late, at.late)
		}
	}
	if len(s.tracer.tracees) != 0 {
		t.Errorf("%d tracees are left", len(s.tracer.tracees))
	}
}
