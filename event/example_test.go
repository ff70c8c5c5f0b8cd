package event_test

import (
	"fmt"

	"plait/event"
)

// counter counts the system calls that failed.
type counter struct{ failed int }

func (c *counter) Emit(e event.Event) error {
	if r, ok := e.(*event.Return); ok && r.Call.Kind == event.System && r.Status() == event.StatusFailed {
		c.failed++
	}
	return nil
}

func (c *counter) Close() error { return nil }

// ExampleSink shows the smallest useful sink. It gets a call twice, when it begins and when
// it ends.
func ExampleSink() {
	c := &counter{}
	call := &event.Call{ID: 1, Kind: event.System, Name: "open"}
	var sink event.Sink = c
	sink.Emit(&event.Enter{Call: call})
	call.Failed = true
	sink.Emit(&event.Return{Call: call, Result: event.Errno{Num: 2, Name: "ENOENT"}})
	fmt.Println(c.failed, sink.Close())
	// Output: 1 <nil>
}
