package ring

import "time"

// A Clock turns times of records, which are ticks of the processor's time stamp counter, into
// times of the tracer.
type Clock struct {
	first, last moment
	before      time.Time // of the record that was read last
}

// A moment is one by both clocks.
type moment struct {
	at    time.Time
	ticks uint64
}

// Set notes what both clocks say now.
func (c *Clock) Set(now time.Time, ticks uint64) {
	c.last = moment{now, ticks}
	if c.first.ticks == 0 {
		c.first = c.last
	}
}

// TimeOf returns when the counter had that value: not later than the moment that was noted last,
// nor before what TimeOf has returned before.
func (c *Clock) TimeOf(ticks uint64) time.Time {
	at := c.last.at
	if all := c.last.ticks - c.first.ticks; all > 0 && ticks < c.last.ticks {
		perTick := float64(c.last.at.Sub(c.first.at)) / float64(all)
		at = at.Add(-time.Duration(float64(c.last.ticks-ticks) * perTick))
	}
	if at.Before(c.before) {
		at = c.before
	}
	c.before = at
	return at
}
