package text

import (
	"strconv"

	"plait/event"
)

// A style holds the habits that whole lines follow. ltrace's is the first; the
// joints are where strace's differ.
type style struct {
	system     string // before the name of a system call
	unfinished string // ends a line that another one interrupts
	resumed    func(p *Printer, c *event.Call)
	signal     func(p *Printer, e *event.Signal) string
	stopped    func(p *Printer, e *event.Stopped) string
	exec       func(p *Printer, e *event.Exec) string
	exit       func(p *Printer, e *event.Exit) string
}

var ltraceStyle = style{
	system:     "SYS_",
	unfinished: " <unfinished ...>",
	resumed:    ltraceResumed,
	signal:     ltraceSignal,
	stopped:    ltraceStopped,
	exec:       func(*Printer, *event.Exec) string { return "--- Called exec() ---" },
	exit:       ltraceExit,
}

func ltraceResumed(p *Printer, c *event.Call) {
	p.line.tint(quietTint)
	p.line.str("<... ")
	p.bareName(c)
	p.line.str(" resumed>")
	p.line.plain()
}

func ltraceSignal(_ *Printer, e *event.Signal) string {
	return "--- " + e.Name + " (" + e.Text + ") ---"
}

func ltraceStopped(_ *Printer, e *event.Stopped) string {
	return "--- stopped by " + e.Name + " ---"
}

func ltraceExit(_ *Printer, e *event.Exit) string {
	if e.Signal != "" {
		return "+++ killed by " + e.Signal + " +++"
	}
	return "+++ exited (status " + strconv.Itoa(e.Status) + ") +++"
}

// A look holds the habits that values follow.
type look struct {
	null     string // the null pointer
	more     string // ends a list that goes on
	digits   int    // an octal number has at least as many, its leading 0 included
	comments bool   // what was looked for follows a number without a name: /* AF_??? */
	ranges   bool   // sets of numbers are written as ltrace's bitvec: <3-5,7>
}

var (
	libraryLook = look{null: "nil", more: "...", digits: 2, ranges: true}
	systemLook  = look{null: "NULL", more: ", ...", digits: 3, comments: true}
)

func lookOf(c *event.Call) *look {
	if c.Kind == event.System {
		return &systemLook
	}
	return &libraryLook
}
