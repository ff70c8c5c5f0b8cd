package callmap

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"plait/bound"
	"plait/event"
	"plait/output/table"
)

// A run emits calls to a Map and closes it.
type run struct {
	m    *Map
	out  strings.Builder
	last uint64
}

func start(o Options) *run {
	r := &run{}
	o.Name = func(c *event.Call) string { return c.Name }
	r.m = New(&r.out, o)
	return r
}

func (r *run) enter(tid int, kind event.CallKind, name string) *event.Call {
	r.last++
	c := &event.Call{ID: r.last, Kind: kind, Name: name, Object: "libc.so.6", From: "prog"}
	_ = r.m.Emit(&event.Enter{Head: event.Head{PID: 7, TID: tid}, Call: c})
	return c
}

func (r *run) leave(tid int, c *event.Call, result int64) {
	_ = r.m.Emit(&event.Return{Head: event.Head{PID: 7, TID: tid}, Call: c, Result: event.Int{Bits: uint64(result), Size: 8}, Elapsed: 10 * time.Microsecond})
}

func (r *run) system(tid int, name string, result int64) {
	r.leave(tid, r.enter(tid, event.System, name), result)
}

func (r *run) check(t *testing.T, want string) {
	t.Helper()
	if err := r.m.Close(); err != nil {
		t.Fatal(err)
	}
	if got := r.out.String(); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

// nested is a call in a call in the call that the program runs in.
func nested(o Options) *run {
	r := start(o)
	r.system(7, "mmap", 1<<40)
	program := r.enter(7, event.Library, programCall)
	outer := r.enter(7, event.Library, "qsort")
	inner := r.enter(7, event.Library, "fputs")
	r.system(7, "write", 2000)
	r.system(7, "write", -1)
	r.leave(7, inner, 0)
	r.leave(7, outer, 0)
	r.system(7, "exit_group", 0)
	r.leave(7, program, 0)
	return r
}

// TestInnermost: a system call belongs to the innermost call around it, and the call
// that the program runs in causes none.
func TestInnermost(t *testing.T) {
	nested(Options{Look: table.Look{UTF8: true}}).check(t, `library call       calls  crossed  system calls caused          in the kernel  bytes
fputs                  1        1  write ×2                             20 µs  2,000
__libc_start_main      1        0
qsort                  1        0
(no library call)                  prog: mmap ×1 exit_group ×1          20 µs
3 library calls, 1 entered the kernel; 4 system calls, 2 of them from library calls
`)
}

// TestOutermost: it belongs to the outermost call but for that one.
func TestOutermost(t *testing.T) {
	nested(Options{Outermost: true, Sort: ByName, Form: table.CSV}).check(t, `function,calls,crossed,syscalls,made_by,caused,kernel_seconds,bytes,written_later
__libc_start_main,1,0,0,,,,0,
fputs,1,0,0,,,,0,
qsort,1,1,2,,write=2,0.000020000,2000,
(no library call),,,2,prog,mmap=1 exit_group=1,0.000020000,0,
`)
}

// TestKeys: rows can be those of threads and callers. What a child does in a call that
// it has inherited is its own.
func TestKeys(t *testing.T) {
	r := start(Options{By: []Key{Process, Thread, Object, Caller}, Form: table.JSON})
	for tid := 7; tid < 9; tid++ {
		c := r.enter(tid, event.Library, "fork")
		r.system(tid, "clone", 0)
		_ = r.m.Emit(&event.Spawn{Head: event.Head{PID: 7, TID: tid}, Kind: event.Forked, ChildPID: tid + 20, ChildTID: tid + 20})
		r.system(tid+20, "set_robust_list", 0)
		r.leave(tid+20, &event.Call{ID: 100, Origin: c.ID}, 0)
		r.leave(tid, c, 0)
	}
	r.check(t, `{"rows": [
{"process": "7", "thread": "7", "object": "libc.so.6", "caller": "prog", "calls": 1, "crossed": 1, "syscalls": 1, "made_by": "", "caused": {"clone": 1}, "kernel_seconds": 0.000010000, "bytes": 0, "written_later": {}},
{"process": "7", "thread": "8", "object": "libc.so.6", "caller": "prog", "calls": 1, "crossed": 1, "syscalls": 1, "made_by": "", "caused": {"clone": 1}, "kernel_seconds": 0.000010000, "bytes": 0, "written_later": {}},
{"process": "27", "thread": "27", "object": "libc.so.6", "caller": "prog", "calls": 0, "crossed": 0, "syscalls": 1, "made_by": "", "caused": {"set_robust_list": 1}, "kernel_seconds": 0.000010000, "bytes": 0, "written_later": {}},
{"process": "28", "thread": "28", "object": "libc.so.6", "caller": "prog", "calls": 0, "crossed": 0, "syscalls": 1, "made_by": "", "caused": {"set_robust_list": 1}, "kernel_seconds": 0.000010000, "bytes": 0, "written_later": {}}
], "library_calls": 2, "crossed": 2, "syscalls": 4, "syscalls_in_library_calls": 4}
`)
}

// TestMany: a program that calls functions of ever new names fills no memory; what has
// found no room is counted in one row, which says so.
func TestMany(t *testing.T) {
	r := start(Options{Form: table.CSV})
	for i := range 2 * maxRows {
		c := r.enter(7, event.Library, fmt.Sprint("f", i))
		r.system(7, fmt.Sprint("s", i), 0)
		r.leave(7, c, 0)
	}
	if err := r.m.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(r.out.String(), "\n"), "\n")
	if len(lines) != 1+maxRows+1 {
		t.Errorf("%d lines", len(lines))
	}
	want := fmt.Sprintf("(all others),%d,%[1]d,%[1]d,,(all others)=%[1]d,0.040960000,0,", maxRows)
	if got := lines[len(lines)-1]; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(r.m.rows) > maxRows || len(r.m.names) > maxNames+1 {
		t.Errorf("%d rows and %d names are kept", len(r.m.rows), len(r.m.names))
	}
}

// FuzzMap counts calls that begin and end as the input will have it. The table comes to
// an end in each form, with a line for each row, whatever bytes names have.
func FuzzMap(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x10\x01\x02\x03\x20\x05\x40\x06"), "malloc", "write")
	f.Add([]byte("\x00\x01\x02\x00\x01\x02\x11\x01\x02\x11\x01\x02"), "", "a\nb\xff\x1b[31m\",")
	f.Fuzz(func(t *testing.T, b []byte, one, other string) {
		bound.Input(t, func() {
			for _, form := range []table.Form{table.Text, table.JSON} {
				r := start(Options{Outermost: len(b)%2 == 0, By: Keys, Form: form})
				for rest := b; len(rest) >= 2; rest = rest[2:] {
					emit(r, rest[0], rest[1], []string{one, other})
				}
				if err := r.m.Close(); err != nil {
					t.Fatal(err)
				}
				if n := strings.Count(r.out.String(), "\n"); n > 40 || strings.ContainsRune(r.out.String(), '\x1b') {
					t.Errorf("%d lines:\n%s", n, r.out.String())
				}
			}
		})
	})
}

func emit(r *run, what, which byte, names []string) {
	h := event.Head{PID: 7, TID: int(what >> 6)}
	c := &event.Call{ID: uint64(which >> 2), Name: names[which%2], Kind: event.CallKind(which % 3), From: names[1], Object: names[0]}
	switch what % 8 {
	case 0, 1, 2:
		_ = r.m.Emit(&event.Enter{Head: h, Call: c})
	case 3:
		_ = r.m.Emit(&event.Exec{Head: h, FormerTID: int(which % 4)})
	case 4:
		_ = r.m.Emit(&event.Spawn{Head: h, Kind: event.Forked, ChildTID: int(which % 4)})
	case 5:
		_ = r.m.Emit(&event.Exit{Head: h})
	default:
		_ = r.m.Emit(&event.Return{Head: h, Call: c, Result: event.Int{Bits: uint64(which)}, Elapsed: time.Duration(int8(which))})
	}
}
