package text

import "plait/event"

// A staged call is one whose line is held back, because only its end tells
// whether it is shown.
type staged struct {
	text line
	done progress
}

// aside writes to a line of its own instead of the Printer's, and returns it.
func (p *Printer) aside(l line, write func()) line {
	kept := p.line
	p.line = l
	write()
	l, p.line = p.line, kept
	return l
}

// stage writes the begin of a call where no one sees it yet.
func (p *Printer) stage(e *event.Enter) {
	var done progress
	text := p.aside(newLine(p.o), func() { done = p.beginCall(e) })
	p.staged.Thread(e.TID).Push(e.Call.ID, &staged{text, done})
}

// publish shows a staged call, with its end, if it is one of those to be shown.
func (p *Printer) publish(e *event.Return) {
	s, ok := p.staged.Ending(e).Take(e.Call)
	if e.Status()&p.o.Hide != 0 {
		return
	}
	if !ok { // it began before this Printer saw it
		s = &staged{newLine(p.o), progress{args: len(p.arguments(e.Call)), resumed: true}}
		s.text = p.aside(s.text, func() { p.resume(e) })
	}
	text := p.aside(s.text, func() { p.style.leave(p, e, s.done) })
	p.interrupt(e.TID)
	p.line.b = append(p.line.b, text.b...)
	p.line.start = len(p.line.b)
}
