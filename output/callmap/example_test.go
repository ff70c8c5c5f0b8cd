package callmap_test

import (
	"os"
	"time"

	"plait/event"
	"plait/output/callmap"
)

// Of two calls of malloc, one moves the end of the heap.
func ExampleNew() {
	head := event.Head{PID: 7, TID: 7}
	first := &event.Call{ID: 1, Kind: event.Library, Name: "malloc"}
	brk := &event.Call{ID: 2, Kind: event.System, Name: "brk"}
	second := &event.Call{ID: 3, Kind: event.Library, Name: "malloc"}
	m := callmap.New(os.Stdout, callmap.Options{Name: func(c *event.Call) string { return c.Name }})
	for _, e := range []event.Event{
		&event.Enter{Head: head, Call: first},
		&event.Enter{Head: head, Call: brk},
		&event.Return{Head: head, Call: brk, Elapsed: 9 * time.Microsecond},
		&event.Return{Head: head, Call: first},
		&event.Enter{Head: head, Call: second},
		&event.Return{Head: head, Call: second},
	} {
		m.Emit(e)
	}
	m.Close()
	// Output:
	// library call  calls  crossed  system calls caused  in the kernel
	// malloc            2        1  brk x1                      9.0 us
	// 2 library calls, 1 entered the kernel; 1 system call, 1 of them from library calls
}
