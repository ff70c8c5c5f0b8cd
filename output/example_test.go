package output_test

import (
	"fmt"
	"os"

	"plait/event"
	"plait/output"
)

// ExampleFind finds a format by its name, as --format does, and writes a trace of one call
// in it.
func ExampleFind() {
	format := output.Find("text")
	fmt.Println(format.Name)
	sink := format.New(os.Stdout, output.Options{})
	call := &event.Call{ID: 1, Kind: event.System, Name: "getppid"}
	sink.Emit(&event.Enter{Call: call})
	sink.Emit(&event.Return{Call: call, Result: event.Int{Bits: 77, Size: 4}})
	sink.Close()
	// Output:
	// text
	// SYS_getppid() = 77
}
