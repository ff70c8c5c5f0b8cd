package summary

import (
	"strings"
	"testing"
	"time"

	"plait/event"
)

// A countedCall is a call for the tests: how often it was made, how often it failed,
// and how long each took.
type countedCall struct {
	number    int
	name, abi string
	calls     int
	errors    int
	cpu, wall time.Duration
}

var sample = []countedCall{
	{0, "read", "", 3, 0, 2 * time.Microsecond, 30 * time.Microsecond},
	{1, "write", "", 2, 1, 1500 * time.Nanosecond, 7 * time.Microsecond},
	{59, "execve", "", 1, 0, 0, 1500 * time.Millisecond},
	{148, "sched_rr_get_interval", "", 12345, 12345, 0, 0},
}

func counted(o CountOptions, calls []countedCall) string {
	var b strings.Builder
	c := NewCounts(&b, o)
	for _, m := range calls {
		for i := range m.calls {
			call := &event.Call{Kind: event.System, Number: m.number, Name: m.name, ABI: m.abi, Failed: i < m.errors}
			_ = c.Emit(&event.Enter{Call: call})
			_ = c.Emit(&event.Return{Call: call, CPU: m.cpu, Elapsed: m.wall})
		}
	}
	_ = c.Close()
	return b.String()
}

// TestCounts compares whole tables, with columns aligned as by strace 6.1.
func TestCounts(t *testing.T) {
	for _, test := range []struct {
		name  string
		o     CountOptions
		calls []countedCall
		want  string
	}{
		{"nothing", CountOptions{}, nil, ""},
		{"usual", CountOptions{}, sample, `
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------------
 66.67    0.000006           2         3           read
 33.33    0.000003           1         2         1 write
  0.00    0.000000           0         1           execve
  0.00    0.000000           0     12345     12345 sched_rr_get_interval
------ ----------- ----------- --------- --------- ----------------------
100.00    0.000009           0     12351     12346 total
`},
		{"wall", CountOptions{Wall: true, Overhead: 8 * time.Microsecond}, sample, `
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------------
100.00    1.499992     1499992         1           execve
  0.00    0.000066          22         3           read
  0.00    0.000000           0         2         1 write
  0.00    0.000000           0     12345     12345 sched_rr_get_interval
------ ----------- ----------- --------- --------- ----------------------
100.00    1.500058         121     12351     12346 total
`},
		{"columns", CountOptions{Columns: []Column{CallName, Calls, MinTime, MaxTime, WallTotal, WallMin, WallMax, WallAvg}, Sort: CallName}, sample, `
syscall                    calls shortest  longest  wall-total wall-min wall-max    wall-avg
---------------------- --------- -------- -------- ----------- -------- -------- -----------
execve                         1 0.000000 0.000000    1.500000 1.500000 1.500000     1500000
read                           3 0.000002 0.000002    0.000090 0.000030 0.000030          30
sched_rr_get_interval      12345 0.000000 0.000000    0.000000 0.000000 0.000000           0
write                          2 0.000002 0.000002    0.000014 0.000007 0.000007           7
---------------------- --------- -------- -------- ----------- -------- -------- -----------
total                      12351 0.000000 0.000002    1.500104 0.000000 1.500000         121
`},
		{"by number", CountOptions{Columns: []Column{Calls, CallName}, Sort: Unsorted}, []countedCall{
			{500, "", "", 2, 0, 5, 0}, {3, "close", "", 1, 0, 0, 0},
		}, `
    calls syscall
--------- ----------------
        1 close
        2 syscall_0x1f4
--------- ----------------
        3 total
`},
		{"other tables", CountOptions{Columns: []Column{Errors, CallName}}, []countedCall{
			{20, "getpid", "32", 1, 0, 0, 0}, {39, "getpid", "x32", 2, 2, 0, 0},
		}, `
System call usage summary for 32 bit mode:
   errors syscall
--------- ----------------
          getpid
--------- ----------------
          total
System call usage summary for x32 mode:
   errors syscall
--------- ----------------
        2 getpid
--------- ----------------
        2 total
`},
		{"only failed", CountOptions{Columns: []Column{Calls, CallName}, Sort: Calls, Hide: event.StatusSuccessful}, sample, `
    calls syscall
--------- ----------------------
    12345 sched_rr_get_interval
        1 write
--------- ----------------------
    12346 total
`},
	} {
		if got, want := counted(test.o, test.calls), strings.TrimPrefix(test.want, "\n"); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", test.name, got, want)
		}
	}
}

// TestSorting sorts by each column: the highest number first, names from A to Z.
func TestSorting(t *testing.T) {
	calls := []countedCall{
		{1, "b", "", 3, 1, 10, 3000},
		{2, "c", "", 2, 2, 40, 2000},
		{3, "a", "", 4, 0, 20, 1000},
	}
	for by, want := range map[Column]string{
		TimePercent: "c a b", TotalTime: "c a b", MinTime: "c a b", MaxTime: "c a b", AvgTime: "c a b",
		Calls: "a b c", Errors: "c b a", CallName: "a b c", Unsorted: "b c a",
		WallTotal: "b c a", WallMin: "b c a", WallMax: "b c a", WallAvg: "b c a",
	} {
		lines := strings.Fields(counted(CountOptions{Columns: []Column{CallName}, Sort: by}, calls))
		if got := strings.Join(lines[2:5], " "); got != want {
			t.Errorf("column %d: %s, want %s", by, got, want)
		}
	}
}

// TestCountsOnlyReturns: neither calls that never return nor library calls are counted,
// and an unbounded number of system calls takes bounded memory.
func TestCountsOnlyReturns(t *testing.T) {
	var b strings.Builder
	c := NewCounts(&b, CountOptions{Columns: []Column{Calls, CallName}})
	for _, e := range []*event.Return{
		{Call: &event.Call{Kind: event.System, Name: "exit_group"}, Outcome: event.NoReturn},
		{Call: &event.Call{Kind: event.System, Name: "read"}, Outcome: event.Unavailable},
		{Call: &event.Call{Kind: event.Library, Name: "puts"}},
	} {
		_ = c.Emit(e)
	}
	for i := range 2 * maxRows {
		_ = c.Emit(&event.Return{Call: &event.Call{Kind: event.System, Number: 1000 + i}})
	}
	_ = c.Close()
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if n := len(lines); n > maxRows+5 {
		t.Errorf("%d lines", n)
	}
	if got := strings.Fields(lines[len(lines)-1]); got[0] != "8192" {
		t.Errorf("%s calls are counted", got[0])
	}
}
