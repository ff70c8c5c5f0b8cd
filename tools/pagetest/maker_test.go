package pagetest

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"plait/event"
	"plait/output"
)

// A maker makes the events of a program that never ran, and the page that shows them.
type maker struct {
	t    testing.TB
	path string
	file *os.File
	sink event.Sink
	now  time.Time
	ids  uint64
	open map[int][]*event.Call // by thread
}

// processID is the number of the one process of most makers.
const processID = 100

// newMaker returns a maker. It makes the first thread of a program.
func newMaker(t testing.TB) *maker {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trace.html")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	m := &maker{t: t, path: path, file: file, now: time.Unix(1700000000, 0), open: map[int][]*event.Call{}}
	m.sink = output.Find("html").New(file, output.Options{})
	m.emit(&event.Spawn{Head: m.head(processID), Kind: event.Launched, ChildPID: processID, ChildTID: processID, Path: "/bin/prog"})
	return m
}

// page ends the trace, and returns the path of its page.
func (m *maker) page() string {
	m.t.Helper()
	if err := m.sink.Close(); err != nil {
		m.t.Fatal(err)
	}
	if err := m.file.Close(); err != nil {
		m.t.Fatal(err)
	}
	return m.path
}

func (m *maker) emit(e event.Event) {
	if err := m.sink.Emit(e); err != nil {
		m.t.Fatal(err)
	}
}

// head returns the head of an event of a thread. Each is a microsecond after the one before.
func (m *maker) head(tid int) event.Head {
	m.now = m.now.Add(time.Microsecond)
	return event.Head{Time: m.now, PID: processID, TID: tid, Depth: len(m.open[tid])}
}

// thread makes a thread.
func (m *maker) thread(tid int) {
	m.emit(&event.Spawn{Head: m.head(processID), Kind: event.Threaded, ChildPID: processID, ChildTID: tid})
}

// library makes a library call, and what happens in it.
func (m *maker) library(tid int, name string, args []event.Arg, inside func(), result event.Value) *event.Return {
	c := &event.Call{Kind: event.Library, Name: name, Object: "libc.so.6", From: "prog", FromMain: true, Number: -1, Args: args}
	return m.call(tid, c, inside, result)
}

// system makes a system call.
func (m *maker) system(tid int, name string, args []event.Arg, result event.Value) {
	_, failed := result.(event.Errno)
	m.call(tid, &event.Call{Kind: event.System, Name: name, Args: args, Failed: failed}, nil, result)
}

func (m *maker) call(tid int, c *event.Call, inside func(), result event.Value) *event.Return {
	m.ids++
	c.ID = m.ids
	if open := m.open[tid]; len(open) > 0 {
		c.Parent = open[len(open)-1].ID
	}
	begin := m.head(tid)
	m.emit(&event.Enter{Head: begin, Call: c})
	m.open[tid] = append(m.open[tid], c)
	if inside != nil {
		inside()
	}
	m.open[tid] = m.open[tid][:len(m.open[tid])-1]
	end := m.head(tid)
	r := &event.Return{Head: end, Call: c, Result: result, Elapsed: end.Time.Sub(begin.Time)}
	r.Heap = heapOf(c, result)
	m.emit(r)
	return r
}

// heapOf says what malloc, realloc and free do to the heap, as a prototype would.
func heapOf(c *event.Call, result event.Value) event.Heap {
	switch c.Name {
	case "malloc":
		return event.Heap{Block: result.(event.Pointer).Addr, Size: c.Args[0].Value.(event.Int).Bits, Sized: true}
	case "free":
		return event.Heap{Freed: c.Args[0].Value.(event.Pointer).Addr}
	case "realloc":
		return event.Heap{Freed: c.Args[0].Value.(event.Pointer).Addr, Block: result.(event.Pointer).Addr, Size: c.Args[1].Value.(event.Int).Bits, Sized: true}
	}
	return event.Heap{}
}

func number(n int) event.Int { return event.Int{Bits: uint64(n), Size: 8, Signed: true} }

func arg(name string, v event.Value) event.Arg { return event.Arg{Name: name, Value: v} }

// exits ends the program.
func (m *maker) exits() {
	m.emit(&event.Exit{Head: m.head(processID), Process: true})
}
