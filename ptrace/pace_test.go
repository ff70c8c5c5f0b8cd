package ptrace

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A machine is a stub of a kernel: what a round costs in each way.
type machine map[way]time.Duration

// Two kinds of machine, as they were measured: on one it is dear to wake another CPU, and the
// kernel does just that at each stop; on the other it leaves both on one CPU, where who
// spins keeps the tracee from running.
var (
	dear = machine{block: 170 * time.Microsecond, aside: 165 * time.Microsecond, spin: 48 * time.Microsecond, beside: 12 * time.Microsecond}
	near = machine{block: 9 * time.Microsecond, aside: 7 * time.Microsecond, spin: 18 * time.Microsecond, beside: 7 * time.Microsecond}
)

// live runs rounds on m and returns the time they took. Some are disturbed, as on
// any machine; in some the tracee computes.
func live(p *pace, m machine, rounds int, r *rand.Rand) time.Duration {
	var sum time.Duration
	for range rounds {
		d := m[p.way] + time.Duration(r.Int64N(int64(m[p.way])/4))
		if r.IntN(20) == 0 {
			d += time.Duration(r.Int64N(int64(200 * time.Microsecond)))
		}
		p.took(d)
		sum += d
	}
	return sum
}

// always is what the rounds would take in one way.
func always(w way, m machine, rounds int, r *rand.Rand) time.Duration {
	return live(newPace(w), m, rounds, r)
}

func TestPaceIsNearTheBest(t *testing.T) {
	const rounds = 20000
	for _, test := range []struct {
		name string
		m    machine
		ways []way
	}{
		{"dear", dear, []way{block, aside, spin}},
		{"near", near, []way{block, aside, spin}},
		{"dear, beside", dear, []way{block, aside, beside, spin}},
		{"near, beside", near, []way{block, aside, beside, spin}},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		got := live(newPace(test.ways...), test.m, rounds, r)
		best := min(always(block, test.m, rounds, r), always(spin, test.m, rounds, r))
		if float64(got) > 1.1*float64(best) {
			t.Errorf("%s: %v, where the better of blocking and spinning takes %v", test.name, got, best)
		}
	}
}

func TestPaceFollowsTheLoad(t *testing.T) {
	const rounds = 20000
	r := rand.New(rand.NewPCG(3, 4))
	p := newPace(block, aside, spin)
	for i, m := range []machine{near, dear, near, dear} {
		got := live(p, m, rounds, r)
		best := min(always(block, m, rounds, r), always(spin, m, rounds, r))
		if float64(got) > 1.1*float64(best) {
			t.Errorf("part %d: %v, where the better of blocking and spinning takes %v", i, got, best)
		}
	}
}

func TestPaceChooses(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, test := range []struct {
		m    machine
		ways []way
		want way
	}{
		{dear, []way{block, aside, spin}, spin},
		{dear, []way{block, aside, beside, spin}, beside},
		{near, []way{block, aside, spin}, aside},
		{machine{block: 10 * time.Microsecond, spin: 10 * time.Microsecond}, []way{block, spin}, block},
	} {
		p := newPace(test.ways...)
		for p.trying {
			live(p, test.m, 1, r)
		}
		if p.way != test.want {
			t.Errorf("%v: way %d, want %d (costs %v)", test.m, p.way, test.want, p.costs)
		}
	}
}

func TestPaceAmongOthers(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	p := newPace(block, aside, beside, spin)
	for p.trying {
		live(p, dear, 1, r)
	}
	p.among(block, aside, spin)
	for range 1000 {
		if live(p, dear, 1, r); p.way == beside {
			t.Fatal("a way that can't be had is in use")
		}
	}
	if p.trying || p.way != spin {
		t.Errorf("way %d, trying %v", p.way, p.trying)
	}
}

// A tracee that hardly ever stops: nothing is gained by any way, and so none is taken that
// costs the CPU.
func TestPaceOfAQuietTracee(t *testing.T) {
	p := newPace(block, aside, spin)
	for range 5000 {
		p.took(50 * time.Millisecond)
	}
	if p.trying || p.way != block {
		t.Errorf("way %d, trying %v", p.way, p.trying)
	}
}

// A way that failed under a moment's load is tried again, and taken; one that always fails
// is tried ever more seldom.
func TestPaceTriesAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	p := newPace(block, aside, beside, spin)
	settle := func() {
		for p.trying {
			live(p, dear, 1, r)
		}
	}
	settle()
	var bans []time.Duration
	for range 8 {
		if p.way != beside {
			t.Fatalf("way %d after %v", p.way, bans)
		}
		p.without(beside)
		settle()
		if p.way != spin {
			t.Fatalf("way %d without the best", p.way)
		}
		ban := time.Duration(0)
		for p.full != nil {
			if p.way == beside {
				t.Fatal("a way that failed is in use")
			}
			ban += live(p, dear, 1, r)
		}
		bans = append(bans, ban.Round(leastBan))
		settle()
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 64}
	for i, ban := range bans {
		if ban != want[i]*leastBan && ban != want[i]*leastBan-leastBan {
			t.Errorf("bans %v", bans)
		}
	}
}
