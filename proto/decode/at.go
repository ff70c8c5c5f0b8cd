package decode

import "plait/event"

// atNode is a pointer whose address matters, such as the address of memory that the
// callee has allocated: at(T). It is shown with the address and what lies there.
type atNode struct{ Node }

func (n *atNode) word(c *call, bits uint64) event.Value {
	return shownAt(bits, n.Node.word(c, bits))
}

func (n *atNode) load(c *call, b []byte, addr uint64) event.Value {
	return shownAt(n.shape().number(c, b), n.Node.load(c, b, addr))
}

func shownAt(addr uint64, v event.Value) event.Value {
	switch v.(type) {
	case event.Pointer, event.Unreadable, event.Pointee:
		return v // it already is an address
	}
	return event.Pointee{Addr: addr, Value: v, Shown: true}
}

// points reports whether a value of type n is a pointer shown as what it points to.
func points(n Node) bool {
	switch n := n.(type) {
	case *textNode:
		return !n.inline
	case *lensNode:
		return n.length != nil
	case *ptrNode, *textsNode, *formatNode, *partNode:
		return true
	case *atNode:
		return points(n.Node)
	case *noteNode:
		return points(n.Node)
	case *sentinelNode:
		return points(n.elem)
	case *becomesNode:
		return points(n.Node)
	case *afterNode:
		return points(n.Node)
	case *alwaysNode:
		return points(n.Node)
	}
	return false
}

// target returns argument i, of type n, as an address, if it is shown as what it
// points to; otherwise 0.
func (c *call) target(i int, n Node) uint64 {
	if i >= len(c.words) || !points(n) {
		return 0
	}
	return n.shape().extend(c.words[i])
}

// withAddress returns the result v, of type n, with the address that it was read at.
// If v is a number the address is shown as well: 0 would look like a null pointer.
func (c *call) withAddress(n Node, v event.Value) event.Value {
	if !points(n) {
		return v
	}
	switch v.(type) {
	case event.Pointer, event.Unreadable, event.Pointee, event.Void:
		return v
	}
	_, list := v.(event.List)
	p, ok := n.(*ptrNode)
	return event.Pointee{Addr: c.result, Value: v, Shown: list && ok && isNumbers(p.elem)}
}

// isNumbers reports whether n is a number, or an array of numbers.
func isNumbers(n Node) bool {
	if a, ok := n.(*arrayNode); ok {
		return isNumbers(a.elem)
	}
	class := n.shape().class
	return (class == integer || class == floating || class == longDouble) && !points(n)
}

// outText makes an out-parameter that receives a pointer to text show that pointer,
// because it is what the caller gets.
func outText(n Node) Node {
	switch x := n.(type) {
	case *ptrNode:
		if t, ok := x.elem.(*textNode); ok && !t.inline {
			return &ptrNode{&atNode{t}, x.size}
		}
	case *becomesNode:
		return &becomesNode{x.Node, outText(x.after)}
	case *alwaysNode:
		return &alwaysNode{outText(x.Node)}
	}
	return n
}
