package only

import (
	"fmt"
	"slices"

	"plait/event"
)

// Bounds on what is held back of calls that are open.
const (
	maxHeld      = 1 << 16 // calls
	maxHeldBytes = 64 << 20
)

// A store holds the beginnings of calls until it is known whether they are shown.
type store struct {
	calls int
	bytes int
	spare []*begin // for reuse
}

// A begin is a copy of the beginning of a call.
type begin struct {
	enter event.Enter
	call  event.Call
	args  []event.Arg
	bytes int
}

// maxSpare bounds what is kept for reuse: most calls are over soon.
const maxSpare = 64

// hold returns a copy of e, or nil if there is no room for it.
func (s *store) hold(e *event.Enter) *begin {
	bytes := sizeOf(e.Call)
	if s.calls >= maxHeld || s.bytes+bytes > maxHeldBytes {
		return nil
	}
	b := &begin{}
	if n := len(s.spare); n > 0 {
		b, s.spare = s.spare[n-1], s.spare[:n-1]
	}
	b.enter, b.call, b.bytes = *e, *e.Call, bytes
	b.args = append(b.args[:0], e.Call.Args...)
	b.call.Args, b.call.Words = b.args, slices.Clone(e.Call.Words)
	b.enter.Call = &b.call
	s.calls, s.bytes = s.calls+1, s.bytes+bytes
	return b
}

func (s *store) release(b *begin) {
	s.calls, s.bytes = s.calls-1, s.bytes-b.bytes
	clear(b.args)
	if len(s.spare) < maxSpare {
		s.spare = append(s.spare, b)
	}
}

// sizeOf estimates the memory that a call takes, in bytes.
func sizeOf(c *event.Call) int {
	const each = 1000 // beside its arguments
	size := each + 100*len(c.Stack)
	for i := range c.Args {
		size += 100 + sizeOfValue(c.Args[i].Value)
	}
	return size
}

func sizeOfValue(v event.Value) int {
	const each = 50
	switch v := v.(type) {
	case event.Str:
		return each + len(v.Text)
	case event.List:
		return each + sum(v.Items)
	case event.Record:
		size := each
		for i := range v.Fields {
			size += sizeOfValue(v.Fields[i].Value)
		}
		return size
	case event.Change:
		return each + sizeOfValue(v.Before) + sizeOfValue(v.After)
	case event.Pointee:
		return each + sizeOfValue(v.Value)
	case event.Note:
		return each + sizeOfValue(v.Value) + sizeOfValue(v.Extra)
	}
	return each
}

func sum(values []event.Value) int {
	size := 0
	for _, v := range values {
		size += sizeOfValue(v)
	}
	return size
}

// sayFull says once that a call is not shown because there is no room to hold it.
func (s *Sink) sayFull(e *event.Enter) error {
	if s.crowded {
		return nil
	}
	s.crowded = true
	return s.to.Emit(&event.Notice{Head: e.Head, Text: fmt.Sprintf(
		"of %d open calls it is not known yet whether they are to be shown: calls within them are left out", s.store.calls)})
}
