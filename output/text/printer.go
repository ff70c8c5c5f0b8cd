package text

import "plait/event"

// A caller is a call in one thread. A process that forks shares its open calls
// with its child, in which they return once more.
type caller struct {
	tid int
	id  uint64
}

// open is the call whose line has not ended; its id is 0 if there is none.
type open struct {
	caller
	shown int // arguments shown so far
	all   bool
}

// interrupt ends the open line, if any, because another one is to be written.
func (p *Printer) interrupt() {
	if p.open.id == 0 {
		return
	}
	if !p.open.all {
		p.shown[p.open.caller] = p.open.shown
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
	p.open = open{caller: caller{e.TID, e.Call.ID}, shown: n, all: n == len(e.Call.Args) && !e.Call.Held}
}

// leave writes the end of a call, on its own line if that is still open.
func (p *Printer) leave(e *event.Return) {
	shown, interrupted := p.forget(e.TID, e.Call)
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
func (p *Printer) forget(tid int, c *event.Call) (shown int, interrupted bool) {
	who := caller{tid, c.ID}
	if p.open.caller == who {
		return p.open.shown, false
	}
	shown, ok := p.shown[who]
	if !ok {
		return len(c.Args), true
	}
	delete(p.shown, who)
	return shown, true
}

// inherit gives a new thread what is remembered of its creator's calls, which
// are open in it as well.
func (p *Printer) inherit(from, to int) {
	for who, n := range p.shown {
		if who.tid == from {
			p.shown[caller{to, who.id}] = n
		}
	}
	if p.open.tid == from && p.open.id != 0 && !p.open.all {
		p.shown[caller{to, p.open.id}] = p.open.shown
	}
}

// drop forgets the calls of a thread that is no more.
func (p *Printer) drop(tid int) {
	for who := range p.shown {
		if who.tid == tid {
			delete(p.shown, who)
		}
	}
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

// exec follows the thread that called execve(2), which goes on under the number
// of its process's first thread.
func (p *Printer) exec(e *event.Exec) {
	p.mark(&e.Head, p.style.exec(p, e))
	if e.FormerTID != 0 && e.FormerTID != e.TID {
		p.drop(e.TID)
		p.inherit(e.FormerTID, e.TID)
		p.drop(e.FormerTID)
	}
}

// spawn shows nothing, as ltrace: thread numbers tell.
func (p *Printer) spawn(e *event.Spawn) {
	if e.Kind == event.Forked && p.o.Threads != Separate {
		p.inherit(e.TID, e.ChildTID)
	}
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
