package text

import (
	"slices"
	"strconv"

	"plait/event"
)

var straceStyle = style{
	splitChange: true,
	prefix:      (*Printer).stracePrefix,
	interrupted: unfinishedMark,
	resume:      (*Printer).resumed,
	omitReturn:  func(e *event.Return) bool { return e.Outcome == event.Detached },
	callReturn:  (*Printer).straceReturn,
	signal:      (*Printer).straceSignal,
	stopped:     (*Printer).straceStopped,
	exec:        (*Printer).straceExec,
	exit:        (*Printer).straceExit,
	notice:      (*Printer).straceNotice,
}

// straceName writes the name of a system call, or its number. It leaves out the calling
// convention, which has a line of its own.
func (p *Printer) straceName(c *event.Call) {
	if c.Name != "" {
		p.line.safe(c.Name)
		return
	}
	p.line.str("syscall_")
	p.line.hex(uint64(c.Number))
}

// straceReturn writes the end of a call. If the call will not return, the known arguments
// have been written.
func (p *Printer) straceReturn(e *event.Return, done progress) {
	args := p.arguments(e.Call)
	switch e.Outcome {
	case event.Returned:
		p.args(e.Call, done, len(args))
		p.straceResult(e)
	case event.NoReturn:
		p.args(e.Call, progress{args: done.args}, max(done.args, known(args)))
		if known(args) < len(args) {
			p.line.str(unfinished)
		}
		p.straceNoResult("?")
		p.keepStack(e)
		return
	case event.Unavailable:
		p.args(e.Call, progress{args: done.args}, max(done.args, known(args)))
		p.straceNoResult("? <unavailable>")
	default:
		p.closeOpen(outcomes[e.Outcome])
		return
	}
	p.dumps(e.Dumps)
	p.stack(&e.Head, e.Call.Stack)
}

// keepStack keeps the stack of a call that never returns until the end of its thread is
// shown.
func (p *Printer) keepStack(e *event.Return) {
	if len(e.Call.Stack) > 0 {
		p.stacks[e.TID] = slices.Clone(e.Call.Stack)
	}
}

// straceNoResult ends the line of a call that has no result.
func (p *Printer) straceNoResult(instead string) {
	p.equals()
	p.line.str(instead)
	p.line.end()
}

func (p *Printer) equals() {
	p.line.str(") ")
	p.line.pad(p.o.Align - 1)
	p.line.str("= ")
}

func (p *Printer) straceResult(e *event.Return) {
	p.equals()
	p.line.number = resultTint
	p.straceValue(e)
	p.line.number = numberTint
	p.line.str(tampered(e.Tamper))
	if p.o.Elapsed {
		p.straceElapsed(e)
	}
	p.line.end()
}

// straceValue writes a result: a word if the user asked for the machine words of the
// call.
func (p *Printer) straceValue(e *event.Return) {
	v := e.Result
	if n, ok := resultWord(v); ok && e.Call.Raw {
		v = event.Int{Bits: n, Size: 8, Base: event.Hex}
	}
	p.line.value(v, p.lookOf(e.Call))
}

// resultWord returns the machine word of a result.
func resultWord(v event.Value) (uint64, bool) {
	switch v := v.(type) {
	case event.Int:
		return v.Bits, true
	case event.Pointer:
		return v.Addr, true
	case event.FD:
		return uint64(v.Num), true
	case event.PID:
		return uint64(v.Num), true
	case event.Name:
		return v.Int.Bits, true
	case event.Flags:
		return v.Bits, true
	case event.Pointee:
		return v.Addr, true
	case event.Note:
		return resultWord(v.Value)
	}
	return 0, false
}

// tampered returns the mark of a call that plait changed.
func tampered(how event.Tamper) string {
	text := ""
	switch args := how&(event.InjectedArgs|event.InjectedOut) != 0; {
	case args && how&event.InjectedResult != 0:
		text = " (INJECTED: args, retval)"
	case args:
		text = " (INJECTED: args)"
	case how&event.InjectedResult != 0:
		text = " (INJECTED)"
	}
	if how&event.Delayed != 0 {
		text += " (DELAYED)"
	}
	return text
}

func (p *Printer) straceElapsed(e *event.Return) {
	p.line.tint(dimTint)
	p.line.str(" <")
	p.line.seconds(max(0, e.Elapsed), 1, p.o.TimeDigits)
	p.line.byte('>')
	p.line.plain()
}

func (p *Printer) straceSignal(e *event.Signal) {
	p.begin(&e.Head)
	p.line.str("--- ")
	p.line.safe(e.Name)
	if e.Info != nil {
		p.line.plain()
		p.line.byte(' ')
		p.line.value(e.Info, p.look())
		p.line.tint(eventTint)
	}
	p.line.str(" ---")
	p.finish()
	p.stack(&e.Head, e.Stack)
}

func (p *Printer) straceStopped(e *event.Stopped) {
	p.mark(&e.Head, "--- stopped by "+e.Name+" ---")
}

// straceExec shows only that a thread takes the place of its process's first one, because
// the call itself returns later. If each thread has a Printer, one shows the end of the
// first thread, and another that the calling thread goes on.
func (p *Printer) straceExec(e *event.Exec) {
	if e.FormerTID == 0 || e.FormerTID == e.TID {
		return
	}
	if p.open.id != 0 && p.open.tid == e.FormerTID {
		p.saveProgress(p.open.tid)
		p.closeOpen(" <pid changed to " + strconv.Itoa(e.TID) + " ...>")
	}
	if !p.o.NoSuperseded && p.threads.replaced {
		p.mark(&e.Head, "+++ superseded by execve in pid "+strconv.Itoa(e.FormerTID)+" +++")
	}
}

func (p *Printer) straceExit(e *event.Exit) {
	switch {
	case e.Signal == "" && !p.o.NoExits:
		p.mark(&e.Head, "+++ exited with "+strconv.Itoa(e.Status)+" +++")
	case e.Signal != "" && (p.o.ShowKilledBy == nil || p.o.ShowKilledBy(e.Signal)):
		p.mark(&e.Head, "+++ killed by "+e.Signal+coreDumped[e.Core]+" +++")
	}
	p.stack(&e.Head, p.stacks[e.TID])
	delete(p.stacks, e.TID)
}

var coreDumped = map[bool]string{true: " (core dumped)"}

// straceNotice shows that a process uses another calling convention from now on. Other
// notices are not part of a trace.
func (p *Printer) straceNotice(e *event.Notice) {
	if e.Kind != event.ModeChanged || p.o.NoABI {
		return
	}
	p.mark(&e.Head, "[ Process PID="+strconv.Itoa(e.TID)+" runs in "+e.Text+" mode. ]")
}
