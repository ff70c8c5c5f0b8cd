package text

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"plait/event"
)

type counter struct {
	writes int
	err    error
}

func (c *counter) Write(b []byte) (int, error) {
	c.writes++
	return len(b), c.err
}

// TestOneWritePerEvent: a line that interrupts another one is written together with it,
// so that other writers to the same terminal cannot come between.
func TestOneWritePerEvent(t *testing.T) {
	var c counter
	p := New(&c, Options{Align: 50})
	call := func(id uint64) *event.Call { return &event.Call{ID: id, Name: "f"} }
	emit := func(e event.Event) {
		if err := p.Emit(e); err != nil {
			t.Fatal(err)
		}
	}
	emit(&event.Enter{Call: call(1)})
	emit(&event.Enter{Call: call(2)})
	emit(&event.Return{Call: call(2)})
	emit(&event.Return{Call: call(1)})
	emit(&event.Spawn{})
	if c.writes != 4 {
		t.Errorf("%d writes, want 4", c.writes)
	}
}

// TestWriteError returns the writer's error and keeps no text back.
func TestWriteError(t *testing.T) {
	broken := errors.New("broken")
	p := New(&counter{err: broken}, Options{})
	if err := p.Emit(&event.Notice{Text: strings.Repeat("x", 1<<20)}); !errors.Is(err, broken) {
		t.Errorf("Emit: %v", err)
	}
	if n := cap(p.line.b); n > maxKept {
		t.Errorf("%d bytes kept", n)
	}
}

// TestForgets: calls whose lines were interrupted leave nothing behind.
func TestForgets(t *testing.T) {
	p := New(io.Discard, Options{})
	for id := uint64(1); id < 100; id += 2 {
		held := &event.Call{ID: id, Name: "read", ArgsPending: true, Args: []event.Arg{{Value: event.Pending{}}}}
		inner := &event.Call{ID: id + 1, Name: "f"}
		for _, e := range []event.Event{
			&event.Enter{Call: held}, &event.Enter{Call: inner}, &event.Return{Call: inner},
			&event.Return{Call: held, Outcome: event.NoReturn},
		} {
			if err := p.Emit(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	for thread := range p.progress.Threads() {
		if n := thread.Len(); n != 0 {
			t.Errorf("%d calls remembered", n)
		}
	}
}

// TestTimeOfDay is not among the scripts because it depends on the time zone.
func TestTimeOfDay(t *testing.T) {
	at := time.Date(2024, 2, 3, 4, 5, 6, 7000, time.Local)
	for clock, want := range map[Clock]string{Seconds: "04:05:06 x", Micros: "04:05:06.000007 x"} {
		var out strings.Builder
		p := New(&out, Options{Clock: clock})
		if err := p.Emit(&event.Enter{Head: event.Head{Time: at}, Call: &event.Call{ID: 1, Name: "x"}}); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); got != want+"(" {
			t.Errorf("clock %d: %q, want %q", clock, got, want+"(")
		}
	}
}

// TestLongNames: a file may claim that a huge text is a name. It is not demangled at
// any price.
func TestLongNames(t *testing.T) {
	for _, name := range []string{
		"_Z" + strings.Repeat("P", 1<<20) + "i",
		"_Z1f" + strings.Repeat("P", maxMangled-10) + "i",
		"_ZN" + strings.Repeat("1aI", 4000) + strings.Repeat("E", 4000),
		"_Z1fPFvi" + strings.Repeat("S_S0_", 3000) + "E",
	} {
		begun := time.Now()
		if n := len(wholeName(name)); n > max(len(name), 2<<maxPower) {
			t.Errorf("%d bytes of %d", n, len(name))
		}
		if d := time.Since(begun); d > time.Second {
			t.Errorf("%.20s…: %v", name, d)
		}
	}
}

// TestNoAllocations: the common line allocates nothing.
func TestNoAllocations(t *testing.T) {
	for _, o := range []Options{
		{Align: 50, Clock: Micros, Threads: Numbered},
		{Style: Strace, Align: 41, Clock: Seconds, ClockDigits: 6, Delta: true, Threads: Numbered, Number: true, IP: true, Elapsed: true},
	} {
		p := New(io.Discard, o)
		enter, leave := malloc()
		n := testing.AllocsPerRun(100, func() {
			if p.Emit(enter) != nil || p.Emit(leave) != nil {
				t.Fatal("write error")
			}
		})
		if n > 0 {
			t.Errorf("style %d: %v allocations per call", o.Style, n)
		}
	}
}

func BenchmarkCall(b *testing.B) {
	p := New(io.Discard, Options{Align: 50})
	enter, leave := malloc()
	b.ReportAllocs()
	for b.Loop() {
		if p.Emit(enter) != nil || p.Emit(leave) != nil {
			b.Fatal("write error")
		}
	}
}

func malloc() (*event.Enter, *event.Return) {
	c := &event.Call{ID: 1, Name: "memcpy", Args: []event.Arg{
		{Value: event.Pointer{Addr: 0x7fff12345678}}, {Value: event.Str{Text: "some text to be shown", Cut: true}}, {Value: event.Int{Bits: 100, Size: 8}},
	}}
	h := event.Head{Time: time.Now(), PID: 7, TID: 7}
	return &event.Enter{Head: h, Call: c}, &event.Return{Head: h, Call: c, Result: event.Pointer{Addr: 0x5581}}
}
