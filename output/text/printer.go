package text

import (
	"plait/event"
	"plait/output/calls"
)

// A callKey is a call in one thread. After fork(2) the open calls of the parent return in
// the child as well, where they keep their ID.
type callKey struct {
	tid int
	id  uint64
}

func keyOf(tid int, c *event.Call) callKey { return callKey{tid, calls.ID(c)} }

// progress says how much of a call's arguments was written.
type progress struct {
	args        int
	beforeShown bool // for the next one, what it was at the begin of the call is written
	resumed     bool // all that is on an earlier line
}

// openCall is the call whose line has not ended; its id is 0 if there is none.
type openCall struct {
	callKey
	done     progress
	complete bool // nothing is left to be written
}

// interrupt ends the open line, if any, before another line is written for thread tid.
func (p *Printer) interrupt(tid int) {
	if p.open.id == 0 {
		return
	}
	if p.open.tid != tid {
		p.interrupted[p.open.tid] = p.open.callKey
	}
	p.saveProgress(p.open.tid)
	p.closeOpen(p.style.interrupted(p))
}

// saveProgress remembers for thread tid how much of the call with the open line is
// written.
func (p *Printer) saveProgress(tid int) {
	if !p.open.complete {
		p.progress.Thread(tid).Push(p.open.id, p.open.done)
	}
}

// unfinished ends a line that another one interrupts.
const unfinished = " <unfinished ...>"

// unfinishedMark is how ltrace and strace end such a line.
func unfinishedMark(*Printer) string { return unfinished }

// resumed begins the line that continues an interrupted one.
func (p *Printer) resumed(e *event.Return) {
	p.line.tint(dimTint)
	p.line.str("<... ")
	p.bareName(e.Call)
	p.line.str(" resumed>")
	p.line.plain()
}

// closeOpen ends the open line with a mark.
func (p *Printer) closeOpen(mark string) {
	p.line.tint(dimTint)
	p.line.str(mark)
	p.line.plain()
	p.line.end()
	p.open = openCall{}
}

// callEnter writes a call up to the first argument that is not known yet.
func (p *Printer) callEnter(e *event.Enter) {
	if p.o.Hide != 0 {
		p.bufferCall(e)
		return
	}
	p.interrupt(e.TID)
	p.another(&e.Head, e.Call)
	delete(p.interrupted, e.TID)
	done := p.beginCall(e)
	complete := done.args == len(p.arguments(e.Call)) && !e.Call.ArgsPending
	p.open = openCall{callKey: callKey{e.TID, e.Call.ID}, done: done, complete: complete}
}

// beginCall writes the begin of a call's line.
func (p *Printer) beginCall(e *event.Enter) progress {
	p.style.prefix(p, &e.Head)
	p.callName(e.Call)
	p.line.byte('(')
	args := p.arguments(e.Call)
	done := progress{args: known(args)}
	p.args(e.Call, progress{}, done.args)
	p.moreArgs(e.Call, done.args)
	done.beforeShown = p.style.splitChange && p.changeBefore(e.Call, args, done.args)
	return done
}

// callReturn writes the end of a call, on its own line if that is still open.
func (p *Printer) callReturn(e *event.Return) {
	if p.o.Hide != 0 {
		p.showBuffered(e)
		return
	}
	done, interrupted := p.takeProgress(e)
	last := p.interrupted[e.TID] == keyOf(e.TID, e.Call) // what is on the thread's own lines
	delete(p.interrupted, e.TID)
	if interrupted {
		if p.style.omitReturn(e) && !(last && e.Outcome == event.NoReturn) {
			return
		}
		p.interrupt(e.TID)
		p.another(&e.Head, e.Call)
		p.resume(e)
		done.resumed = true
	}
	p.open = openCall{}
	p.style.callReturn(p, e, done)
}

// resume begins another line for a call.
func (p *Printer) resume(e *event.Return) {
	p.style.prefix(p, &e.Head)
	p.style.resume(p, e)
}

// takeProgress forgets a call. It returns how much of it was written, and whether other
// lines have come since.
func (p *Printer) takeProgress(e *event.Return) (done progress, interrupted bool) {
	if p.open.callKey == keyOf(e.TID, e.Call) {
		return p.open.done, false
	}
	done, ok := p.progress.Ending(e).Take(e.Call)
	if !ok {
		return progress{args: len(p.arguments(e.Call))}, true
	}
	return done, true
}

// dropThread forgets what is remembered about a thread except for its calls.
func (p *Printer) dropThread(tid int) {
	delete(p.stacks, tid)
	delete(p.interrupted, tid)
}

// follow updates what is remembered of open calls when threads change.
func (p *Printer) follow(e event.Event) {
	p.progress.Follow(e)
	p.buffered.Follow(e)
}

// mark writes a line about an event that is no call.
func (p *Printer) mark(h *event.Head, text string) {
	p.begin(h)
	p.line.safe(text)
	p.finish()
}

// begin begins a line about an event that is no call; finish ends it.
func (p *Printer) begin(h *event.Head) {
	p.interrupt(h.TID)
	p.endRepeats()
	p.style.prefix(p, h)
	p.line.tint(eventTint)
}

func (p *Printer) finish() {
	p.line.plain()
	p.line.end()
}

// exec notes that the thread that called execve(2) goes on under the number of its
// process's first thread.
func (p *Printer) exec(e *event.Exec) {
	p.style.exec(p, e)
	if e.FormerTID != 0 && e.FormerTID != e.TID {
		p.follow(e)
		p.dropThread(e.TID)
		p.dropThread(e.FormerTID)
	}
}

// spawn shows nothing, because the numbers of threads are shown. A child has the open
// calls of its parent, and the line of one of them may be open.
func (p *Printer) spawn(e *event.Spawn) {
	if e.Kind != event.Forked || p.o.Threads == Separate {
		return
	}
	p.follow(e)
	if p.open.tid == e.TID && p.open.id != 0 {
		p.saveProgress(e.ChildTID)
	}
}

// threadEnded forgets a thread that has ended.
func (p *Printer) threadEnded(e event.Event) {
	p.follow(e)
	p.dropThread(e.Header().TID)
}

func (p *Printer) signal(e *event.Signal) {
	if !p.o.NoSignals {
		p.style.signal(p, e)
	}
}

func (p *Printer) stopped(e *event.Stopped) {
	if !p.o.NoSignals {
		p.style.stopped(p, e)
	}
}
