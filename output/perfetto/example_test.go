package perfetto_test

import (
	"bytes"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"plait/event"
	"plait/output/perfetto"
	"plait/output/text"
)

// A trace is packets, each field 1 of the file. The first two say which process and
// thread there is; the others begin and end the call.
func ExampleNew() {
	var file bytes.Buffer
	head := event.Head{PID: 7, TID: 7}
	call := &event.Call{ID: 1, Kind: event.Library, Name: "puts"}
	w := perfetto.New(&file, text.Options{})
	w.Emit(&event.Enter{Head: head, Call: call})
	w.Emit(&event.Return{Head: head, Call: call})
	w.Close()
	packets := 0
	for b := file.Bytes(); len(b) > 0; packets++ {
		field, _, n := protowire.ConsumeField(b)
		if field != 1 || n < 0 {
			fmt.Println("no packet")
			return
		}
		b = b[n:]
	}
	fmt.Println(packets, "packets", bytes.Contains(file.Bytes(), []byte("puts")))
	// Output:
	// 4 packets true
}
