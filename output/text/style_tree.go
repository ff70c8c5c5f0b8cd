package text

import (
	"plait/event"
	"plait/output/table"
)

// treeStyle shows which calls are in which: a call with others in it is a block in
// braces, any other is one line. System calls are marked, and each call has its time.
var treeStyle = style{
	prefix:      (*Printer).ltracePrefix,
	interrupted: openBrace,
	resume:      (*Printer).closeBrace,
	omitReturn:  func(*event.Return) bool { return false },
	callReturn:  (*Printer).treeReturn,
	signal:      (*Printer).ltraceSignal,
	stopped:     (*Printer).ltraceStopped,
	exec:        (*Printer).ltraceExec,
	exit:        (*Printer).ltraceExit,
	notice:      (*Printer).ltraceNotice,
}

// openBrace ends the line of a call in which something happens. Arguments that are not
// known yet follow at the end of the call.
func openBrace(p *Printer) string {
	if p.open.complete {
		return ") {"
	}
	return missing(p.open.done.args) + ") {"
}

// missing stands for arguments that are not known, behind those that are shown.
func missing(shown int) string {
	if shown == 0 {
		return "..."
	}
	return ", ..."
}

// closeBrace begins the line with the end of a call. The whole call is shown if arguments
// have become known, or if the brace was opened by the process that this one was forked
// from.
func (p *Printer) closeBrace(*event.Return) { p.line.str("} ") }

// treeReturn writes the end of a call.
func (p *Printer) treeReturn(e *event.Return, done progress) {
	all := len(p.arguments(e.Call))
	switch {
	case !done.resumed:
		p.treeArgs(e, done, all)
	case (done.args < all || e.Call.Origin != 0) && e.Outcome == event.Returned:
		p.callName(e.Call)
		p.line.byte('(')
		p.treeArgs(e, progress{}, all)
	}
	p.treeOutcome(e)
	p.line.end()
	p.explanation(e)
	p.ltraceStack(&e.Head, e.Call.Stack)
}

// treeArgs writes the arguments that were not written yet, and what closes them.
func (p *Printer) treeArgs(e *event.Return, done progress, all int) {
	if e.Outcome == event.Returned || e.Outcome == event.Unavailable {
		p.args(e.Call, done, all)
	} else if done.args < all {
		p.line.str(missing(done.args))
	}
	if done.args < all {
		p.moreArgs(e.Call, all)
	}
	p.line.str(") ")
}

// treeOutcome writes the result of a call, or how else it ended, and its time.
func (p *Printer) treeOutcome(e *event.Return) {
	if mark := outcomes[e.Outcome]; mark != "" {
		p.line.tint(dimTint)
		p.line.str(mark[1:])
		p.line.plain()
	} else {
		p.line.str("= ")
		p.line.value(e.Result, p.lookOf(e.Call))
		if e.Errno.Num != 0 && !p.o.NoErrno {
			p.line.byte(' ')
			p.line.libraryErrno(e.Errno)
		}
		p.guessMark(e.Call, e.Call.ResultGuess)
	}
	if p.o.NoTimes {
		return
	}
	p.line.tint(dimTint)
	p.line.str("  " + table.Span(max(0, e.Elapsed)).Text(table.Look{UTF8: p.o.UTF8}))
	p.line.plain()
}

// kernelMark stands before system calls in a tree.
func (p *Printer) kernelMark(c *event.Call) {
	switch {
	case p.o.Style != Tree || c.Kind != event.System:
	case p.o.UTF8:
		p.line.str("⇣ ")
	default:
		p.line.str("> ")
	}
}
