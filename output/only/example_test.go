package only_test

import (
	"os"

	"plait/event"
	"plait/output/only"
	"plait/output/text"
)

// With Crossing, a call that stays in user space is not shown.
func ExampleNew() {
	stays := &event.Call{ID: 1, Kind: event.Library, Name: "strlen"}
	enters := &event.Call{ID: 2, Kind: event.Library, Name: "puts"}
	write := &event.Call{ID: 3, Parent: 2, Kind: event.System, Name: "write"}
	one := event.Int{Bits: 1, Size: 4}
	sink := only.New(text.New(os.Stdout, text.Options{Indent: 2}), only.Options{Crossing: true})
	for _, e := range []event.Event{
		&event.Enter{Call: stays},
		&event.Return{Call: stays, Result: one},
		&event.Enter{Call: enters},
		&event.Enter{Head: event.Head{Depth: 1}, Call: write},
		&event.Return{Head: event.Head{Depth: 1}, Call: write, Result: one},
		&event.Return{Call: enters, Result: one},
	} {
		sink.Emit(e)
	}
	sink.Close()
	// Output:
	// puts( <unfinished ...>
	//   SYS_write() = 1
	// <... puts resumed> ) = 1
}
