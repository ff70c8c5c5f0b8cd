package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	tests := []struct {
		values []float64
		want   float64
	}{
		{nil, 0},
		{[]float64{3}, 3},
		{[]float64{9, 1, 2}, 2},
		{[]float64{4, 1, 3, 2}, 2.5},
	}
	for _, test := range tests {
		if got := median(test.values); got != test.want {
			t.Errorf("median(%v) = %v, want %v", test.values, got, test.want)
		}
	}
}

func TestRatio(t *testing.T) {
	for _, test := range []struct {
		a, b float64
		want string
	}{{1, 2, "0.50×"}, {9.99, 1, "9.99×"}, {250, 2, "125×"}, {1, 0, "-"}} {
		if got := ratio(test.a, test.b); got != test.want {
			t.Errorf("ratio(%v, %v) = %s, want %s", test.a, test.b, got, test.want)
		}
	}
}

func TestArgv(t *testing.T) {
	r := row{command: []string{"ltrace", "-o", "f"}}
	for cpu, want := range map[int]string{
		-1: "ltrace -o f loop 7",
		1:  "taskset -c 1 ltrace -o f loop 7",
	} {
		if got := strings.Join(r.argv(series{loop: []string{"loop"}}, 7, cpu), " "); got != want {
			t.Errorf("CPU %d: %s, want %s", cpu, got, want)
		}
	}
	if got := strings.Join(row{}.argv(series{loop: []string{"ls", "-l"}, dir: "/dir"}, 1, -1), " "); got != "ls -l /dir/1/" {
		t.Errorf("native: %s", got)
	}
}

// TestChecked: a tool that did not do its work must not count as a fast one.
func TestChecked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "trace.txt")
	if err := os.WriteFile(path, []byte("malloc(1) = 0x1\nfree(0x1)\nmalloc(1) = 0x1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	r := row{name: "x", check: "malloc("}
	if err := r.checked(path, 2); err != nil {
		t.Error(err)
	}
	if err := r.checked(path, 3); err == nil {
		t.Error("a missing line is not noticed")
	}
	r.replay = []string{"echo", "malloc(1)"}
	if err := r.checked(path, 1); err != nil {
		t.Errorf("a trace that has to be printed: %v", err)
	}
}

func TestReport(t *testing.T) {
	s := series{name: "calls", unit: "call", calls: 2, count: 10}
	r := report{
		machine: "M", command: "bench", date: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), rounds: 3,
		tables: []table{{
			series:  s,
			rows:    []row{{name: "plait"}, {name: "native"}},
			missing: []string{"ltrace"},
			roaming: map[string]*result{"plait": {[]float64{10, 12, 11}, []float64{4}, []float64{11}}, "native": {[]float64{0.1}, []float64{1}, []float64{2}}},
			pinned:  map[string]*result{"plait": {[]float64{5}, nil, nil}, "native": {[]float64{2}, nil, nil}},
		}},
	}
	r.tables[0].roaming[bareStops], r.tables[0].pinned[bareStops] = &result{perCall: []float64{9}}, &result{perCall: []float64{8}}
	r.tables[0].roaming[bareSpinning] = &result{perCall: []float64{3}}
	const want = `Machine: M; the two bare stops of a call take 9.0 µs where the tracer sleeps between them and 3.0 µs where it spins, 8.0 µs on one CPU

Date: 2026-01-02

Command: bench

Medians of 3 rounds; the tools take turns, and traces go to a file. The time of an empty loop (start) is subtracted.

Roaming: tracer and program on any CPU. Pinned: both on one CPU.

## calls (20 per run, time per call)

|  | roaming µs | pinned µs | start ms | peak MiB | plait is | pinned |
|---|---:|---:|---:|---:|---:|---:|
| plait | 11.00 | 5.00 | 4 | 11 | 1.00× | 1.00× |
| native | 0.10 | 2.00 | 1 | 2 | 110× | 2.50× |

not installed: ltrace
`
	var out strings.Builder
	if err := r.write(&out, true); err != nil {
		t.Fatal(err)
	}
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

// TestJudge: a long run that needs more memory, or more time per event, fails.
func TestJudge(t *testing.T) {
	for _, test := range []struct {
		name     string
		perEvent time.Duration
		peak     int64
		ok       bool
	}{
		{"as a short one", 10 * time.Microsecond, 12 << 10, true},
		{"a little slower", 12 * time.Microsecond, 12 << 10, true},
		{"slower", 13 * time.Microsecond, 12 << 10, false},
		{"grown", 10 * time.Microsecond, 64 << 10, false},
	} {
		var out strings.Builder
		l := stretch{events: 100, perEvent: test.perEvent, peak: test.peak}
		if err := l.judge(10*time.Microsecond, &out); (err == nil) != test.ok {
			t.Errorf("%s: %v", test.name, err)
		}
		if !strings.HasPrefix(out.String(), "100 events, 1") {
			t.Errorf("%s: %q", test.name, out.String())
		}
	}
}

// TestJudgeRecord: recording may cost little more than text, and no memory.
func TestJudgeRecord(t *testing.T) {
	for _, test := range []struct {
		name     string
		recorded time.Duration
		peak     int64
		ok       bool
	}{
		{"as text", time.Second, 20 << 10, true},
		{"a little more", 1040 * time.Millisecond, 20 << 10, true},
		{"more", 1060 * time.Millisecond, 20 << 10, false},
		{"grown", time.Second, 64 << 10, false},
	} {
		var out strings.Builder
		if err := judgeRecord(1000, time.Second, test.recorded, test.peak, 5000, &out); (err == nil) != test.ok {
			t.Errorf("%s: %v", test.name, err)
		}
		if !strings.HasPrefix(out.String(), "1000 events: 1ms each") {
			t.Errorf("%s: %q", test.name, out.String())
		}
	}
}
