package text

import "plait/event"

// A bufferedCall is a call whose line is held back, because its end decides whether it is
// shown.
type bufferedCall struct {
	text line
	done progress
}

// redirect writes to a line of its own instead of the Printer's, and returns it.
func (p *Printer) redirect(l line, write func()) line {
	kept := p.line
	p.line = l
	write()
	l, p.line = p.line, kept
	return l
}

// bufferCall writes the begin of a call to its buffer.
func (p *Printer) bufferCall(e *event.Enter) {
	var done progress
	text := p.redirect(newLine(p.o), func() { done = p.beginCall(e) })
	p.buffered.Thread(e.TID).Push(e.Call.ID, &bufferedCall{text, done})
}

// showBuffered shows a buffered call that has ended, unless Options.Hide leaves it out.
func (p *Printer) showBuffered(e *event.Return) {
	s, ok := p.buffered.Ending(e).Take(e.Call)
	if e.Status()&p.o.Hide != 0 {
		return
	}
	if !ok { // it began before this Printer saw it
		s = &bufferedCall{newLine(p.o), progress{args: len(p.arguments(e.Call)), resumed: true}}
		s.text = p.redirect(s.text, func() { p.resume(e) })
	}
	text := p.redirect(s.text, func() { p.style.callReturn(p, e, s.done) })
	p.interrupt(e.TID)
	p.line.b = append(p.line.b, text.b...)
	p.line.start = len(p.line.b)
}
