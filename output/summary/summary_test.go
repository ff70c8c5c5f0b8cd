package summary

import (
	"slices"
	"strings"
	"testing"
	"time"

	"plait/event"
)

// A tracing makes events in the order of a trace.
type tracing struct {
	*Summary
	t     *testing.T
	last  uint64
	calls map[int][]*event.Call
}

func start(t *testing.T, totals bool) (*tracing, *strings.Builder) {
	var out strings.Builder
	name := func(c *event.Call) string {
		if c.Kind == event.System {
			return "SYS_" + c.Name
		}
		return c.Name
	}
	return &tracing{Summary: New(&out, Options{Name: name, Totals: totals}), t: t, calls: map[int][]*event.Call{}}, &out
}

func (r *tracing) emit(e event.Event) {
	if err := r.Emit(e); err != nil {
		r.t.Fatal(err)
	}
}

func (r *tracing) enter(tid int, name string) {
	r.last++
	c := &event.Call{ID: r.last, Name: name}
	if system, ok := strings.CutPrefix(name, "SYS_"); ok {
		c.Kind, c.Name = event.System, system
	}
	r.calls[tid] = append(r.calls[tid], c)
	r.emit(&event.Enter{Head: event.Head{TID: tid}, Call: c})
}

func (r *tracing) leave(tid int, took time.Duration, how event.Outcome) {
	n := len(r.calls[tid]) - 1
	c := r.calls[tid][n]
	r.calls[tid] = r.calls[tid][:n]
	r.emit(&event.Return{Head: event.Head{TID: tid}, Call: c, Elapsed: took, Outcome: how})
}

// TestTable: puts takes 100 µs, of which 60 are write's. A second thread does the same
// at the same time. exit never returns.
func TestTable(t *testing.T) {
	r, out := start(t, false)
	for _, tid := range []int{7, 8} {
		r.enter(tid, "puts")
	}
	for _, tid := range []int{7, 8} {
		r.enter(tid, "SYS_write")
		r.leave(tid, 60*time.Microsecond, event.Returned)
		r.leave(tid, 100*time.Microsecond, event.Returned)
	}
	r.enter(7, "exit")
	r.enter(7, "SYS_exit_group")
	r.leave(7, 10*time.Microsecond, event.NoReturn)
	r.leave(7, 30*time.Microsecond, event.NoReturn)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	want := `% time     seconds  usecs/call     calls      function
------ ----------- ----------- --------- --------------------
 52.17    0.000120          60         2 SYS_write
 34.78    0.000080          40         2 puts
  8.70    0.000020          20         1 exit
  4.35    0.000010          10         1 SYS_exit_group
------ ----------- ----------- --------- --------------------
100.00    0.000230                     6 total
`
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestTotals: in a recursion, only the outermost call's time counts.
func TestTotals(t *testing.T) {
	r, out := start(t, true)
	r.enter(7, "qsort")
	r.enter(7, "compare")
	r.enter(7, "qsort")
	r.leave(7, 10*time.Millisecond, event.Returned)
	r.leave(7, 30*time.Millisecond, event.Returned)
	r.leave(7, 2*time.Second, event.Returned)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	want := `% time     seconds  usecs/call     calls  total secs function
------ ----------- ----------- --------- ----------- --------------------
 99.00    1.980000      990000         2    2.000000 qsort
  1.00    0.020000       20000         1    0.030000 compare
------ ----------- ----------- --------- ----------- --------------------
100.00    2.000000                     3             total
`
	if got := out.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestNothing: without calls there is no table.
func TestNothing(t *testing.T) {
	r, out := start(t, false)
	r.emit(&event.Notice{Text: "no such process"})
	if err := r.Close(); err != nil || out.String() != "" {
		t.Errorf("%q, %v", out, err)
	}
}

// TestEmpty: without calls nothing is divided by zero.
func TestEmpty(t *testing.T) {
	r, out := start(t, false)
	r.emit(&event.Spawn{})
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(out.String(), "100.00    0.000000                     0 total\n") {
		t.Error(out.String())
	}
}

// TestCut: calls that are open when a thread ends or is detached are counted, and its
// number may be used again.
func TestCut(t *testing.T) {
	r, out := start(t, true)
	for range 2 {
		r.enter(7, "pause")
		r.emit(&event.Exit{Head: event.Head{TID: 7}})
		r.enter(8, "pause")
		r.emit(&event.Detach{Head: event.Head{TID: 8}})
	}
	r.calls = map[int][]*event.Call{}
	r.enter(7, "pause")
	r.leave(7, time.Second, event.Returned)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if want := "100.00    1.000000      200000         5    1.000000 pause\n"; !strings.Contains(out.String(), want) {
		t.Errorf("got:\n%s\nwant a line:\n%s", out.String(), want)
	}
	if n := len(slices.Collect(r.Summary.calls.Threads())); n != 1 {
		t.Errorf("%d threads remembered", n)
	}
}

// TestExec: a thread that calls execve takes the number of another one, whose calls end
// without an event. Its own call returns under the new number.
func TestExec(t *testing.T) {
	r, out := start(t, false)
	r.enter(7, "pthread_join")
	r.enter(8, "SYS_execve")
	r.emit(&event.Exec{Head: event.Head{TID: 7}, FormerTID: 8})
	r.calls[7], r.calls[8] = r.calls[8], nil
	r.leave(7, time.Second, event.Returned)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if want := "100.00    1.000000     1000000         1 SYS_execve\n"; !strings.Contains(out.String(), want) {
		t.Errorf("got:\n%s\nwant a line:\n%s", out.String(), want)
	}
	if n := len(slices.Collect(r.Summary.calls.Threads())); n != 1 {
		t.Errorf("%d threads remembered", n)
	}
}

// TestProgramCall: time in the program's own code belongs to no library.
func TestProgramCall(t *testing.T) {
	r, out := start(t, true)
	r.enter(1, "__libc_start_main")
	r.enter(1, "puts")
	r.leave(1, time.Second, event.Returned)
	r.leave(1, 9*time.Second, event.NoReturn)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	want := `100.00    1.000000     1000000         1    1.000000 puts
  0.00    0.000000           0         1    9.000000 __libc_start_main
`
	if !strings.Contains(out.String(), want) {
		t.Errorf("got:\n%s\nwant lines:\n%s", out.String(), want)
	}
}
