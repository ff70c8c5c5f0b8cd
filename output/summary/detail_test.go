package summary

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"plait/event"
	"plait/output/table"
)

// TestHistogram compares quantiles with those of the sorted times.
func TestHistogram(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 100, 10_000} {
		var h histogram
		var all []time.Duration
		for range n {
			d := time.Duration(r.Uint64() >> (1 + r.IntN(62)))
			all = append(all, d)
			h.add(d)
		}
		slices.Sort(all)
		for _, q := range []float64{0.01, 0.5, 0.9, 0.99, 1} {
			want := all[max(0, int(q*float64(n)+0.999999)-1)]
			got := h.quantile(q)
			if off := got - want; max(off, -off) > want/64 {
				t.Errorf("%d times: quantile %v is %v, want %v", n, q, got, want)
			}
		}
		if h.max != all[n-1] {
			t.Errorf("the longest is %v, want %v", h.max, all[n-1])
		}
	}
	for i := range bucketOf(1<<63 - 1) {
		if got := bucketOf(uint64(middleOf(i))); got != i {
			t.Fatalf("the middle of bucket %d is in bucket %d", i, got)
		}
	}
	if h := new(histogram); h.mean() != 0 || h.quantile(0.5) != 0 {
		t.Error("times where there are none")
	}
}

// detailedRun is a run whose table has all columns.
func detailedRun(t *testing.T, o Options) *tracing {
	r, _ := start(t, false)
	o.Name, o.Detail, o.Kernel, o.Look = r.o.Name, true, true, table.Look{UTF8: true}
	r.o = o
	r.enter(7, "fopen")
	r.enter(7, "malloc")
	r.enter(7, "SYS_brk")
	r.leave(7, 20*time.Microsecond, event.Returned)
	r.leave(7, 40*time.Microsecond, event.Returned)
	r.enter(7, "SYS_openat")
	r.failed(7, 30*time.Microsecond)
	r.failed(7, 100*time.Microsecond)
	r.enter(7, "malloc")
	r.leave(7, 10*time.Microsecond, event.Returned)
	return r
}

// failed ends a call that reports an error.
func (r *tracing) failed(tid int, took time.Duration) {
	n := len(r.calls[tid]) - 1
	r.calls[tid][n].Failed = true
	r.leave(tid, took, event.Returned)
}

// TestDetail: the share of the kernel counts system calls however deep; own times add up.
func TestDetail(t *testing.T) {
	r := detailedRun(t, Options{Sort: ByTotal})
	want := `call        calls  errors  own time   total  in kernel    mean     p50     p99     max
fopen           1       1     30 µs  100 µs     50.0 %  100 µs  100 µs  100 µs  100 µs
malloc          2       0     30 µs   50 µs     40.0 %   25 µs   10 µs   40 µs   40 µs
SYS_openat      1       1     30 µs   30 µs    100.0 %   30 µs   30 µs   30 µs   30 µs
SYS_brk         1       0     20 µs   20 µs    100.0 %   20 µs   20 µs   20 µs   20 µs
5 calls, 2 errors, 110 µs
`
	if got := string(r.bytes(nil)); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestOrders: the first row has the most of what rows are sorted by.
func TestOrders(t *testing.T) {
	for order, want := range map[Order]string{
		ByTime: "malloc", ByTotal: "fopen", ByCalls: "malloc", ByErrors: "SYS_openat", ByMean: "fopen", ByP50: "fopen", ByP99: "fopen", ByMax: "fopen", ByName: "SYS_brk",
	} {
		r := detailedRun(t, Options{Sort: order})
		if got := r.ordered()[0].name; got != want {
			t.Errorf("%s: %s is first, want %s", order, got, want)
		}
	}
}

// TestForms: in the middle of a trace, programs are told when.
func TestForms(t *testing.T) {
	r := detailedRun(t, Options{Sort: ByName, Form: table.CSV})
	after := table.Span(2 * time.Second)
	want := `after_seconds,call,calls,errors,own_seconds,total_seconds,kernel_share,mean_seconds,p50_seconds,p99_seconds,max_seconds
2.000000000,SYS_brk,1,0,0.000020000,0.000020000,1.0000,0.000020000,0.000020000,0.000020000,0.000020000
2.000000000,SYS_openat,1,1,0.000030000,0.000030000,1.0000,0.000030000,0.000030000,0.000030000,0.000030000
`
	if got := string(r.bytes(&after)); len(got) < len(want) || got[:len(want)] != want {
		t.Errorf("got:\n%s\nwant first:\n%s", got, want)
	}
	r = detailedRun(t, Options{Form: table.JSON})
	const end = `], "after_seconds": 2.000000000, "calls": 5, "errors": 2, "own_seconds": 0.000110000}` + "\n"
	if got := string(r.bytes(&after)); got[len(got)-len(end):] != end {
		t.Errorf("got:\n%s\nwant last:\n%s", got, end)
	}
}

// TestManyFunctions: a program with functions without end fills no memory.
func TestManyFunctions(t *testing.T) {
	s := New(nil, Options{Name: func(c *event.Call) string { return c.Name }})
	var name [4]byte
	for i := range maxFunctions + 1000 {
		name = [4]byte{byte(i), byte(i >> 8), byte(i >> 16), 'f'}
		_ = s.Emit(&event.Enter{Call: &event.Call{ID: uint64(i), Name: string(name[:])}})
		_ = s.Emit(&event.Return{Call: &event.Call{ID: uint64(i)}})
	}
	if n := len(s.byName); n != maxFunctions+1 || s.byName[others].calls != 1000 {
		t.Errorf("%d rows, %d calls in the last", n, s.byName[others].calls)
	}
}
