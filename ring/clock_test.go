package ring

import (
	"testing"
	"time"
)

// TestClock: between two moments time goes by as ticks do, and never back.
func TestClock(t *testing.T) {
	var c Clock
	start := time.Unix(1000, 0)
	c.Set(start, 5_000_000)
	c.Set(start.Add(time.Second), 8_000_000)
	for _, test := range []struct {
		ticks uint64
		want  time.Duration
	}{
		{5_300_000, 100 * time.Millisecond},
		{6_500_000, 500 * time.Millisecond},
		{6_200_000, 500 * time.Millisecond},
		{8_000_000, time.Second},
		{9_000_000, time.Second},
		{0, time.Second},
	} {
		if got := c.TimeOf(test.ticks).Sub(start).Round(time.Microsecond); got != test.want {
			t.Errorf("%d ticks: %v, want %v", test.ticks, got, test.want)
		}
	}
}
