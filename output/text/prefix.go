package text

import (
	"time"

	"plait/event"
)

// ltracePrefix writes the prefix of a line: thread, time, address, indent.
func (p *Printer) ltracePrefix(h *event.Head) {
	if p.hasPrefix(h) {
		p.line.tint(dimTint)
		defer p.line.plain()
	}
	p.thread(h)
	start := p.line.width()
	p.clock.write(&p.line, p.o.Clock, h.Time)
	if p.o.IP {
		p.address(h.IP)
	}
	p.margin = p.line.width() - start
	p.indent(h.Depth)
}

// maxIndent is how far lines are indented at most: what is deeper could not be told apart,
// and a recording may claim any depth.
const maxIndent = 1 << 10

// indent writes the blanks that show how deep a call is.
func (p *Printer) indent(depth int) {
	p.line.spaces(min(p.o.Indent*min(depth, maxIndent), maxIndent))
}

// hasPrefix reports whether there is anything to colour.
func (p *Printer) hasPrefix(h *event.Head) bool {
	switch p.o.Threads {
	case Bracketed:
		if p.threads.many {
			return true
		}
	case Separate:
		if h.TID != h.PID {
			return true
		}
	case Numbered, Labelled:
		return true
	}
	return p.o.Clock != NoClock || p.o.Delta || p.o.Number || p.o.IP
}

func (p *Printer) thread(h *event.Head) {
	switch {
	case p.o.Threads == Bracketed && p.threads.many:
		p.line.str("[pid ")
		p.line.int(int64(h.TID))
		p.line.str("] ")
	case p.o.Threads == Numbered, p.o.Threads == Separate && h.TID != h.PID:
		p.line.int(int64(h.TID))
		p.line.byte(' ')
	}
}

// address writes an instruction pointer. As in ltrace, -1 stands for an unknown one, as
// at the end of a process.
func (p *Printer) address(ip uint64) {
	if ip == 0 {
		ip--
	}
	p.line.str("[0x")
	p.line.uint(ip, 16)
	p.line.str("] ")
}

// A clock writes times. It remembers when the last line began.
type clock struct{ last time.Time }

func (c *clock) write(l *line, form Clock, t time.Time) {
	switch form {
	case NoClock:
		return
	case Relative:
		c.relative(l, t)
	case Seconds:
		timeOfDay(l, t)
	case Micros:
		timeOfDay(l, t)
		micros(l, t.Nanosecond()/1000)
	case UnixEpoch:
		l.int(t.Unix())
		micros(l, t.Nanosecond()/1000)
	}
	l.byte(' ')
}

func (c *clock) relative(l *line, t time.Time) {
	d := c.since(t)
	l.padded(int64(d/time.Second), 3, ' ')
	micros(l, int(d%time.Second/time.Microsecond))
}

// since returns the time that has passed since the last line began, and notes that a line
// begins at t.
func (c *clock) since(t time.Time) time.Duration {
	last := c.last
	c.last = t
	if last.IsZero() {
		return 0
	}
	return max(0, t.Sub(last))
}

func timeOfDay(l *line, t time.Time) {
	h, m, s := t.Local().Clock()
	l.padded(int64(h), 2, '0')
	l.byte(':')
	l.padded(int64(m), 2, '0')
	l.byte(':')
	l.padded(int64(s), 2, '0')
}

func micros(l *line, n int) {
	l.byte('.')
	l.padded(int64(n), 6, '0')
}

// elapsed writes how long a call took: " <0.000012>".
func (p *Printer) elapsed(d time.Duration) {
	l := &p.line
	d = max(0, d)
	l.tint(dimTint)
	l.str(" <")
	l.int(int64(d / time.Second))
	micros(l, int(d%time.Second/time.Microsecond))
	l.byte('>')
	l.plain()
}
