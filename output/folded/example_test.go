package folded_test

import (
	"fmt"
	"os"
	"time"

	"plait/event"
	"plait/output/folded"
	"plait/output/text"
)

// puts took 50 microseconds, 41 of them in the write that it made.
func ExampleNew() {
	puts := &event.Call{ID: 1, Kind: event.Library, Name: "puts"}
	write := &event.Call{ID: 2, Kind: event.System, Name: "write"}
	head := event.Head{PID: 7, TID: 7}
	w := folded.New(os.Stdout, text.Options{})
	for _, e := range []event.Event{
		&event.Spawn{Head: head, Kind: event.Launched, ChildPID: 7, ChildTID: 7, Path: "/usr/bin/hello"},
		&event.Enter{Head: head, Call: puts},
		&event.Enter{Head: head, Call: write},
		&event.Return{Head: head, Call: write, Elapsed: 41 * time.Microsecond},
		&event.Return{Head: head, Call: puts, Elapsed: 50 * time.Microsecond},
	} {
		if err := w.Emit(e); err != nil {
			fmt.Println(err)
		}
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// hello;puts 9
	// hello;puts;SYS_write_[k] 41
}
