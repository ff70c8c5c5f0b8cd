package explain_test

import (
	"os"

	"plait/event"
	"plait/explain"
	"plait/output/text"
	"plait/proto"
)

// A call that stayed in user space is explained by just that.
func ExampleNew() {
	database, _ := proto.Open(proto.Options{})
	call := &event.Call{ID: 1, Kind: event.Library, Object: "libc.so.6", Name: "malloc", Args: []event.Arg{
		{Name: "size", Value: event.Int{Bits: 100, Size: 8}},
	}}
	sink := explain.New(text.New(os.Stdout, text.Options{}), explain.Options{Database: database, Kernel: true})
	sink.Emit(&event.Enter{Call: call})
	sink.Emit(&event.Return{Call: call, Result: event.Pointer{Addr: 0x55d0c0de82a0}})
	sink.Close()
	// Output:
	// malloc(100) = 0x55d0c0de82a0
	//  # reserve 100 bytes; served from memory already held [malloc(3)]
}
