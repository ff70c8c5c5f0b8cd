package decode

import (
	"reflect"

	"plait/event"
)

// becomesNode is a value of one type that the callee replaces by one of
// another: becomes(T, U).
type becomesNode struct {
	Node
	left Node
}

func (n *becomesNode) now(c *call) Node {
	if c.returning {
		return n.left
	}
	return n.Node
}

func (n *becomesNode) word(c *call, bits uint64) event.Value { return n.now(c).word(c, bits) }

func (n *becomesNode) load(c *call, b []byte, addr uint64) event.Value {
	return n.now(c).load(c, b, addr)
}

// Becomes returns the type of a value of type n that is one of type left when the call
// ends.
func Becomes(n, left Node) Node { return &becomesNode{n, left} }

// afterNode is what a call leaves that failed with one error: after(ERRNO, T). The
// error of a library call is in errno, if its prototype says so, or its result.
type afterNode struct {
	Node
	errno int
}

// After returns the type of what is left as n by a call that fails with that error.
func After(n Node, errno uint64) Node { return &afterNode{n, int(errno)} }

// alwaysNode is what is decoded when the call ends, however it ends: always(T).
type alwaysNode struct{ Node }

// filled tells whether the callee has filled in an argument of type n.
func (c *call) filled(n Node) bool {
	switch n := n.(type) {
	case *becomesNode:
		return c.filled(n.left)
	case *afterNode:
		return c.failed && c.error() == n.errno
	case *alwaysNode:
		return true
	case *lensNode:
		return n.Always || !c.failed
	case *textNode:
		return !c.failed && !n.hasNoRoom(c)
	}
	return !c.failed
}

// error is the number of the error that the call failed with; 0 if that isn't known.
func (c *call) error() int {
	switch {
	case c.s.Kind == event.System:
		return c.errno
	case !c.p.SetsErrno:
		return int(int32(c.result))
	case c.left != nil:
		return c.left()
	}
	return 0
}

// A noting is the lens of an out-argument that must know at Return what was
// there at Enter. Its Note is given what DecodeSized will be; n is 0 if it isn't
// known yet.
type noting interface {
	Note(s *Source, addr, n uint64) uint64
}

// note is what is to be known at Return of out-argument i, of type n.
func (c *call) note(i int, n Node) uint64 {
	l, ok := n.(*lensNode)
	if !ok || l.length == nil || i >= len(c.words) || c.words[i] == 0 {
		return 0
	}
	lens, ok := l.Sized.(noting)
	if !ok {
		return 0
	}
	size, _ := l.length.eval(c)
	return lens.Note(c.s, c.words[i], size)
}

// Noted is what Note returned when the call began.
func (s *Source) Noted() uint64 { return s.scratch.was }

// Failed tells whether the call being decoded has failed.
func (s *Source) Failed() bool { return s.scratch.failed }

// replaced is what argument i of type n, which was before, has become.
func (c *call) replaced(i int, n Node, before event.Value) event.Value {
	after := c.argument(i, n)
	if _, ok := n.(*becomesNode); !ok {
		return Changed(before, after)
	}
	if _, nothing := after.(event.Void); nothing {
		return before
	}
	if p, ok := before.(event.Pointer); ok && p.Addr == 0 {
		return before // there is nothing to replace
	}
	return event.Change{Before: before, After: after}
}

// sole tells whether a list has one element, and that is all there is.
func sole(l event.List) bool { return len(l.Items) == 1 && !l.Cut && l.Rest == 0 && !l.Set }

// Changed is one value where two are equal, or where nothing is said of the
// second; of the sole elements of two lists, the change is inside.
func Changed(before, after event.Value) event.Value {
	if _, nothing := after.(event.Void); nothing || reflect.DeepEqual(before, after) {
		return before
	}
	b, ok := before.(event.List)
	a, ok2 := after.(event.List)
	if ok && ok2 && sole(a) && sole(b) {
		return event.List{Items: []event.Value{event.Change{Before: b.Items[0], After: a.Items[0]}}}
	}
	return event.Change{Before: before, After: after}
}
