package narrow_test

import (
	"os"

	"plait/event"
	"plait/output/narrow"
	"plait/output/text"
)

// A recording holds long texts. This is what is shown of one with -s 5.
func ExampleLimits_New() {
	call := &event.Call{ID: 1, Kind: event.Library, Name: "puts", Args: []event.Arg{{Value: event.Str{Text: "hello, world"}}}}
	limits := narrow.Limits{Strings: 5, Items: -1, SystemItems: -1}
	sink := limits.New(text.New(os.Stdout, text.Options{}))
	sink.Emit(&event.Enter{Call: call})
	sink.Emit(&event.Return{Call: call, Result: event.Int{Bits: 13, Size: 4}})
	sink.Close()
	// Output:
	// puts("hello"...) = 13
}
