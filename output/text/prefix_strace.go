package text

import (
	"time"

	"plait/event"
)

// stracePrefix writes the prefix of a line: thread, times, number of the call, address.
func (p *Printer) stracePrefix(h *event.Head) {
	if p.hasPrefix(h) {
		p.line.tint(dimTint)
		defer p.line.plain()
	}
	p.straceThread(h)
	p.straceClock(h.Time)
	if p.o.Number {
		p.line.byte('[')
		p.line.padded(int64(h.Number), 4, ' ')
		p.line.str("] ")
	}
	if p.o.IP {
		p.straceAddress(h.IP)
	}
	p.indent(h.Depth)
}

func (p *Printer) straceThread(h *event.Head) {
	switch {
	case p.o.Threads == Labelled, p.o.Threads == Bracketed && p.threads.many:
		p.line.str("[pid ")
		p.line.padded(int64(h.TID), 5, ' ')
		p.comm(h)
		p.line.str("] ")
	case p.o.Threads == Numbered, p.o.Threads == Separate && h.TID != h.PID:
		from := len(p.line.b)
		p.line.int(int64(h.TID))
		if h.Comm == "" {
			p.line.spaces(5 - (len(p.line.b) - from))
		}
		p.comm(h)
		p.line.byte(' ')
	}
}

func (p *Printer) comm(h *event.Head) {
	if h.Comm != "" {
		p.line.bracketed(h.Comm)
	}
}

// straceClock writes the time of day, the time since the line before, or both.
func (p *Printer) straceClock(t time.Time) {
	l := &p.line
	switch p.o.Clock {
	case NoClock:
		if p.o.Delta {
			l.seconds(p.clock.since(t), 6, p.o.DeltaDigits)
			l.byte(' ')
		}
		return
	case UnixEpoch:
		l.int(t.Unix())
		l.decimals(t.Nanosecond(), p.o.ClockDigits)
	default:
		timeOfDay(l, t)
		l.decimals(t.Nanosecond(), p.o.ClockDigits)
	}
	if p.o.Delta {
		l.str(" (+")
		l.seconds(p.clock.since(t), 6, p.o.DeltaDigits)
		l.byte(')')
	}
	l.byte(' ')
}

func (p *Printer) straceAddress(ip uint64) {
	if ip == 0 {
		p.line.str("[????????????????] ")
		return
	}
	p.line.byte('[')
	p.line.zeros(ip, 16)
	p.line.str("] ")
}

// seconds writes a time, with its whole seconds padded to a width.
func (l *line) seconds(d time.Duration, width int, digits Digits) {
	l.padded(int64(d/time.Second), width, ' ')
	l.decimals(int(d%time.Second), digits)
}

// decimals writes the fraction of a second, truncated to as many digits.
func (l *line) decimals(nanos int, digits Digits) {
	if digits == 0 || digits > 9 {
		return
	}
	for range 9 - digits {
		nanos /= 10
	}
	l.byte('.')
	l.padded(int64(nanos), int(digits), '0')
}
