package stacks_test

import (
	"fmt"
	"time"

	"plait/event"
	"plait/output/stacks"
	"plait/output/text"
)

// The time of a node is its own: that of write is not that of puts.
func ExampleTree_Walk() {
	puts := &event.Call{ID: 1, Kind: event.Library, Name: "puts"}
	write := &event.Call{ID: 2, Kind: event.System, Name: "write"}
	head := event.Head{PID: 7, TID: 7}
	tree := stacks.New(text.Options{})
	for _, e := range []event.Event{
		&event.Spawn{Head: head, Kind: event.Launched, ChildPID: 7, ChildTID: 7, Path: "/usr/bin/hello"},
		&event.Enter{Head: head, Call: puts},
		&event.Enter{Head: head, Call: write},
		&event.Return{Head: head, Call: write, Elapsed: 41 * time.Microsecond},
		&event.Return{Head: head, Call: puts, Elapsed: 50 * time.Microsecond},
	} {
		tree.Add(e)
	}
	tree.Walk(func(stack []*stacks.Node) {
		last := stack[len(stack)-1]
		fmt.Println(len(stack), last.Name, last.Calls, last.Self)
	})
	// Output:
	// 1 hello 0 0s
	// 2 puts 1 9µs
	// 3 SYS_write 1 41µs
}
