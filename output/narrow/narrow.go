package narrow

import (
	"unicode/utf8"

	"plait/event"
)

// A changer changes values. Of a value that it leaves alone it reports false.
type changer interface {
	value(c *event.Call, v event.Value) (event.Value, bool)
	arg(c *event.Call, a *event.Arg) (event.Value, bool)
	dumps(dumps []event.Dump) ([]event.Dump, bool)
	stack(frames []event.Caller) ([]event.Caller, bool)
	rest(e event.Event) event.Event // of an event that is neither a call nor a signal
}

// A sink passes on events with other values.
type sink struct {
	event.Sink
	change changer
	origin bool        // the objects that make system calls are passed on
	silent bool        // explanations are not
	args   []event.Arg // room
	call   event.Call
	enter  event.Enter
	leave  event.Return
	signal event.Signal
}

// Emit passes on e, or a copy in which values are changed.
func (s *sink) Emit(e event.Event) error {
	switch e := e.(type) {
	case *event.Enter:
		if c, changed := s.changeCall(e.Call); changed {
			s.enter = *e
			s.enter.Call = c
			return s.Sink.Emit(&s.enter)
		}
		return s.Sink.Emit(e)
	case *event.Return:
		return s.Sink.Emit(s.changeReturn(e))
	case *event.Signal:
		info, changed := s.change.value(nil, e.Info)
		stack, cut := s.change.stack(e.Stack)
		if changed || cut {
			s.signal = *e
			s.signal.Info, s.signal.Stack = info, stack
			return s.Sink.Emit(&s.signal)
		}
		return s.Sink.Emit(e)
	}
	return s.Sink.Emit(s.change.rest(e))
}

func (s *sink) changeReturn(e *event.Return) *event.Return {
	c, changed := s.changeCall(e.Call)
	result, other := s.change.value(e.Call, e.Result)
	dumps, fewer := s.change.dumps(e.Dumps)
	explained := s.silent && e.Explanation != event.Explanation{}
	if !changed && !other && !fewer && !explained {
		return e
	}
	s.leave = *e
	if explained {
		s.leave.Explanation = event.Explanation{}
	}
	s.leave.Call, s.leave.Result, s.leave.Dumps = c, result, dumps
	return &s.leave
}

// changeCall returns c, or a copy with other arguments, and whether it is one.
func (s *sink) changeCall(c *event.Call) (*event.Call, bool) {
	changed := false
	s.args = s.args[:0]
	for i := range c.Args {
		s.args = append(s.args, c.Args[i])
		v, other := s.change.arg(c, &c.Args[i])
		if other {
			s.args[i].Value, changed = v, true
		}
	}
	stack, cut := s.change.stack(c.Stack)
	strip := !s.origin && c.Kind == event.System && c.From != ""
	if !changed && !cut && !strip {
		return c, false
	}
	s.call = *c
	if strip {
		s.call.From = ""
	}
	s.call.Args, s.call.Stack = s.args, stack
	return &s.call, true
}

// inside changes the values in v by change. It reports false if none was changed.
func inside(v event.Value, change func(event.Value) (event.Value, bool)) (event.Value, bool) {
	switch v := v.(type) {
	case event.List:
		items, changed := list(v.Items, change)
		v.Items = items
		return v, changed
	case event.Record:
		fields, changed := fields(v.Fields, change)
		v.Fields = fields
		return v, changed
	case *event.Record:
		return inside(*v, change)
	case event.Pointee:
		inner, changed := change(v.Value)
		v.Value = inner
		return v, changed
	case event.Change:
		before, changed := change(v.Before)
		after, other := change(v.After)
		return event.Change{Before: before, After: after}, changed || other
	case event.Note:
		value, a := change(v.Value)
		extra, b := change(v.Extra)
		remaining, c := change(v.Remaining)
		v.Value, v.Extra, v.Remaining = value, extra, remaining
		return v, a || b || c
	}
	return v, false
}

func list(items []event.Value, change func(event.Value) (event.Value, bool)) ([]event.Value, bool) {
	var copied []event.Value
	for i, item := range items {
		if v, changed := change(item); changed {
			if copied == nil {
				copied = append([]event.Value(nil), items...)
			}
			copied[i] = v
		}
	}
	if copied == nil {
		return items, false
	}
	return copied, true
}

func fields(all []event.Field, change func(event.Value) (event.Value, bool)) ([]event.Field, bool) {
	var copied []event.Field
	for i := range all {
		if v, changed := change(all[i].Value); changed {
			if copied == nil {
				copied = append([]event.Field(nil), all...)
			}
			copied[i].Value = v
		}
	}
	if copied == nil {
		return all, false
	}
	return copied, true
}

// Limits say how much is shown of what was decoded. A negative number is no limit.
type Limits struct {
	Strings     int  // bytes of a text, or characters of a wide one
	Items       int  // elements of an array of a library call
	SystemItems int  // of a system call
	Descriptors int  // what descriptors stand for: 0 nothing, 1 paths
	Frames      int  // of stacks
	Origins     bool // which objects make system calls
	Unexplained bool // what calls did is left out
}

// New returns a sink that passes on to s events with no more than the limits allow.
func (l Limits) New(s event.Sink) event.Sink {
	return &sink{Sink: s, change: &l, origin: l.Origins, silent: l.Unexplained}
}

func (l *Limits) rest(e event.Event) event.Event { return e }

func (l *Limits) stack(frames []event.Caller) ([]event.Caller, bool) {
	if l.Frames < 0 || len(frames) <= l.Frames {
		return frames, false
	}
	return frames[:l.Frames:l.Frames], true
}

func (l *Limits) dumps(dumps []event.Dump) ([]event.Dump, bool) { return dumps, false }

func (l *Limits) arg(c *event.Call, a *event.Arg) (event.Value, bool) { return l.value(c, a.Value) }

func (l *Limits) value(c *event.Call, v event.Value) (event.Value, bool) {
	items := l.SystemItems
	if c != nil && c.Kind != event.System {
		items = l.Items
	}
	return l.narrow(v, items)
}

// narrow narrows a value, in which an array has at most so many items.
func (l *Limits) narrow(v event.Value, items int) (event.Value, bool) {
	switch x := v.(type) {
	case nil, event.Int, event.Void, event.Flags, event.Name, event.Errno:
		return v, false
	case event.Str:
		return l.text(x, v)
	case event.FD:
		fd := l.descriptor(x)
		if fd == x {
			return v, false
		}
		return fd, true
	case event.Pointer:
		if x.Stream == nil || l.Descriptors < 0 {
			return v, false
		}
		return l.stream(x), true
	case event.List:
		if !x.Set && !x.Bits && items >= 0 && len(x.Items) > items {
			x.Items, x.Cut = x.Items[:items:items], true
			short, _ := inside(x, func(v event.Value) (event.Value, bool) { return l.narrow(v, items) })
			return short, true
		}
	}
	return inside(v, func(v event.Value) (event.Value, bool) { return l.narrow(v, items) })
}

// text narrows s, which v holds.
func (l *Limits) text(s event.Str, v event.Value) (event.Value, bool) {
	if l.Strings < 0 || len(s.Text) <= l.Strings || s.Path {
		return v, false
	}
	at := l.Strings
	if s.Wide {
		at = prefix(s.Text, l.Strings)
	}
	if at == len(s.Text) {
		return v, false
	}
	s.Text, s.Cut = s.Text[:at], true
	return s, true
}

// prefix returns how many bytes the first n characters of text have.
func prefix(text string, n int) (at int) {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

func (l *Limits) descriptor(v event.FD) event.FD {
	switch l.Descriptors {
	case 0:
		return event.FD{Num: v.Num, Cwd: v.Cwd}
	case 1:
		v.Device, v.Description = "", ""
	}
	return v
}

// stream narrows the descriptor of a FILE.
func (l *Limits) stream(p event.Pointer) event.Pointer {
	if l.Descriptors == 0 {
		p.Stream = nil
		return p
	}
	fd := l.descriptor(*p.Stream)
	p.Stream = &fd
	return p
}
