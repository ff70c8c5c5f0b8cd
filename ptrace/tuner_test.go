package ptrace

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A machine is a stub for a kernel: what a round costs in each mode.
type machine map[waitMode]time.Duration

// Two kinds of machine, as measured. On one, waking another CPU is expensive, and the
// kernel does just that at each stop. On the other, the kernel leaves both on one CPU,
// where a spinning tracer keeps the tracee from running.
var (
	costly = machine{block: 170 * time.Microsecond, yield: 165 * time.Microsecond, spin: 48 * time.Microsecond, follow: 12 * time.Microsecond}
	shared = machine{block: 9 * time.Microsecond, yield: 7 * time.Microsecond, spin: 18 * time.Microsecond, follow: 7 * time.Microsecond}
)

// live runs rounds on m and returns the time that they took. Some are disturbed, as on
// any machine; in some the tracee computes.
func live(p *tuner, m machine, rounds int, r *rand.Rand) time.Duration {
	var sum time.Duration
	for range rounds {
		d := m[p.mode] + time.Duration(r.Int64N(int64(m[p.mode])/4))
		if r.IntN(20) == 0 {
			d += time.Duration(r.Int64N(int64(200 * time.Microsecond)))
		}
		p.record(d)
		sum += d
	}
	return sum
}

// always returns what the rounds would take in one mode.
func always(w waitMode, m machine, rounds int, r *rand.Rand) time.Duration {
	return live(newTuner(w), m, rounds, r)
}

func TestTunerIsNearTheBest(t *testing.T) {
	const rounds = 20000
	for _, test := range []struct {
		name string
		m    machine
		ways []waitMode
	}{
		{"costly", costly, []waitMode{block, yield, spin}},
		{"shared", shared, []waitMode{block, yield, spin}},
		{"costly, follow", costly, []waitMode{block, yield, follow, spin}},
		{"shared, follow", shared, []waitMode{block, yield, follow, spin}},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		got := live(newTuner(test.ways...), test.m, rounds, r)
		best := min(always(block, test.m, rounds, r), always(spin, test.m, rounds, r))
		if float64(got) > 1.1*float64(best) {
			t.Errorf("%s: %v, where the better of blocking and spinning takes %v", test.name, got, best)
		}
	}
}

func TestTunerAdapts(t *testing.T) {
	const rounds = 20000
	r := rand.New(rand.NewPCG(3, 4))
	p := newTuner(block, yield, spin)
	for i, m := range []machine{shared, costly, shared, costly} {
		got := live(p, m, rounds, r)
		best := min(always(block, m, rounds, r), always(spin, m, rounds, r))
		if float64(got) > 1.1*float64(best) {
			t.Errorf("part %d: %v, where the better of blocking and spinning takes %v", i, got, best)
		}
	}
}

func TestTunerChooses(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, test := range []struct {
		m    machine
		ways []waitMode
		want waitMode
	}{
		{costly, []waitMode{block, yield, spin}, spin},
		{costly, []waitMode{block, yield, follow, spin}, follow},
		{shared, []waitMode{block, yield, spin}, yield},
		{machine{block: 10 * time.Microsecond, spin: 10 * time.Microsecond}, []waitMode{block, spin}, block},
	} {
		p := newTuner(test.ways...)
		for p.trying {
			live(p, test.m, 1, r)
		}
		if p.mode != test.want {
			t.Errorf("%v: mode %d, want %d (costs %v)", test.m, p.mode, test.want, p.costs)
		}
	}
}

func TestTunerModes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	p := newTuner(block, yield, follow, spin)
	for p.trying {
		live(p, costly, 1, r)
	}
	p.setModes(block, yield, spin)
	for range 1000 {
		if live(p, costly, 1, r); p.mode == follow {
			t.Fatal("a mode that can't be had is in use")
		}
	}
	if p.trying || p.mode != spin {
		t.Errorf("mode %d, trying %v", p.mode, p.trying)
	}
}

// TestTunerOfQuietTracee: if a tracee hardly ever stops, no mode gains anything, and so
// none is chosen that costs CPU time.
func TestTunerOfQuietTracee(t *testing.T) {
	p := newTuner(block, yield, spin)
	for range 5000 {
		p.record(50 * time.Millisecond)
	}
	if p.trying || p.mode != block {
		t.Errorf("mode %d, trying %v", p.mode, p.trying)
	}
}

// TestTunerBan: a mode that failed under a moment's load is tried again, and chosen.
// One that always fails is tried ever more rarely.
func TestTunerBan(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	p := newTuner(block, yield, follow, spin)
	settle := func() {
		for p.trying {
			live(p, costly, 1, r)
		}
	}
	settle()
	var bans []time.Duration
	for range 8 {
		if p.mode != follow {
			t.Fatalf("mode %d after %v", p.mode, bans)
		}
		p.ban(follow)
		settle()
		if p.mode != spin {
			t.Fatalf("mode %d without the best", p.mode)
		}
		ban := time.Duration(0)
		for p.unbanned != nil {
			if p.mode == follow {
				t.Fatal("a mode that failed is in use")
			}
			ban += live(p, costly, 1, r)
		}
		bans = append(bans, ban.Round(minBan))
		settle()
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 64}
	for i, ban := range bans {
		if ban != want[i]*minBan && ban != want[i]*minBan-minBan {
			t.Errorf("bans %v", bans)
		}
	}
}

// TestTunerBanOfOnlyMode: if there is only one mode, it is not banned.
func TestTunerBanOfOnlyMode(t *testing.T) {
	p := newTuner(follow)
	p.ban(follow)
	if p.mode != follow || p.unbanned != nil {
		t.Errorf("mode %d, banned for %v", p.mode, p.banRemaining)
	}
}
