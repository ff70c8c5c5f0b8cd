package text

import "plait/event"

// callName writes the name of a call as it begins.
func (p *Printer) callName(c *event.Call) {
	if p.o.From && c.Kind == event.Library && c.From != "" {
		p.line.safe(c.From)
		p.line.str("->")
	}
	if c.Kind == event.System {
		p.line.tint(systemTint)
	} else {
		p.line.tint(nameTint)
	}
	p.kernelMark(c)
	p.bareName(c)
	p.line.plain()
	if c.Kind == event.Function && c.Object != "" && !c.Main {
		p.line.byte('@')
		p.line.safe(c.Object)
	}
}

// bareName writes a name without the objects involved.
func (p *Printer) bareName(c *event.Call) {
	if c.Kind == event.System {
		p.systemName(c)
		return
	}
	p.line.safe(p.names.show(c.Name))
	if p.o.Versions && c.Version != "" {
		p.line.byte('@')
		p.line.safe(c.Version)
	}
}

// systemName writes the name of a system call, or its number, and the kind of table that
// the number is from if it is not the machine's own.
func (p *Printer) systemName(c *event.Call) {
	if p.o.Style == Strace {
		p.straceName(c)
		return
	}
	p.line.str(p.style.system)
	if c.Name != "" {
		p.line.safe(c.Name)
	} else {
		p.line.int(int64(c.Number))
	}
	if c.ABI != "" {
		p.line.byte('@')
		p.line.safe(c.ABI)
	}
}

// arguments returns what is shown between the parentheses of a call: machine words if the
// user asked for them or nothing better is known.
func (p *Printer) arguments(c *event.Call) []event.Arg {
	if !c.Raw && (p.o.Style != Strace || !c.Guess || c.Kind != event.System) {
		return c.Args
	}
	args := make([]event.Arg, len(c.Words))
	for i, w := range c.Words {
		args[i].Value = event.Int{Bits: w, Size: 8, Base: event.Hex}
	}
	return args
}

// known returns how many arguments come before the first one that is not complete yet.
func known(args []event.Arg) int {
	for i := range args {
		if pending(args[i].Value) {
			return i
		}
	}
	return len(args)
}

func pending(v event.Value) bool {
	if change, ok := v.(event.Change); ok {
		v = change.After
	}
	_, ok := v.(event.Pending)
	return ok
}

// args writes the arguments before index to, except for what is written already (done),
// with the commas between them.
func (p *Printer) args(c *event.Call, done progress, to int) {
	look, args := p.lookOf(c), p.arguments(c)
	if done.beforeShown && done.args < to {
		if change, ok := args[done.args].Value.(event.Change); ok {
			p.line.changeAfter(change, look)
			p.guessMark(c, args[done.args].Guess)
		}
		done.args++
	}
	for i := done.args; i < to; i++ {
		p.argName(&args[i], i)
		p.line.value(args[i].Value, look)
		p.guessMark(c, args[i].Guess)
	}
}

// moreArgs says that a call may have more arguments than are known.
func (p *Printer) moreArgs(c *event.Call, shown int) {
	switch {
	case !c.MoreArgs || shown < len(c.Args):
	case shown > 0:
		p.line.str(", ...")
	default:
		p.line.str("...")
	}
}

// guessMark marks a value that is a guess, as every value of a call without a prototype
// is.
func (p *Printer) guessMark(c *event.Call, guess bool) {
	if (guess || c.Guess) && c.Kind != event.System {
		p.line.byte('?')
	}
}

// changeBefore writes what argument i is before the callee changes it. It returns false
// if the callee does not change it.
func (p *Printer) changeBefore(c *event.Call, args []event.Arg, i int) bool {
	if i >= len(args) {
		return false
	}
	change, ok := args[i].Value.(event.Change)
	if !ok || pending(change.Before) {
		return false
	}
	p.argName(&args[i], i)
	p.line.value(change.Before, p.lookOf(c))
	return true
}

func (p *Printer) argName(a *event.Arg, i int) {
	if i > 0 {
		p.line.str(", ")
	}
	if a.Named || p.o.ArgNames && a.Name != "" {
		p.line.tint(labelTint)
		p.line.safe(a.Name)
		p.line.plain()
		p.line.byte('=')
	}
}

// Name returns what a Printer calls c, for outputs that only name calls.
func Name(c *event.Call, o Options) string {
	p := Printer{o: o, style: styles[o.Style], line: line{utf8: o.UTF8}, names: newNames(o)}
	p.bareName(c)
	return string(p.line.b)
}

// Escaped returns foreign text as a Printer writes a name: nothing in it can steer a
// terminal, or end a line.
func Escaped(s string, o Options) string {
	l := newLine(o)
	l.safe(s)
	return string(l.b)
}

// Value returns a value of c as a Printer writes it, for outputs that show values one by
// one.
func Value(v event.Value, c *event.Call, o Options) string {
	p := valuePrinter(o)
	p.line.names = &p.names
	p.line.value(v, p.lookOf(c))
	return string(p.line.b)
}

// valuePrinter returns a Printer for values alone.
func valuePrinter(o Options) Printer {
	return Printer{o: o, style: styles[o.Style], line: newLine(o), names: newNames(o)}
}
