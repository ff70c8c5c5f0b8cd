package stacks

import (
	"strconv"
	"testing"

	"plait/event"
	"plait/output/text"
)

// call enters a call, and returns what ends it.
func call(t *Tree, id uint64, name string) func() {
	c := &event.Call{ID: id, Kind: event.Function, Name: name}
	head := event.Head{PID: 7, TID: 7}
	t.Add(&event.Enter{Head: head, Call: c})
	return func() { t.Add(&event.Return{Head: head, Call: c, Elapsed: 1}) }
}

// A program that calls ever other functions, or ever deeper, makes no tree without end,
// and no call of it is lost.
func TestBounds(t *testing.T) {
	const wide, deep = maxNodes + 1000, maxDepth + 1000
	for name, fill := range map[string]func(*Tree) int{
		"wide": func(tree *Tree) int {
			for i := range uint64(wide) {
				call(tree, i+1, "f"+strconv.FormatUint(i, 10))()
			}
			return wide
		},
		"deep": func(tree *Tree) int {
			var ends []func()
			for i := range uint64(deep) {
				ends = append(ends, call(tree, i+1, "f"+strconv.FormatUint(i, 10)))
			}
			for i := len(ends) - 1; i >= 0; i-- {
				ends[i]()
			}
			return deep
		},
	} {
		t.Run(name, func(t *testing.T) {
			tree := New(text.Options{})
			want := fill(tree)
			calls, nodes := 0, 0
			tree.Walk(func(stack []*Node) {
				nodes++
				calls += stack[len(stack)-1].Calls
				if len(stack) > maxDepth+1 {
					t.Fatalf("a stack of %d calls", len(stack))
				}
			})
			if calls != want || nodes > maxNodes+2 {
				t.Errorf("%d of %d calls in %d nodes", calls, want, nodes)
			}
		})
	}
}
