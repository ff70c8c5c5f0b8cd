package summary_test

import (
	"fmt"
	"os"
	"time"

	"plait/event"
	"plait/output/summary"
)

// ExampleNew counts the time of a nested call for that call, and not for the one around
// it.
func ExampleNew() {
	outer, inner := &event.Call{ID: 1, Name: "puts"}, &event.Call{ID: 2, Parent: 1, Name: "write"}
	head := event.Head{PID: 7, TID: 7}
	s := summary.New(os.Stdout, summary.Options{Name: func(c *event.Call) string { return c.Name }})
	for _, e := range []event.Event{
		&event.Enter{Head: head, Call: outer},
		&event.Enter{Head: head, Call: inner},
		&event.Return{Head: head, Call: inner, Elapsed: time.Second},
		&event.Return{Head: head, Call: outer, Elapsed: 4 * time.Second},
	} {
		_ = s.Emit(e)
	}
	if err := s.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// % time     seconds  usecs/call     calls      function
	// ------ ----------- ----------- --------- --------------------
	//  75.00    3.000000     3000000         1 puts
	//  25.00    1.000000     1000000         1 write
	// ------ ----------- ----------- --------- --------------------
	// 100.00    4.000000                     2 total
}
