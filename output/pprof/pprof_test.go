package pprof

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"plait/event"
	"plait/output/text"
)

// TestRead has the format's own library read a profile.
func TestRead(t *testing.T) {
	var out bytes.Buffer
	w := New(&out, text.Options{})
	head := event.Head{PID: 7, TID: 7, Time: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)}
	puts := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Object: "libc.so.6"}
	write := &event.Call{ID: 2, Kind: event.System, Name: "write"}
	later := head
	later.Time = later.Time.Add(time.Second)
	for _, e := range []event.Event{
		&event.Spawn{Head: head, Kind: event.Launched, ChildPID: 7, ChildTID: 7, Path: "/usr/bin/hello"},
		&event.Enter{Head: head, Call: puts},
		&event.Enter{Head: head, Call: write},
		&event.Return{Head: later, Call: write, Elapsed: 41},
		&event.Return{Head: later, Call: puts, Elapsed: 50},
	} {
		if err := w.Emit(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	p, err := profile.Parse(&out)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CheckValid(); err != nil {
		t.Error(err)
	}
	if len(p.Sample) != 2 || p.DurationNanos != 1e9 || p.TimeNanos != head.Time.UnixNano() || p.DefaultSampleType != "time" {
		t.Fatalf("%v", p)
	}
	if main := p.Mapping[0].File; main != "hello" {
		t.Errorf("the program is %s", main)
	}
	var stack []string
	for _, l := range p.Sample[1].Location {
		stack = append(stack, l.Line[0].Function.Name+"@"+l.Mapping.File)
	}
	if want := []string{"SYS_write@" + kernel, "puts@libc.so.6", "hello@hello"}; !slices.Equal(stack, want) || !slices.Equal(p.Sample[1].Value, []int64{1, 41}) {
		t.Errorf("%q %d", stack, p.Sample[1].Value)
	}
	if !slices.Equal(p.Sample[0].Value, []int64{1, 9}) {
		t.Errorf("%d", p.Sample[0].Value)
	}
}
