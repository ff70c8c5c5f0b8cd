package recording

import (
	"bytes"
	"io"
	"testing"
	"time"

	"plait/event"
)

// A loop is the events of a program that calls malloc and free in turn.
type loop struct {
	n    uint64
	now  time.Time
	call event.Call
	args [1]event.Arg
	in   event.Enter
	out  event.Return
}

// events emits a round of the loop: four events.
func (l *loop) events(s event.Sink) {
	block := 0x55d0c0a2a000 + l.n%64*32
	l.enter(s, "malloc", 0x401040, event.Arg{Name: "size", Value: event.Int{Bits: 24, Size: 8}})
	l.returned(s, event.Pointer{Addr: block})
	l.enter(s, "free", 0x401030, event.Arg{Name: "ptr", Value: event.Pointer{Addr: block}})
	l.returned(s, event.Void{})
}

func (l *loop) enter(s event.Sink, name string, addr uint64, arg event.Arg) {
	l.n++
	l.now = l.now.Add(1700 + time.Duration(l.n*7919%512))
	l.args[0] = arg
	l.call = event.Call{ID: l.n, Name: name, Object: "libc.so.6", From: "loop", Version: "GLIBC_2.2.5", Number: -1, Addr: addr, Caller: addr + 0x132, Args: l.args[:]}
	l.in = event.Enter{Head: event.Head{Time: l.now, PID: 7, TID: 7, IP: addr + 0x132}, Call: &l.call}
	_ = s.Emit(&l.in)
}

func (l *loop) returned(s event.Sink, result event.Value) {
	l.now = l.now.Add(1500 + time.Duration(l.n*104729%700))
	l.out = event.Return{Head: event.Head{Time: l.now, PID: 7, TID: 7, IP: l.call.Caller}, Call: &l.call, Result: result,
		Elapsed: time.Duration(90 + l.n%40), Work: time.Duration(1300 + l.n*104729%700)}
	_ = s.Emit(&l.out)
}

// BenchmarkWriter tells what an event costs, compressed and written by the other
// goroutine included: all of it counts where a program and plait share a processor.
func BenchmarkWriter(b *testing.B) {
	var n counter
	w := New(&n, Header{})
	l := loop{now: time.Unix(1e9, 0)}
	b.ReportAllocs()
	for i := 0; i < b.N; i += 4 {
		l.events(w)
	}
	_ = w.Close()
	b.ReportMetric(float64(n)/float64(b.N), "B/event")
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func BenchmarkEncoder(b *testing.B) {
	s := encoderSink{newEncoder()}
	l := loop{now: time.Unix(1e9, 0)}
	b.ReportAllocs()
	for i := 0; i < b.N; i += 4 {
		l.events(s)
	}
}

// An encoderSink codes events and drops the blocks.
type encoderSink struct{ *encoder }

func (s encoderSink) Emit(e event.Event) error {
	if s.add(e); len(s.encoder.out) > maxBlock {
		s.next()
	}
	return nil
}

func (s encoderSink) Close() error { return nil }

func BenchmarkReader(b *testing.B) {
	var out bytes.Buffer
	w := New(&out, Header{})
	l := loop{now: time.Unix(1e9, 0)}
	for i := 0; i < b.N; i += 4 {
		l.events(w)
	}
	_ = w.Close()
	r, err := NewReader(&out)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for err == nil {
		_, err = r.Next()
	}
	if err != io.EOF {
		b.Fatal(err)
	}
}
