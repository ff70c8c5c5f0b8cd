package heap

import (
	"strings"
	"testing"
	"time"

	"plait/bound"
	"plait/event"
	"plait/event/eventtest"
)

// A run emits calls of one process.
type run struct {
	h      *Heap
	out    strings.Builder
	object string // of the functions that are called
	last   uint64
	now    time.Time
}

func start(o Options) *run {
	r := &run{now: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)}
	o.Name = func(c *event.Call) string { return c.Name }
	r.h = New(&r.out, o)
	return r
}

func (r *run) head(pid int) event.Head {
	r.now = r.now.Add(100 * time.Microsecond)
	return event.Head{PID: pid, TID: pid, Time: r.now}
}

func (r *run) enter(pid int, kind event.CallKind, name string) *event.Call {
	r.last++
	c := &event.Call{ID: r.last, Kind: kind, Name: name, Object: r.object, From: "prog", Stack: []event.Caller{{Symbol: "main", Offset: 16}}}
	_ = r.h.Emit(&event.Enter{Head: r.head(pid), Call: c})
	return c
}

func (r *run) leave(pid int, c *event.Call, heap event.Heap) {
	_ = r.h.Emit(&event.Return{Head: r.head(pid), Call: c, Heap: heap})
}

func (r *run) call(pid int, name string, heap event.Heap) {
	r.leave(pid, r.enter(pid, event.Library, name), heap)
}

func (r *run) brk(pid int, end uint64) {
	c := &event.Call{ID: 1 << 60, Kind: event.System, Name: "brk"}
	_ = r.h.Emit(&event.Return{Head: r.head(pid), Call: c, Result: event.Pointer{Addr: end}})
}

func (r *run) munmap(pid int, size uint64) {
	c := &event.Call{ID: 1 << 60, Kind: event.System, Name: "munmap", Words: []uint64{0x70000000, size}}
	_ = r.h.Emit(&event.Return{Head: r.head(pid), Call: c})
}

func (r *run) check(t *testing.T, want string) {
	t.Helper()
	if err := r.h.Close(); err != nil {
		t.Fatal(err)
	}
	if got := r.out.String(); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

func allocated(addr, size uint64) event.Heap { return event.Heap{Block: addr, Size: size, Sized: true} }

// TestHeap: blocks live until they are freed or replaced; who is around a brk(2) that
// moves has caused it.
func TestHeap(t *testing.T) {
	r := start(Options{Form: "csv"})
	r.brk(7, 0x1000)
	c := r.enter(7, event.Library, "malloc")
	r.brk(7, 0x3000)
	r.leave(7, c, allocated(0x1010, 100))
	r.call(7, "malloc", allocated(0x1100, 50))
	r.call(7, "realloc", event.Heap{Freed: 0x1010, Block: 0x1200, Size: 300, Sized: true})
	c = r.enter(7, event.Library, "free")
	r.brk(7, 0x2000)
	r.leave(7, c, event.Heap{Freed: 0x1100})
	r.call(7, "free", event.Heap{Freed: 0x9999})
	r.check(t, `function,place,calls,bytes,freed,live,blocks,peak,kernel
realloc,main+0x10,1,300,0,300,1,300,
malloc,main+0x10,2,150,150,0,0,150,brk=1 bytes=8192
free,main+0x10,2,0,0,0,0,0,gave_back=1 bytes_back=4096
`)
	if s := r.h.sum; s.unknown != 1 || s.peak != 350 || s.frees != 3 || s.allocations != 3 {
		t.Errorf("%+v", s)
	}
}

// TestNested: what an outer call had done by an inner one is the outer's, with what the
// kernel did for it; freed by both, a block is freed once.
func TestNested(t *testing.T) {
	r := start(Options{Form: "csv"})
	r.brk(7, 0x1000)
	c := r.enter(7, event.Library, "new")
	inner := r.enter(7, event.Library, "malloc")
	r.brk(7, 0x3000)
	r.leave(7, inner, allocated(0x10, 8))
	r.leave(7, c, allocated(0x10, 8))
	c = r.enter(7, event.Library, "delete")
	r.call(7, "free", event.Heap{Freed: 0x10})
	r.leave(7, c, event.Heap{Freed: 0x10})
	r.check(t, `function,place,calls,bytes,freed,live,blocks,peak,kernel
new,main+0x10,1,8,8,0,0,8,brk=1 bytes=8192
delete,main+0x10,1,0,0,0,0,0,
`)
	if s := r.h.sum; s.unknown != 0 || s.frees != 1 || s.allocations != 1 {
		t.Errorf("%+v", s)
	}
}

// TestNestedDeep: a call between them that only passes a block on changes nothing, nor does
// one that replaces a block by several calls.
func TestNestedDeep(t *testing.T) {
	r := start(Options{Form: "csv"})
	outer := r.enter(7, event.Library, "reallocarray")
	passing := r.enter(7, event.Library, "checked")
	r.call(7, "realloc", event.Heap{Freed: 0x90, Block: 0x10, Size: 8, Sized: true})
	r.leave(7, passing, event.Heap{})
	r.leave(7, outer, event.Heap{Freed: 0x90, Block: 0x10, Size: 8, Sized: true})
	r.check(t, `function,place,calls,bytes,freed,live,blocks,peak,kernel
reallocarray,main+0x10,1,8,0,8,1,8,
`)
	if s := r.h.sum; s.unknown != 1 || s.frees != 1 || s.allocations != 1 {
		t.Errorf("%+v", s)
	}
}

// TestWhy: why the break stays where it is is said where calls have shown it.
func TestWhy(t *testing.T) {
	const small, large = 24, 4096
	for _, c := range []struct {
		name   string
		object string
		do     func(r *run)
		want   string // the lines behind the first; "" if there is none
	}{
		{"small blocks", "libc.so.6", func(r *run) {
			r.call(7, "malloc", allocated(0x1010, small))
			r.call(7, "malloc", allocated(0x1030, 100))
			r.call(7, "free", event.Heap{Freed: 0x1010})
		}, "The highest living block has 100 bytes: malloc, main+0x10.\n" +
			"Not given back: no freed block had more than 24 bytes. malloc keeps such small ones for its next calls and does not merge them (M_MXFAST in mallopt(3))."},
		{"the threshold", "libc.so.6", func(r *run) {
			r.call(7, "malloc", allocated(0x1010, large))
			r.call(7, "free", event.Heap{Freed: 0x1010})
		}, "Not given back: unless told otherwise, free gives whole pages at the end of the heap back when there are more than 131,072 free bytes (M_TRIM_THRESHOLD in mallopt(3))."},
		{"a higher threshold", "libc.so.6", func(r *run) {
			r.brk(7, 0x51000)
			r.call(7, "malloc", allocated(0x1010, large))
			r.call(7, "malloc", allocated(0x70000000, 1<<20))
			r.call(7, "free", event.Heap{Freed: 0x1010})
			f := r.enter(7, event.Library, "free")
			r.munmap(7, 1<<20+4096)
			r.leave(7, f, event.Heap{Freed: 0x70000000})
		}, "Not given back: unless told otherwise, free gives whole pages at the end of the heap back when there are more than 2,105,344 free bytes, twice the mapping of 1,052,672 bytes that it has unmapped (M_TRIM_THRESHOLD in mallopt(3))."},
		{"given back", "libc.so.6", func(r *run) {
			f := r.enter(7, event.Library, "free")
			r.brk(7, 0x2000)
			r.leave(7, f, event.Heap{Freed: 0x1010})
		}, "Given back: 126,976 bytes; the break went down once."},
		{"more than the threshold", "libc.so.6", func(r *run) {
			r.brk(7, 0x51000)
			r.call(7, "malloc", allocated(0x1010, large))
			r.call(7, "free", event.Heap{Freed: 0x1010})
		}, ""},
		{"another malloc", "libother.so", func(r *run) {
			r.call(7, "malloc", allocated(0x1010, small))
			r.call(7, "free", event.Heap{Freed: 0x1010})
		}, ""},
	} {
		r := start(Options{})
		r.object = c.object
		r.brk(7, 0x1000)
		r.brk(7, 0x21000)
		c.do(r)
		_ = r.h.Emit(&event.Exit{Head: r.head(7), Process: true})
		if got := strings.TrimPrefix(r.h.last.why(), "\n"); got != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", c.name, got, c.want)
		}
	}
}

// TestForked: a forked process may free what its creator has allocated, which changes
// nothing for that one. What lives when a process ends was never freed.
func TestForked(t *testing.T) {
	r := start(Options{Form: "csv"})
	r.call(7, "malloc", allocated(0x10, 8))
	_ = r.h.Emit(&event.Spawn{Head: r.head(7), Kind: event.Forked, ChildPID: 8, ChildTID: 8})
	r.call(8, "free", event.Heap{Freed: 0x10})
	r.call(8, "malloc", allocated(0x10, 5))
	_ = r.h.Emit(&event.Exit{Head: r.head(8), Process: true})
	r.call(7, "free", event.Heap{Freed: 0x10})
	r.check(t, `function,place,calls,bytes,freed,live,blocks,peak,kernel
malloc,main+0x10,2,13,8,5,1,13,
free,main+0x10,2,0,0,0,0,0,
`)
	if s := r.h.sum; s.unknown != 0 || s.live != 0 || s.blocks != 0 || r.h.neverFreed() != (leak{1, 5}) {
		t.Errorf("%+v %+v", s, r.h.neverFreed())
	}
}

// TestCurve: however long it takes, the curve stays short and keeps the highest.
func TestCurve(t *testing.T) {
	c := curve{}
	at := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	for i := range 100_000 {
		c.advance(at.Add(time.Duration(i) * time.Second))
		live := uint64(5)
		if i == 77_777 {
			live = 1000
		}
		c.point(live)
	}
	highest := uint64(0)
	for _, p := range c.shown(plotWidth) {
		highest = max(highest, p.live)
	}
	if len(c.points) > maxPoints || len(c.shown(plotWidth)) != plotWidth || highest != 1000 {
		t.Errorf("%d points, highest %d", len(c.points), highest)
	}
}

// FuzzHeap: whatever calls do to blocks, the table is written, in bounded time and memory.
func FuzzHeap(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x10\x01\x02\x03\x20\x05\x40\x06"), "malloc", "free")
	f.Fuzz(func(t *testing.T, b []byte, one, other string) {
		bound.Input(t, func() {
			r := start(Options{Plot: len(b)%2 == 0})
			d := eventtest.NewDice(b, one, other)
			for i := range 40 {
				e := d.Event()
				if e, ok := e.(*event.Return); ok && i < len(b) {
					e.Heap = event.Heap{Freed: uint64(b[i] % 4), Block: uint64(b[i] / 4 % 4), Size: 1 << (b[i] % 64), Sized: true}
				}
				if r.h.Emit(e) != nil {
					t.Fatal("an error")
				}
			}
			if r.h.Close() != nil || strings.ContainsRune(r.out.String(), '\x1b') {
				t.Fatalf("%q", r.out.String())
			}
		})
	})
}
