package stacks

import (
	"path"
	"strconv"
	"time"

	"plait/event"
	"plait/output/calls"
	"plait/output/text"
)

// Names of nodes that stand for many stacks.
const (
	OtherCalls  = "(other calls)"  // a root: the stacks beyond maxNodes
	DeeperCalls = "(deeper calls)" // all that is called beyond maxDepth
)

// Bounds of the tree. A profile has the whole stack of each node.
const (
	maxNodes = 1 << 16
	maxDepth = 256
)

// A Frame is a call as a stack shows it.
type Frame struct {
	Name   string
	Object string // soname of the callee, "" if unknown; base name of the program for a root
	System bool   // it is a system call
}

// A Node is a stack of calls: its Frame, called from that of its parent.
type Node struct {
	Frame
	Calls    int           // how many were made
	Self     time.Duration // spent in them, and in no call nested in them
	Children []*Node       // in the order of their first calls

	parent *Node
	depth  int // 1: a root
	find   map[Frame]*Node
}

// A Tree adds up calls. Its methods are not safe for concurrent use.
type Tree struct {
	look     text.Options
	names    *text.Namer
	roots    Node
	nodes    int
	programs map[int]string // by process
	calls    calls.Open[open]
}

// An open call has begun.
type open struct {
	node   *Node
	nested time.Duration // spent in calls that this one made
}

// New returns an empty tree. look says how names look.
func New(look text.Options) *Tree {
	look.Color = false
	return &Tree{look: look, names: text.NewNamer(look), programs: map[int]string{}}
}

// Add counts what an event says of calls.
func (t *Tree) Add(e event.Event) {
	switch e := e.(type) {
	case *event.Enter:
		t.enter(e)
	case *event.Return:
		t.leave(e)
	case *event.Exec:
		t.calls.Follow(e)
		t.programs[e.PID] = path.Base(e.Path)
	case *event.Spawn:
		t.spawn(e)
	case *event.Exit:
		t.calls.Follow(e)
		if e.Process {
			delete(t.programs, e.PID)
		}
	case *event.Detach:
		t.calls.Follow(e)
	}
}

// spawn names the program of a process, and gives a forked one the calls that it inherits.
// The system call that made it is its creator's alone.
func (t *Tree) spawn(e *event.Spawn) {
	t.calls.Follow(e)
	switch e.Kind {
	case event.Launched, event.Attached:
		if e.Path != "" {
			t.programs[e.ChildPID] = path.Base(e.Path)
		}
	case event.Forked:
		t.programs[e.ChildPID] = t.programs[e.PID]
		th := t.calls.Thread(e.ChildTID)
		if n := th.Len(); n > 0 && th.At(n-1).node.System {
			th.Delete(n-1, n)
		}
		for i := range th.Len() {
			th.At(i).nested = 0 // a copy's time counts from the fork
		}
	}
}

// enter counts a call. Copies that a forked process inherited are not counted again, but
// what is called in them is.
func (t *Tree) enter(e *event.Enter) {
	th := t.calls.Thread(e.TID)
	parent := t.root(e.PID)
	if n := th.Len(); n > 0 {
		parent = th.At(n - 1).node
	}
	n := t.child(parent, t.frame(e.Call))
	n.Calls++
	th.Push(e.Call.ID, open{node: n})
}

func (t *Tree) leave(e *event.Return) {
	th := t.calls.Ending(e)
	c, ok := th.TakeAll(e.Call)
	if !ok {
		return
	}
	elapsed := max(0, e.Elapsed)
	c.node.Self += max(0, elapsed-c.nested)
	if n := th.Len(); n > 0 {
		th.At(n - 1).nested += elapsed
	}
}

// frame returns a call as a stack shows it.
func (t *Tree) frame(c *event.Call) Frame {
	return Frame{Name: t.names.Name(c), Object: t.names.Object(c), System: c.Kind == event.System}
}

// root returns the node of the program that a process runs. An attached process has no
// name but its number.
func (t *Tree) root(pid int) *Node {
	name := text.Escaped(t.programs[pid], t.look)
	if name == "" {
		name = "process " + strconv.Itoa(pid)
	}
	return t.child(&t.roots, Frame{Name: name, Object: name})
}

// child returns the node of a call made in parent.
func (t *Tree) child(parent *Node, f Frame) *Node {
	if parent.depth >= maxDepth {
		if parent.Name == DeeperCalls {
			return parent
		}
		f = Frame{Name: DeeperCalls}
	}
	if n := parent.find[f]; n != nil {
		return n
	}
	if t.nodes >= maxNodes {
		return t.roots.add(Frame{Name: OtherCalls})
	}
	t.nodes++
	return parent.add(f)
}

// add returns the child with a frame, which is new if there is none.
func (n *Node) add(f Frame) *Node {
	if c := n.find[f]; c != nil {
		return c
	}
	c := &Node{Frame: f, parent: n, depth: n.depth + 1}
	if n.find == nil {
		n.find = map[Frame]*Node{}
	}
	n.find[f] = c
	n.Children = append(n.Children, c)
	return c
}

// Walk visits all nodes, each before its children. Its stack, of which visit must not
// keep anything, has the root first and the node last.
func (t *Tree) Walk(visit func(stack []*Node)) {
	var stack []*Node
	next := []int{0}
	level := t.roots.Children
	for {
		i := next[len(next)-1]
		if i == len(level) {
			if len(stack) == 0 {
				return
			}
			level = stack[len(stack)-1].parent.Children
			stack, next = stack[:len(stack)-1], next[:len(next)-1]
			continue
		}
		next[len(next)-1]++
		stack, next = append(stack, level[i]), append(next, 0)
		visit(stack)
		level = level[i].Children
	}
}
