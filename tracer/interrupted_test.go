package tracer

import (
	"strconv"
	"strings"
	"testing"

	"plait/callstack"
	"plait/elf"
	"plait/event"
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

// An order is a kernel that counts what happens between two detaches.
type order struct {
	Kernel
	detached, requests int
	at                 []int // requests before each detach
}

func (k *order) Detach(tid, sig int) error {
	k.detached++
	k.at = append(k.at, k.requests)
	return k.Kernel.Detach(tid, sig)
}

func (k *order) Regs(tid int, b []byte) ([]byte, error) { k.requests++; return k.Kernel.Regs(tid, b) }
func (k *order) SetRegs(tid int, b []byte) error        { k.requests++; return k.Kernel.SetRegs(tid, b) }
func (k *order) Write(tid int, addr uint64, b []byte) (int, error) {
	k.requests++
	return k.Kernel.Write(tid, addr, b)
}

// TestDetachedTogether: when nothing else is traced, tracees stay stopped to the end, but for
// those that get a signal. Nothing but detaches happens once the first of them goes.
func TestDetachedTogether(t *testing.T) {
	for _, test := range []struct {
		name     string
		launched bool
		calls    int
		first    int // are detached from before Detach
	}{{"attached", false, 0, 1}, {"launched, dies with plait", true, 0, 50}, {"many open calls", false, maxEnds + 1, 50}} {
		s := newScript(t)
		tids := []int{77}
		for _, line := range []string{"follow", "tracee 77"} {
			s.line(strings.Fields(line))
		}
		for tid := 101; len(tids) < 50; tid++ {
			tids = append(tids, tid)
			s.line([]string{"77", "thread", strconv.Itoa(tid), "pc=0x400100"})
			s.line([]string{strconv.Itoa(tid), "new"})
		}
		s.tracer.exitKills = test.launched
		for _, tr := range s.tracer.tracees {
			tr.attached = true
		}
		s.tracer.launched = 0
		for i := range test.calls {
			id := uint64(i) + 1
			s.stacks[77] = append(s.stacks[77], id)
			s.tracer.tracees[77].calls.Push(&callstack.Frame{Call: &event.Call{ID: id, Name: "f"}})
		}
		k := &order{Kernel: s.kernel}
		s.tracer.Kernel = k
		s.line([]string{"detach"})
		for i, tid := range tids {
			stop := ptrace.Stop{TID: tid, Kind: ptrace.Interrupted}
			if i == 1 {
				stop.Kind, stop.Signal = ptrace.SignalDelivery, 10
			}
			if err := s.tracer.handle(stop); err != nil {
				t.Fatal(err)
			}
		}
		if k.detached != test.first || len(s.tracer.tracees) != 0 || s.tracer.Waiting() != (test.first < 50) {
			t.Errorf("%s: %d of 50 are detached from, %d are left", test.name, k.detached, len(s.tracer.tracees))
		}
		s.tracer.Detach()
		if k.detached != 50 || k.at[0] != k.requests || k.requests > 2*50 || s.tracer.Waiting() {
			t.Errorf("%s: %d of 50 are detached from, after %d to %d requests", test.name, k.detached, k.at[0], k.requests)
		}
	}
}
