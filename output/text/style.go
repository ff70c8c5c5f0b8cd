package text

import (
	"strconv"

	"plait/event"
)

// A style says how whole lines look.
type style struct {
	system      string // before the name of a system call
	splitChange bool   // what an argument was before the callee changes it is written at the begin of the call
	prefix      func(p *Printer, h *event.Head)
	interrupted func(p *Printer) string           // what ends the line of a call that has not ended
	resume      func(p *Printer, e *event.Return) // begins the line for the end of such a call
	omitReturn  func(e *event.Return) bool        // reports whether the end of a call is left out if its line was interrupted
	callReturn  func(p *Printer, e *event.Return, done progress)
	signal      func(p *Printer, e *event.Signal)
	stopped     func(p *Printer, e *event.Stopped)
	exec        func(p *Printer, e *event.Exec)
	exit        func(p *Printer, e *event.Exit)
	notice      func(p *Printer, e *event.Notice)
}

// styles are all styles, in the order of their numbers.
var styles = [...]*style{Ltrace: &ltraceStyle, Strace: &straceStyle, Tree: &treeStyle}

// SystemPrefix stands before the names of system calls in ltrace's style.
const SystemPrefix = "SYS_"

var ltraceStyle = style{
	system:      SystemPrefix,
	prefix:      (*Printer).ltracePrefix,
	interrupted: unfinishedMark,
	resume:      (*Printer).resumed,
	omitReturn:  ltraceOmits,
	callReturn:  (*Printer).ltraceReturn,
	signal:      (*Printer).ltraceSignal,
	stopped:     (*Printer).ltraceStopped,
	exec:        (*Printer).ltraceExec,
	exit:        (*Printer).ltraceExit,
	notice:      (*Printer).ltraceNotice,
}

// ltraceOmits reports whether there is nothing to say about the end of a call whose line
// was interrupted.
func ltraceOmits(e *event.Return) bool {
	return e.Outcome == event.NoReturn && len(e.Call.Stack) == 0 && e.Explanation.Text == ""
}

// ltraceReturn writes the end of a call.
func (p *Printer) ltraceReturn(e *event.Return, done progress) {
	if mark := outcomes[e.Outcome]; mark != "" {
		p.closeOpen(mark)
		p.explanation(e)
		p.ltraceStack(&e.Head, e.Call.Stack)
		return
	}
	if done.resumed {
		p.line.byte(' ')
	}
	all := len(p.arguments(e.Call))
	p.args(e.Call, done, all)
	if done.args < all {
		p.moreArgs(e.Call, all)
	}
	p.line.str(") ")
	p.line.pad(p.o.Align - 1)
	p.line.str("= ")
	p.line.value(e.Result, p.lookOf(e.Call))
	if e.Errno.Num != 0 && !p.o.NoErrno {
		p.line.byte(' ')
		p.line.libraryErrno(e.Errno)
	}
	p.guessMark(e.Call, e.Call.ResultGuess)
	if p.o.Elapsed {
		p.elapsed(e.Elapsed)
	}
	p.line.end()
	p.explanation(e)
	p.ltraceStack(&e.Head, e.Call.Stack)
}

// ltraceStack writes a stack and an empty line.
func (p *Printer) ltraceStack(h *event.Head, frames []event.Caller) {
	if len(frames) > 0 {
		p.stack(h, frames)
		p.line.end()
	}
}

// outcomes are the marks of calls that did not return.
var outcomes = [...]string{
	event.Returned:    "",
	event.Longjmp:     " <longjmp>",
	event.Unwound:     " <unwound ...>",
	event.NoReturn:    " <no return ...>",
	event.Detached:    " <detached ...>",
	event.Unavailable: "",
}

func (p *Printer) ltraceSignal(e *event.Signal) {
	p.mark(&e.Head, "--- "+e.Name+" ("+e.Text+") ---")
	p.ltraceStack(&e.Head, e.Stack)
}

func (p *Printer) ltraceStopped(e *event.Stopped) {
	p.mark(&e.Head, "--- stopped by "+e.Name+" ---")
}

func (p *Printer) ltraceExec(e *event.Exec) { p.mark(&e.Head, "--- Called exec() ---") }

func (p *Printer) ltraceExit(e *event.Exit) {
	text := "+++ exited (status " + strconv.Itoa(e.Status) + ") +++"
	if e.Signal != "" {
		text = "+++ killed by " + e.Signal + " +++"
	}
	p.mark(&e.Head, text)
}

// ltraceNotice writes a message of plait's own, which has no tracee's prefix.
func (p *Printer) ltraceNotice(e *event.Notice) {
	if e.Kind == event.Folded { // a line of the trace
		p.mark(&e.Head, e.Text)
		return
	}
	p.interrupt(e.TID)
	p.endRepeats()
	p.line.str("plait: ")
	p.line.safe(e.Text)
	p.line.end()
}

// A look says how values look.
type look struct {
	null     string    // the null pointer
	more     string    // ends a list that goes on
	digits   int       // an octal number has at least as many, its leading 0 included
	comments bool      // the kind of name follows a number that has none: /* AF_??? */
	form     ConstForm // of numbers that have names
}

var (
	libraryLook = look{null: "nil", more: "...", digits: 2}
	systemLook  = look{null: "NULL", more: ", ...", digits: 3, comments: true}
	rawLook     = look{null: "NULL", more: ", ...", digits: 3, form: ConstRaw}
	verboseLook = look{null: "NULL", more: ", ...", digits: 3, comments: true, form: ConstVerbose}
)

// lookOf returns the look of a call's values. Style Strace has one for all calls.
func (p *Printer) lookOf(c *event.Call) *look {
	switch {
	case p.o.Style == Strace:
		return p.look()
	case c.Kind == event.System:
		return &systemLook
	}
	return &libraryLook
}

// look returns the look of values that belong to no call.
func (p *Printer) look() *look {
	return [...]*look{ConstAbbrev: &systemLook, ConstRaw: &rawLook, ConstVerbose: &verboseLook}[p.o.Constants]
}
