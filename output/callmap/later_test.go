package callmap

import (
	"slices"
	"strings"
	"testing"

	"plait/event"
	"plait/output/table"
)

// puts prints a text; what happens in the call is done by in.
func (r *run) puts(text string, in func()) {
	c := r.enter(7, event.Library, "puts")
	c.Args = []event.Arg{{Value: event.Str{Text: text}}}
	if in != nil {
		in()
	}
	r.leave(7, c, int64(len(text))+1)
}

// write is one of libc's own.
func (r *run) write(fd uint64, bytes int64) {
	c := r.enter(7, event.System, "write")
	c.From, c.Words = "libc.so.6", []uint64{fd, 0, uint64(bytes)}
	r.leave(7, c, bytes)
}

func (r *run) in(name string, do func()) {
	c := r.enter(7, event.Library, name)
	do()
	r.leave(7, c, 0)
}

// TestLater: a row says how the bytes were written that its calls left in a buffer, where
// that is sure.
func TestLater(t *testing.T) {
	exit := func(r *run) { r.enter(7, event.System, "exit_group") }
	for _, c := range []struct {
		name string
		o    Options
		do   func(r *run)
		want string // what the row of puts says
	}{
		{"at the exit", Options{Whole: true}, func(r *run) { r.puts("one", nil); r.write(1, 4); exit(r) }, "(written later by exit: write ×1)"},
		{"not all calls are seen", Options{}, func(r *run) { r.puts("one", nil); r.write(1, 4); exit(r) }, "(written later: write ×1)"},
		{"something follows", Options{Whole: true}, func(r *run) {
			r.puts("one", nil)
			r.write(1, 4)
			r.in("getpid", func() {})
			exit(r)
		}, "(written later: write ×1)"},
		{"by a call", Options{}, func(r *run) { r.puts("one", nil); r.in("fflush", func() { r.write(1, 4) }) }, "(written later by fflush: write ×1)"},
		{"other bytes", Options{Whole: true}, func(r *run) { r.puts("one", nil); r.write(1, 5); exit(r) }, ""},
		{"another file", Options{Whole: true}, func(r *run) { r.puts("one", nil); r.write(2, 4); exit(r) }, ""},
		{"the program's own write", Options{}, func(r *run) { r.puts("one", nil); r.in("write", func() { r.write(1, 4) }) }, ""},
		{"a full buffer", Options{}, func(r *run) {
			r.puts("one", nil)
			r.in("printf", func() { r.write(1, 6) }) // 4 of puts, 2 of its own; its result is 0
		}, "(written later by printf: write ×1)"},
		{"its own", Options{}, func(r *run) { r.puts("one", func() { r.write(1, 4) }) }, "write ×1"},
		{"a line and a rest", Options{Whole: true}, func(r *run) {
			r.puts("one", nil)
			r.puts("two", func() { r.write(1, 4) })
			r.write(1, 4)
			exit(r)
		}, "write ×1 (written later by exit: write ×1)"},
		{"a text that is cut", Options{Whole: true}, func(r *run) {
			c := r.enter(7, event.Library, "puts")
			c.Args = []event.Arg{{Value: event.Str{Text: "on", Cut: true}}}
			r.leave(7, c, 8)
			r.write(1, 8)
			exit(r)
		}, "(written later by exit: write ×1)"},
		{"a failure", Options{Whole: true}, func(r *run) {
			c := r.enter(7, event.Library, "puts")
			c.Failed = true
			r.leave(7, c, -1)
			r.puts("one", nil)
			r.write(1, 4)
			exit(r)
		}, ""},
		{"two processes", Options{Whole: true}, func(r *run) {
			r.puts("one", nil)
			_ = r.m.Emit(&event.Spawn{Head: event.Head{PID: 7, TID: 7}, Kind: event.Forked, ChildPID: 8, ChildTID: 8})
			w := r.enter(8, event.System, "write")
			w.From, w.Words = "libc.so.6", []uint64{1, 0, 4}
			_ = r.m.Emit(&event.Return{Head: event.Head{PID: 8, TID: 8}, Call: w, Result: event.Int{Bits: 4, Size: 8}})
			_ = r.m.Emit(&event.Exit{Head: event.Head{PID: 8, TID: 8}, Process: true})
			r.write(1, 4)
			exit(r)
		}, "(written later: write ×1) (written later by exit: write ×1)"},
	} {
		r := start(c.o)
		c.do(r)
		rows := r.m.sorted()
		i := slices.IndexFunc(rows, func(row *row) bool { return row.cells[0] == "puts" })
		if got := rows[i].counts().Text(table.Look{UTF8: true}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		_ = r.m.Close()
		if strings.Count(r.out.String(), "written later") != strings.Count(c.want, "written later") {
			t.Errorf("%s:\n%s", c.name, r.out.String())
		}
	}
}

// TestPrinters: the size of what a call prints is known, or it is said that it is not.
func TestPrinters(t *testing.T) {
	str := func(s string) event.Arg { return event.Arg{Value: event.Str{Text: s}} }
	num := func(n uint64) event.Arg { return event.Arg{Value: event.Int{Bits: n, Size: 8}} }
	out := event.Arg{Value: event.Pointer{Symbol: "stdout"}}
	for _, c := range []struct {
		name   string
		args   []event.Arg
		result int64
		fd     int // -1: not known
		size   int // -1: not known
	}{
		{"putchar", []event.Arg{num('x')}, 'x', 1, 1},
		{"printf", []event.Arg{str("%d\n"), num(1234)}, 5, 1, 5},
		{"printf", []event.Arg{str("%d\n"), num(1234)}, -1, 1, -1},
		{"fputs", []event.Arg{str("text"), out}, 1, 1, 4},
		{"fputs", []event.Arg{{Value: event.Str{Text: "te", Cut: true}}, out}, 1, 1, -1},
		{"fputs", []event.Arg{str("text"), {Value: event.Pointer{Addr: 64, Stream: &event.FD{Num: 3}}}}, 1, 3, 4},
		{"fputs", []event.Arg{str("text"), {Value: event.Pointer{Addr: 64}}}, 1, -1, 4},
		{"fwrite", []event.Arg{str("abcd"), num(2), num(2), out}, 2, 1, 4},
		{"fprintf", []event.Arg{out, str("x")}, 1, 1, 1},
		{"fprintf", nil, 1, -1, 1},
		{"puts", nil, 1, 1, -1},
		{"fwrite", nil, 1, -1, -1},
	} {
		call := &event.Call{Name: c.name, Args: c.args}
		if fd, ok := printsTo(call); ok != (c.fd >= 0) || ok && fd != c.fd {
			t.Errorf("%s: descriptor %d, %v", c.name, fd, ok)
		}
		n, ok := printers[c.name].size(&event.Return{Call: call, Result: event.Int{Bits: uint64(c.result), Size: 8}})
		if ok != (c.size >= 0) || ok && int(n) != c.size {
			t.Errorf("%s: %d bytes, %v", c.name, n, ok)
		}
	}
}
