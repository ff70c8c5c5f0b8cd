package decode

import "plait/event"

// Enter decodes the arguments that are known when the call begins. An argument
// that the callee fills in is event.Pending; one that it changes, or that
// scanf(3) stores through, is an event.Change whose After is event.Pending.
// held tells whether there is any of these.
func (p *Prototype) Enter(s *Source) (args []event.Arg, held bool) {
	c := s.begin(p)
	c.placeFrom(0)
	sure := c.sureTo()
	args = make([]event.Arg, 0, len(p.Params)+2)
	for _, i := range p.Order {
		if i == p.packAt {
			args, held = c.appendPack(args, held)
			continue
		}
		n, dir, ok := c.applies(i)
		if !ok {
			continue
		}
		a := event.Arg{Name: p.Params[i].Name, Addr: c.target(i, n), Named: p.Named, Guess: i >= sure}
		switch dir {
		case '+':
			a.Value, held = event.Pending{Was: c.note(i, n)}, true
		case '=':
			a.Value, held = event.Change{Before: c.argument(i, n), After: event.Pending{}}, true
		default:
			a.Value = c.argument(i, n)
		}
		args = append(args, a)
	}
	if p.packAt == len(p.Params) {
		args, held = c.appendPack(args, held)
	}
	return args, held
}

// Return completes args, which Enter returned, and decodes the result. It may
// return a longer or shorter slice than args, and writes to args.
func (p *Prototype) Return(s *Source, args []event.Arg, r Result) ([]event.Arg, event.Value) {
	c := s.begin(p)
	c.returning = true
	c.failed, c.errno, c.left = p.Failed(&r), r.Errno, r.Left
	c.result = r.Int[0]
	if p.Result != nil {
		c.result = p.Result.shape().extend(r.Int[0])
	}
	c.placeFrom(0)
	if p.later {
		args = c.complete(args)
	}
	if p.pack == packSystem {
		var v event.Value
		if args, v = c.returnInner(args, r); v != nil {
			return args, v
		}
	}
	return args, c.resultValue(&r)
}

// Failed tells whether the result reports an error.
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

// placeFrom finds out where the parameters from index i on are. Those behind
// variable arguments can be found only when these have been passed.
func (c *call) placeFrom(i int) {
	if i == 0 && c.s.Kind != event.System {
		c.built = c.p.sret || c.p.Vague && c.p.mayBuild() && c.hidden()
		c.place.ints = c.p.ahead
		if c.built {
			c.room = c.place.integer()
		}
	}
	for ; i < len(c.p.Params); i++ {
		if c.p.pack == packSentinel && i == c.p.packAt {
			break
		}
		bits, blob, ok := c.place.argument(c.p, i)
		if !ok {
			c.lost = i
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

// applies returns the type of parameter i in this call and its direction; false
// if it is not shown.
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
	if i >= c.lost {
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

// appendPack appends the variable arguments, as far as they are known.
func (c *call) appendPack(args []event.Arg, held bool) ([]event.Arg, bool) {
	var more []event.Arg
	switch c.p.pack {
	case packSentinel:
		name := c.p.Params[c.p.packAt].Name
		more = c.p.Params[c.p.packAt].Node.(taker).take(c, name)
		c.words = append(c.words, 0)
		c.placeFrom(c.p.packAt + 1)
	case packSystem:
		var later bool
		more, later = c.enterInner()
		held = held || later
	case packVaList, packEnd:
		pl := &c.place
		if c.p.pack == packVaList {
			va, ok := vaListAt(c.s, c.words[c.p.packAt])
			if !ok || !c.pack.known {
				return append(args, event.Arg{Name: c.p.Params[c.p.packAt].Name, Value: event.Pointer{Addr: c.words[c.p.packAt]}}), held
			}
			pl = &placer{s: c.s, va: va}
		}
		if c.pack.scan {
			more = c.pack.targets(pl)
			held = held || len(more) > 0
		} else {
			more = c.pack.take(c, pl)
			if c.pack.cut {
				more = append(more, event.Arg{Value: event.Verbatim{Text: "..."}})
			}
		}
	}
	return append(args, more...), held
}

// complete fills in what the callee left.
func (c *call) complete(args []event.Arg) []event.Arg {
	fixed := 0
	for _, i := range c.p.Order {
		if _, _, ok := c.applies(i); ok && i != c.p.packAt {
			fixed++
		}
	}
	many := len(args) - fixed // variable arguments
	next := 0
	for _, i := range c.p.Order {
		if i == c.p.packAt {
			next += max(many, 0)
			continue
		}
		n, dir, ok := c.applies(i)
		if !ok || next >= len(args) {
			continue
		}
		c.settleArg(&args[next], i, n, dir)
		next++
	}
	return c.completePack(args, many)
}

// settleArg replaces a's Pending by what is there now.
func (c *call) settleArg(a *event.Arg, i int, n Node, dir byte) {
	if f, ok := n.(*formatNode); ok && f.scan {
		c.argument(i, n) // for the conversions in it
	}
	switch v := a.Value.(type) {
	case event.Pending:
		if c.was = v.Was; dir == '+' && c.filled(n) {
			a.Value = c.argument(i, n)
		} else {
			a.Value = c.bare(i)
		}
	case event.Change:
		a.Value = v.Before
		if dir == '=' && c.filled(n) {
			a.Value = c.replaced(i, n, v.Before)
		}
	}
}

// bare is parameter i as the machine word that it is.
func (c *call) bare(i int) event.Value {
	if i >= len(c.words) {
		return event.Pointer{}
	}
	return event.Pointer{Addr: c.words[i]}
}

// completePack replaces the many variable arguments by what scanf stored.
func (c *call) completePack(args []event.Arg, many int) []event.Arg {
	if !c.pack.scan || many <= 0 || many > len(args) {
		return args
	}
	from := len(args) - many
	if c.p.packAt < len(c.p.Params) {
		from = 0
		for from < len(args)-many && !isTarget(args[from]) {
			from++
		}
	}
	assigned := int(int32(c.result))
	return append(args[:from:from], append(c.pack.stored(c, args[from:from+many], assigned), args[from+many:]...)...)
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
			return event.Unreadable{Addr: c.room}
		}
		return n.load(c, b, 0)
	case sh.class == floating && r.Vector != nil:
		v := r.Vector(0)
		return n.word(c, c.s.Arch.Order.Uint64(v[:8]))
	}
	if _, ok := n.(evidentNode); ok {
		n = evidentNode{result: true}
	}
	return c.located(n, n.word(c, c.result))
}

// plainFailure is what the result of a failed call is shown as: the bits of -1
// are no flags.
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
