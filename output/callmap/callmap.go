package callmap

import (
	"io"
	"slices"
	"time"

	"plait/event"
	"plait/output/calls"
	"plait/output/table"
)

// Options say what the map shows.
type Options struct {
	Name      func(*event.Call) string // the name of a function, quickly; calls of one name share a row
	Whole     bool                     // all library calls that the program itself makes are traced
	Outermost bool                     // a system call belongs to the outermost library call around it
	By        []Key                    // what calls are grouped by; nil means by Function
	Sort      Order                    // "" means BySyscalls
	Form      table.Form
	Look      table.Look
}

// A Map is an event.Sink that writes a table when it is closed.
type Map struct {
	w       io.Writer
	o       Options
	rows    map[key]*row
	shown   map[string]*row // by what their lines begin with
	held    int             // bytes that shown holds
	others  *row            // calls that have found no room; nil: none so far
	names   map[key]*name   // system calls
	calls   calls.Open[frame]
	buffers ledgers
	pending map[int][]pending // by process
	sum     sums
	traced  bool // there was more than remarks
}

// sums are about all calls.
type sums struct{ library, crossed, system, caused uint64 }

// A row is what is known of the calls that are shown in one line.
type row struct {
	cells   []string // one for each of Options.By
	whose   string   // of system calls outside library calls: the object that made them
	outside bool     // no library call caused them
	calls   uint64
	crossed uint64
	system  uint64
	caused  map[*name]uint64
	later   later
	kernel  time.Duration
	bytes   uint64
}

// A name is that of a system call.
type name struct {
	text  string
	seen  int  // how many were seen before it
	moves bool // its result is how many bytes it moved
}

// A frame is an open call.
type frame struct {
	row     *row
	system  *name // nil: a library call
	crossed bool  // a system call belongs to it
	program bool  // the whole program runs in it
	name    string
	prints  bool // it prints to fd, by way of stdio
	fd      int
	wrote   uint64 // bytes of its own that were written in it
}

// programCall is the library call that main is called from, in every program of glibc
// and musl (Linux Standard Base, "__libc_start_main").
const programCall = "__libc_start_main"

// New returns a Map that writes its table to w when closed.
func New(w io.Writer, o Options) *Map {
	if len(o.By) == 0 {
		o.By = []Key{Function}
	}
	return &Map{w: w, o: o, rows: map[key]*row{}, shown: map[string]*row{}, names: map[key]*name{}, buffers: ledgers{}, pending: map[int][]pending{}}
}

// Emit counts. It returns no error.
func (m *Map) Emit(e event.Event) error {
	if _, ok := e.(*event.Notice); !ok {
		m.traced = true
	}
	switch e := e.(type) {
	case *event.Enter:
		m.enter(e)
	case *event.Return:
		m.leave(e)
	default:
		m.calls.Follow(e)
		m.followHeld(e)
	}
	if e, ok := e.(*event.Spawn); ok && e.Kind == event.Forked {
		m.inherit(e)
	}
	return nil
}

// inherit makes the calls that a forked process has inherited its own. They are no calls
// more, but what they cause from now on is the child's.
func (m *Map) inherit(e *event.Spawn) {
	t := m.calls.Thread(e.ChildTID)
	for i := t.Len() - 1; i >= 0; i-- {
		f := t.At(i)
		if f.system != nil { // the one that made the process, which has no end in it
			t.Delete(i, i+1)
			continue
		}
		f.row = m.inherited(f.row, &event.Head{PID: e.ChildPID, TID: e.ChildTID})
	}
}

// Close writes the table, if anything was traced.
func (m *Map) Close() error {
	if !m.traced {
		return nil
	}
	_, err := m.w.Write(m.table().Bytes(m.o.Form, m.o.Look))
	return err
}

// Print writes the table in the middle of the trace, that long after its begin.
func (m *Map) Print(after time.Duration) error {
	t, span := m.table(), table.Span(after)
	t.After = &span
	_, err := m.w.Write(t.Bytes(m.o.Form, m.o.Look))
	return err
}

func (m *Map) enter(e *event.Enter) {
	t := m.calls.Thread(e.TID)
	if e.Call.Kind == event.System {
		t.Push(e.Call.ID, m.enterSystem(t, e))
		return
	}
	r := m.row(&e.Head, e.Call)
	r.calls++
	m.sum.library++
	m.settle(e.PID, notKnown)
	f := frame{row: r, program: e.Call.Kind == event.Library && e.Call.Name == programCall, name: e.Call.Name}
	f.fd, f.prints = printsTo(e.Call)
	t.Push(e.Call.ID, f)
}

// enterSystem counts a system call for the library call that it belongs to.
func (m *Map) enterSystem(t *calls.Thread[frame], e *event.Enter) frame {
	n := m.name(e.Call)
	m.sum.system++
	if e.Call.Name == "exit_group" {
		m.ending(e)
	}
	var r *row
	if i := m.owner(t); i >= 0 {
		f := t.At(i)
		r = f.row
		m.sum.caused++
		if !f.crossed {
			f.crossed = true
			r.crossed++
			m.sum.crossed++
		}
	} else {
		r = m.row(&e.Head, e.Call)
	}
	r.system++
	r.count(n)
	return frame{row: r, system: n}
}

// owner returns the index of the library call that a system call belongs to, or -1 if
// none is around it.
func (m *Map) owner(t *calls.Thread[frame]) int {
	owns := func(i int) bool { f := t.At(i); return f.system == nil && !f.program }
	for i := range t.Len() {
		if !m.o.Outermost {
			i = t.Len() - 1 - i
		}
		if owns(i) {
			return i
		}
	}
	return -1
}

// leave adds what a system call took and moved to the row that it was counted in.
func (m *Map) leave(e *event.Return) {
	t := m.calls.Ending(e)
	f, ok := t.Take(e.Call)
	if !ok {
		return
	}
	if f.system == nil {
		if f.prints {
			m.printed(e, &f)
		}
		return
	}
	m.written(e, t, &f)
	f.row.kernel += max(0, e.Elapsed)
	if n, ok := e.Result.(event.Int); ok && f.system.moves && !e.Call.Failed && int64(n.Bits) > 0 {
		f.row.bytes += n.Bits
	}
}

func (r *row) count(n *name) {
	if r.caused == nil {
		r.caused = map[*name]uint64{}
	}
	r.caused[n]++
}

// Bounds on what is kept of a program that makes calls of very many names.
const (
	maxRows     = 4096
	maxRowBytes = 8 << 20
	maxNames    = 1024
)

// name returns what a system call is called. Beyond maxNames, all are called alike.
func (m *Map) name(c *event.Call) *name {
	k := key{kind: event.System, name: c.Name, number: c.Number, abi: c.ABI}
	if n := m.names[k]; n != nil {
		return n
	}
	text := systemName(c)
	if len(m.names) >= maxNames {
		k, text = key{kind: event.System}, otherCalls
		if n := m.names[k]; n != nil {
			return n
		}
	}
	n := &name{text: text, seen: len(m.names), moves: slices.Contains(movers, c.Name)}
	m.names[k] = n
	return n
}

// movers are the system calls whose result is a number of bytes that they moved between
// the program and the kernel, or within the kernel (their pages of the manual, section 2).
var movers = []string{
	"read", "pread64", "readv", "preadv", "preadv2", "recv", "recvfrom", "recvmsg",
	"write", "pwrite64", "writev", "pwritev", "pwritev2", "send", "sendto", "sendmsg",
	"sendfile", "sendfile64", "splice", "tee", "vmsplice", "copy_file_range",
	"process_vm_readv", "process_vm_writev", "getrandom", "getdents", "getdents64",
}
