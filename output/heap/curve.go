package heap

import "time"

// maxPoints bounds a curve. When there are as many, neighbours are merged.
const maxPoints = 512

// A curve is how the live bytes and the break went. Its points are equally long parts of
// the time; each keeps the most that there was.
type curve struct {
	begin, now time.Time
	step       time.Duration // that a point stands for
	points     []point
	last       point  // what there was when a point was added last
	brk        uint64 // how far the breaks of all processes are above where they began
}

// A point is what there was at most in a part of the time.
type point struct{ live, brk uint64 }

// advance tells a curve the time.
func (c *curve) advance(t time.Time) {
	if t.IsZero() {
		return
	}
	if c.begin.IsZero() {
		c.begin, c.step = t, time.Millisecond
	}
	c.now = t
}

// point adds what there is now.
func (c *curve) point(live uint64) {
	i := c.index()
	for i >= maxPoints {
		c.halve()
		i = c.index()
	}
	for len(c.points) <= i {
		p := point{}
		if n := len(c.points); n > 0 {
			p = c.last
		}
		c.points = append(c.points, p)
	}
	p := &c.points[i]
	p.live, p.brk = max(p.live, live), max(p.brk, c.brk)
	c.last = point{live, c.brk}
}

func (c *curve) index() int {
	if c.step == 0 {
		return 0
	}
	return int(max(0, c.now.Sub(c.begin)) / c.step)
}

// halve makes each point stand for twice the time.
func (c *curve) halve() {
	for i := range c.points {
		p := c.points[i]
		if i%2 == 1 {
			q := &c.points[i/2]
			q.live, q.brk = max(q.live, p.live), max(q.brk, p.brk)
		} else {
			c.points[i/2] = p
		}
	}
	c.points = c.points[:(len(c.points)+1)/2]
	c.step *= 2
}

// shown returns the curve as n points, or fewer if it is shorter.
func (c *curve) shown(n int) []point {
	if len(c.points) <= n {
		return c.points
	}
	list := make([]point, n)
	for i, p := range c.points {
		q := &list[i*n/len(c.points)]
		q.live, q.brk = max(q.live, p.live), max(q.brk, p.brk)
	}
	return list
}
