package decode

import "plait/event"

// Enter decodes the arguments at the start of the call. An argument that the callee
// fills in is event.Pending; one that it changes, or that scanf(3) stores through, is
// an event.Change whose After is event.Pending. Enter also reports whether there are
// such arguments.
func (p *Prototype) Enter(s *Source) (args []event.Arg, pending bool) {
	c := s.begin(p)
	c.placeFrom(0)
	sure := c.certain()
	args = make([]event.Arg, 0, len(p.Params)+2)
	for _, i := range p.Order {
		if i == p.varargsAt {
			args, pending = c.appendVarargs(args, pending)
			continue
		}
		n, dir, ok := c.applies(i)
		if !ok {
			continue
		}
		a := event.Arg{Name: p.Params[i].Name, Addr: c.target(i, n), Named: p.Named, Guess: i >= sure}
		switch dir {
		case '+':
			a.Value, pending = event.Pending{Was: c.note(i, n)}, true
		case '=':
			a.Value, pending = event.Change{Before: c.argument(i, n), After: event.Pending{}}, true
		default:
			a.Value = c.argument(i, n)
		}
		args = append(args, a)
	}
	if p.varargsAt == len(p.Params) {
		args, pending = c.appendVarargs(args, pending)
	}
	return args, pending
}

// Return completes args, which Enter returned, and decodes the result. It overwrites
// args, and may return a slice of another length.
func (p *Prototype) Return(s *Source, args []event.Arg, r Result) ([]event.Arg, event.Value) {
	c := s.begin(p)
	c.returning = true
	c.failed, c.errno, c.libcErrno = p.Failed(&r), r.Errno, r.LibcErrno
	c.result = r.Int[0]
	if p.Result != nil {
		c.result = p.Result.shape().extend(r.Int[0])
	}
	c.placeFrom(0)
	if p.later {
		args = c.complete(args)
	}
	if p.varargs == systemVarargs {
		var v event.Value
		if args, v = c.returnSystem(args, r); v != nil {
			return args, v
		}
	}
	return args, c.resultValue(&r)
}

// Failed reports whether the result reports an error.
func (p *Prototype) Failed(r *Result) bool {
	if r.Errno != 0 {
		return true
	}
	if p.Fails == nil || p.Result == nil {
		return false
	}
	got := p.Result.shape().extend(r.Int[0])
	num := p.Result.shape().extend(p.Fails.Num)
	switch p.Fails.Op {
	case '!':
		return got != num
	case '<':
		return int64(got) < int64(num)
	}
	return got == num
}

// Word returns the result as a machine word, extended by its type; false if it is neither
// an integer nor an address.
func (p *Prototype) Word(r *Result) (int64, bool) {
	if p.Result == nil || p.Result.shape().class != integer {
		return 0, false
	}
	return int64(p.Result.shape().extend(r.Int[0])), true
}

// placeFrom finds the arguments of the parameters from index i on. It stops before
// variable arguments: what follows can be found only after they are decoded.
func (c *call) placeFrom(i int) {
	if i == 0 && c.s.Kind != event.System {
		c.hiddenResult = c.p.resultInMemory || c.p.ResultGuess && c.p.mayHideResult() && c.guessHiddenResult()
		c.place.ints = c.p.hiddenArgs
		if c.hiddenResult {
			c.resultAddr = c.place.integer()
			c.place.words = c.place.words[:0]
		}
	}
	for ; i < len(c.p.Params); i++ {
		if c.p.varargs == sentinelVarargs && i == c.p.varargsAt {
			break
		}
		bits, blob, ok := c.place.argument(c.p, i)
		if !ok {
			c.firstUnplaced = i
			break
		}
		c.words = append(c.words, bits)
		if blob != nil {
			for len(c.blobs) < i {
				c.blobs = append(c.blobs, nil)
			}
			c.blobs = append(c.blobs, blob)
		}
	}
}

// applies returns the type and direction of parameter i in this call; false if it is
// not shown.
func (c *call) applies(i int) (Node, byte, bool) {
	x := &c.p.Params[i]
	if x.Cond != nil {
		if v, ok := x.Cond.eval(c); ok && v == 0 {
			return nil, 0, false
		}
	}
	n, dir := c.choose(x.Node, x.Dir)
	return n, dir, n != nil
}

// argument decodes parameter i as n.
func (c *call) argument(i int, n Node) event.Value {
	if i >= c.firstUnplaced {
		return event.Pending{}
	}
	if i < len(c.blobs) && c.blobs[i] != nil {
		return n.load(c, c.blobs[i], 0)
	}
	if i >= len(c.words) {
		return event.Pointer{}
	}
	return n.word(c, c.words[i])
}

// appendVarargs appends the variable arguments that are known.
func (c *call) appendVarargs(args []event.Arg, pending bool) ([]event.Arg, bool) {
	var more []event.Arg
	switch c.p.varargs {
	case sentinelVarargs:
		name := c.p.Params[c.p.varargsAt].Name
		more = c.p.Params[c.p.varargsAt].Node.(varargsNode).take(c, name)
		c.words = append(c.words, 0)
		c.placeFrom(c.p.varargsAt + 1)
	case systemVarargs:
		var later bool
		more, later = c.enterSystem()
		pending = pending || later
	case vaListVarargs, formatVarargs:
		pl := &c.place
		if c.p.varargs == vaListVarargs {
			va, ok := vaListAt(c.s, c.words[c.p.varargsAt])
			if !ok || !c.formatArgs.known {
				return append(args, event.Arg{Name: c.p.Params[c.p.varargsAt].Name, Value: event.Pointer{Addr: c.words[c.p.varargsAt]}}), pending
			}
			pl = &placer{s: c.s, va: va}
		}
		if c.formatArgs.scan {
			more = c.formatArgs.targets(pl)
			pending = pending || len(more) > 0
		} else {
			more = c.formatArgs.take(c, pl)
			if c.formatArgs.cut {
				more = append(more, event.Arg{Value: event.Verbatim{Text: "..."}})
			}
		}
	}
	return append(args, more...), pending
}

// complete decodes what the callee has stored.
func (c *call) complete(args []event.Arg) []event.Arg {
	fixed := 0
	for _, i := range c.p.Order {
		if _, _, ok := c.applies(i); ok && i != c.p.varargsAt {
			fixed++
		}
	}
	extra := len(args) - fixed // variable arguments
	next := 0
	for _, i := range c.p.Order {
		if i == c.p.varargsAt {
			next += max(extra, 0)
			continue
		}
		n, dir, ok := c.applies(i)
		if !ok || next >= len(args) {
			continue
		}
		c.completeArg(&args[next], i, n, dir)
		next++
	}
	return c.completeVarargs(args, extra)
}

// completeArg replaces event.Pending in a by what is there now.
func (c *call) completeArg(a *event.Arg, i int, n Node, dir byte) {
	if f, ok := n.(*formatNode); ok && f.scan {
		c.argument(i, n) // for the conversions in it
	}
	switch v := a.Value.(type) {
	case event.Pending:
		if c.noted = v.Was; dir == '+' && c.filled(n) {
			a.Value = c.argument(i, n)
		} else {
			a.Value = c.asWord(i)
		}
	case event.Change:
		a.Value = v.Before
		if dir == '=' && c.filled(n) {
			a.Value = c.replaced(i, n, v.Before)
		}
	}
}

// asWord returns argument i as a machine word.
func (c *call) asWord(i int) event.Value {
	if i >= len(c.words) {
		return event.Pointer{}
	}
	return event.Pointer{Addr: c.words[i]}
}

// completeVarargs replaces n variable arguments by what scanf stored.
func (c *call) completeVarargs(args []event.Arg, n int) []event.Arg {
	if !c.formatArgs.scan || n <= 0 || n > len(args) {
		return args
	}
	from := len(args) - n
	if c.p.varargsAt < len(c.p.Params) {
		from = 0
		for from < len(args)-n && !isTarget(args[from]) {
			from++
		}
	}
	assigned := int(int32(c.result))
	return append(args[:from:from], append(c.formatArgs.stored(c, args[from:from+n], assigned), args[from+n:]...)...)
}

func isTarget(a event.Arg) bool {
	change, ok := a.Value.(event.Change)
	if !ok {
		return false
	}
	_, ok = change.After.(event.Pending)
	return ok
}

// resultValue decodes the result.
func (c *call) resultValue(r *Result) event.Value {
	if c.s.Kind == event.System && r.Errno != 0 {
		return event.Errno{Num: r.Errno}
	}
	n, _ := c.choose(c.p.Result, 0)
	if n == nil {
		return event.Void{}
	}
	if c.failed {
		n = plainFailure(n)
	}
	switch sh := n.shape(); {
	case c.p.GoCall:
		return c.goResult(n, r)
	case sh.class == compound || sh.class == longDouble:
		b := c.resultBytes(n, r)
		if b == nil {
			return event.Unreadable{Addr: c.resultAddr}
		}
		return n.load(c, b, 0)
	case sh.class == floating && r.Vector != nil:
		v := r.Vector(0)
		return n.word(c, c.s.Arch.Order.Uint64(v[:8]))
	}
	if _, ok := n.(guessNode); ok {
		n = guessNode{result: true}
	}
	return c.withAddress(n, n.word(c, c.result))
}

// plainFailure returns the type that shows the result of a failed call, as a signed
// number rather than flags: -1 would have all of them.
func plainFailure(n Node) Node {
	switch x := n.(type) {
	case *noteNode:
		return plainFailure(x.Node)
	case *flagsNode:
		return &intNode{shape{x.sh.size, x.sh.align, true, integer}, event.Decimal}
	case *intNode:
		if x.base == event.Hex || x.base == event.Octal {
			return &intNode{shape{x.sh.size, x.sh.align, true, integer}, event.Decimal}
		}
	}
	return n
}
