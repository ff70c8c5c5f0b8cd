package decode

import (
	"reflect"

	"plait/event"
)

// becomesNode is a value of one type that the callee replaces by a value of another:
// becomes(T, U).
type becomesNode struct {
	Node
	after Node
}

func (n *becomesNode) now(c *call) Node {
	if c.returning {
		return n.after
	}
	return n.Node
}

func (n *becomesNode) word(c *call, bits uint64) event.Value { return n.now(c).word(c, bits) }

func (n *becomesNode) load(c *call, b []byte, addr uint64) event.Value {
	return n.now(c).load(c, b, addr)
}

// Becomes returns the type of a value that has type n before the call and type after
// at its end.
func Becomes(n, after Node) Node { return &becomesNode{n, after} }

// afterNode is an out-argument of a call that failed with one error: after(ERRNO, T).
// The error of a library call is in errno if its prototype says so, otherwise it is
// the result.
type afterNode struct {
	Node
	errno int
}

// After returns the type of what a call stores as n if it fails with that errno.
func After(n Node, errno uint64) Node { return &afterNode{n, int(errno)} }

// alwaysNode is decoded at the end of the call even if it failed: always(T).
type alwaysNode struct{ Node }

// filled reports whether the callee has filled in an argument of type n.
func (c *call) filled(n Node) bool {
	switch n := n.(type) {
	case *becomesNode:
		return c.filled(n.after)
	case *afterNode:
		return c.failed && c.error() == n.errno
	case *alwaysNode:
		return true
	case *lensNode:
		return n.Always || !c.failed
	case *textNode:
		return !c.failed && !n.hasZeroLength(c)
	}
	return !c.failed
}

// error returns the errno that the call failed with; 0 if it is unknown.
func (c *call) error() int {
	switch {
	case c.s.Kind == event.System:
		return c.errno
	case !c.p.SetsErrno:
		return int(int32(c.result))
	case c.libcErrno != nil:
		return c.libcErrno()
	}
	return 0
}

// A noting is the lens of an out-argument that must know at Return what was in memory
// at Enter. Note gets the arguments that DecodeSized will get; n is 0 if it isn't
// known yet.
type noting interface {
	Note(s *Source, addr, n uint64) uint64
}

// note returns what the lens of out-argument i, of type n, must know at Return.
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

// Noted returns what Note returned at Enter for the argument being decoded.
func (s *Source) Noted() uint64 { return s.scratch.noted }

// Failed reports whether the call being decoded has failed.
func (s *Source) Failed() bool { return s.scratch.failed }

// replaced returns the value of argument i, of type n, at the end of a call; before
// is its value at the start.
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

// isSingle reports whether a list has exactly one element.
func isSingle(l event.List) bool { return len(l.Items) == 1 && !l.Cut && l.Rest == 0 && !l.Set }

// Changed returns the value of something that was before and is now after: before if
// the two are equal or after is void, otherwise an event.Change. If both are lists of
// one element, the change is inside the list.
func Changed(before, after event.Value) event.Value {
	if _, nothing := after.(event.Void); nothing || reflect.DeepEqual(before, after) {
		return before
	}
	b, ok := before.(event.List)
	a, ok2 := after.(event.List)
	if ok && ok2 && isSingle(a) && isSingle(b) {
		return event.List{Items: []event.Value{event.Change{Before: b.Items[0], After: a.Items[0]}}}
	}
	return event.Change{Before: before, After: after}
}
