package text_test

import (
	"fmt"
	"os"
	"time"

	"plait/event"
	"plait/output/text"
)

// ExampleNew shows a call of puts, and the system call that it makes, which interrupts
// its line.
func ExampleNew() {
	puts := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Args: []event.Arg{{Value: event.Str{Text: "hi"}}}}
	write := &event.Call{ID: 2, Parent: 1, Kind: event.System, Name: "write", Args: []event.Arg{{Value: event.FD{Num: 1}}, {Value: event.Str{Text: "hi\n"}}}}
	three := event.Int{Bits: 3, Size: 4, Signed: true}
	outer, inner := event.Head{PID: 7, TID: 7}, event.Head{PID: 7, TID: 7, Depth: 1}

	printer := text.New(os.Stdout, text.Options{Indent: 2, Elapsed: true})
	for _, e := range []event.Event{
		&event.Enter{Head: outer, Call: puts},
		&event.Enter{Head: inner, Call: write},
		&event.Return{Head: inner, Call: write, Result: three, Elapsed: 5 * time.Microsecond},
		&event.Return{Head: outer, Call: puts, Result: three, Elapsed: 9 * time.Microsecond},
		&event.Exit{Head: outer, Process: true},
	} {
		if err := printer.Emit(e); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// puts("hi" <unfinished ...>
	//   SYS_write(1, "hi\n") = 3 <0.000005>
	// <... puts resumed> ) = 3 <0.000009>
	// +++ exited (status 0) +++
}
