package text

import "plait/event"

// open is the call whose line has not ended; id is 0 if there is none.
type open struct {
	id    uint64
	shown int // arguments shown so far
	all   bool
}

// interrupt ends the open line, if any, because another one is to be written.
func (p *Printer) interrupt() {
	if p.open.id == 0 {
		return
	}
	if !p.open.all {
		p.shown[p.open.id] = p.open.shown
	}
	p.closeOpen(p.style.unfinished)
}

// closeOpen ends the open line with a mark.
func (p *Printer) closeOpen(mark string) {
	p.line.tint(quietTint)
	p.line.str(mark)
	p.line.plain()
	p.line.end()
	p.open = open{}
}

// enter writes a call up to the first argument that is not known yet.
func (p *Printer) enter(e *event.Enter) {
	p.interrupt()
	p.prefix(&e.Head)
	p.callName(e.Call)
	p.line.byte('(')
	n := known(e.Call)
	p.args(e.Call, 0, n)
	p.open = open{id: e.Call.ID, shown: n, all: n == len(e.Call.Args) && !e.Call.Held}
}

// leave writes the end of a call, on its own line if that is still open.
func (p *Printer) leave(e *event.Return) {
	shown, interrupted := p.forget(e.Call)
	switch {
	case e.Outcome == event.NoReturn && interrupted:
		return // as ltrace: its "<unfinished ...>" stays the last word
	case interrupted:
		p.interrupt()
		p.prefix(&e.Head)
		p.style.resumed(p, e.Call)
	}
	p.open = open{}
	if mark := outcomes[e.Outcome]; mark != "" {
		p.closeOpen(mark)
		return
	}
	if interrupted {
		p.line.byte(' ')
	}
	p.args(e.Call, shown, len(e.Call.Args))
	p.result(e)
}

// forget ends the bookkeeping of a call: how many arguments it has shown, and
// whether other lines have come since.
func (p *Printer) forget(c *event.Call) (shown int, interrupted bool) {
	if p.open.id == c.ID {
		return p.open.shown, false
	}
	shown, ok := p.shown[c.ID]
	if !ok {
		return len(c.Args), true
	}
	delete(p.shown, c.ID)
	return shown, true
}

// outcomes are the marks of calls that did not come back.
var outcomes = [...]string{
	event.Returned:    "",
	event.Longjmp:     " <longjmp>",
	event.Unwound:     " <unwound ...>",
	event.NoReturn:    " <no return ...>",
	event.Detached:    " <detached ...>",
	event.Unavailable: "",
}

// result writes the end of a call's line from the parenthesis on.
func (p *Printer) result(e *event.Return) {
	l := &p.line
	l.str(") ")
	l.pad(p.o.Align - 1)
	l.str("= ")
	l.value(e.Result, lookOf(e.Call))
	if p.o.Elapsed {
		p.elapsed(e.Elapsed)
	}
	l.end()
}

// mark writes a line about an event that is no call; empty text shows nothing.
func (p *Printer) mark(h *event.Head, text string) {
	if text == "" {
		return
	}
	p.interrupt()
	p.prefix(h)
	p.line.tint(eventTint)
	p.line.safe(text)
	p.line.plain()
	p.line.end()
}

func (p *Printer) signal(e *event.Signal) {
	if !p.o.NoSignals {
		p.mark(&e.Head, p.style.signal(p, e))
	}
}

func (p *Printer) stopped(e *event.Stopped) {
	if !p.o.NoSignals {
		p.mark(&e.Head, p.style.stopped(p, e))
	}
}

// notice writes what plait itself has to say, in the form of its messages and
// without the prefix of a tracee's line.
func (p *Printer) notice(e *event.Notice) {
	p.interrupt()
	p.line.str("plait: ")
	p.line.safe(e.Text)
	p.line.end()
}
