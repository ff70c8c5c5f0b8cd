package narrow

import (
	"testing"

	"plait/event"
)

// all keeps the regions that come, and how many other events there were.
type all struct {
	regions []*event.Region
	others  int
}

func (a *all) Emit(e event.Event) error {
	if e, ok := e.(*event.Region); ok {
		a.regions = append(a.regions, e)
	} else {
		a.others++
	}
	return nil
}

func (a *all) Close() error { return nil }

// pointers is a call of process pid with these arguments.
func pointers(pid int, addrs ...uint64) *event.Enter {
	e := &event.Enter{Head: event.Head{PID: pid, TID: pid}, Call: &event.Call{}}
	for _, addr := range addrs {
		e.Call.Args = append(e.Call.Args, event.Arg{Value: event.List{Items: []event.Value{event.Pointer{Addr: addr}}}})
	}
	return e
}

// TestSurvey: a region is reported once, before the event, and again for a new process; a
// new program has regions of its own.
func TestSurvey(t *testing.T) {
	l := Layout{Heap: 0x560000, Mappings: []Mapping{{0x560000, 0x570000, "[heap]"}, {0x700000, 0x702000, "/lib/x"}}}
	reads := 0
	var got all
	s := Survey{Layout: func(int) (Layout, bool) { reads++; return l, true }}.New(&got)
	for range 3 {
		_ = s.Emit(pointers(7, 0x700010, 0x560010, 5))
	}
	if len(got.regions) != 3 || reads != 2 || got.others != 3 {
		t.Fatalf("%d regions, %d readings, %d events", len(got.regions), reads, got.others)
	}
	if r := got.regions[1]; r.Kind != event.FileRegion || r.Path != "/lib/x" || r.PID != 7 || got.regions[0].Kind != event.HeapRegion {
		t.Errorf("%+v %+v", got.regions[0], r)
	}
	_ = s.Emit(&event.Spawn{Head: event.Head{PID: 7, TID: 7}, Kind: event.Forked, ChildPID: 8, ChildTID: 8})
	_ = s.Emit(pointers(8, 0x700010, 0x560010))
	if len(got.regions) != 6 || got.regions[5].PID != 8 || reads != 2 {
		t.Fatalf("%d regions after fork, %d readings", len(got.regions), reads)
	}
	_ = s.Emit(&event.Exec{Head: event.Head{PID: 8, TID: 8}})
	_ = s.Emit(pointers(8, 0x700010))
	_ = s.Emit(&event.Exit{Head: event.Head{PID: 7, TID: 7}, Process: true})
	_ = s.Emit(pointers(7, 0x700010))
	if len(got.regions) != 10 || reads != 4 {
		t.Errorf("%d regions after execve and exit, %d readings", len(got.regions), reads)
	}
}

// TestSparing: words that look like addresses do not make a sparing survey read the layout
// each time.
func TestSparing(t *testing.T) {
	for _, sparing := range []bool{true, false} {
		reads := 0
		s := Survey{Sparing: sparing, Layout: func(int) (Layout, bool) { reads++; return Layout{}, true }}.New(&all{})
		const asked = 100000
		for i := range uint64(asked) {
			_ = s.Emit(pointers(7, 0x700000+i<<16))
		}
		if want := freely + asked/perReading + 2; sparing && reads > want || !sparing && reads != asked {
			t.Errorf("sparing %v: %d readings", sparing, reads)
		}
	}
}

// TestRoom: however many processes and regions a recording claims, labels keep few.
func TestRoom(t *testing.T) {
	s := NewLabels(func(symbol string) string { return symbol }).New(&keeper{}).(*labels)
	for pid := 1; pid < 2000; pid++ {
		head := event.Head{PID: pid, TID: pid}
		for i := range uint64(40) {
			_ = s.Emit(&event.Region{Head: head, Kind: event.FileRegion, Start: (i + 20) << 16, End: (i + 21) << 16})
		}
		for i := range 10 {
			_ = s.Emit(&event.Spawn{Head: head, Kind: event.Forked, ChildPID: pid*100 + i})
		}
	}
	kept := func() (n int) {
		for _, space := range s.spaces {
			n += len(space.regions) + len(space.others)
		}
		return n
	}
	if n := kept(); n > maxKept || s.room != maxKept-n || n < maxKept/2 {
		t.Errorf("%d kept, room for %d", n, s.room)
	}
	for pid := range 300000 {
		_ = s.Emit(&event.Exit{Head: event.Head{PID: pid, TID: pid}, Process: true})
	}
	if n := kept(); n != 0 || s.room != maxKept {
		t.Errorf("%d kept at the end, room for %d", n, s.room)
	}
}
