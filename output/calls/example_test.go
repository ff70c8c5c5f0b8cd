package calls_test

import (
	"fmt"
	"time"

	"plait/event"
	"plait/output/calls"
)

// ExampleOpen remembers when each call began. A child has copies of the calls that are
// open in its creator. They end there under numbers of their own, which say which calls
// they are copies of.
func ExampleOpen() {
	var began calls.Open[time.Duration]
	began.Thread(10).Push(1, 5*time.Second)
	began.Follow(&event.Spawn{Head: event.Head{TID: 10}, Kind: event.Forked, ChildTID: 20})

	for tid, call := range map[int]*event.Call{10: {ID: 1}, 20: {ID: 2, Origin: 1}} {
		when, ok := began.Thread(tid).Take(call)
		fmt.Println(tid, when, ok)
	}
	// Unordered output:
	// 10 5s true
	// 20 5s true
}
