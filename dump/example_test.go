package dump_test

import (
	"encoding/binary"
	"fmt"
	"strings"

	"plait/dump"
	"plait/event"
	"plait/filter"
)

// ExampleWanted_Of copies what write(1, 0, 5) has written. The memory of the process begins
// at address 0 here.
func ExampleWanted_Of() {
	fds, err := filter.ParseFDs("1")
	if err != nil {
		fmt.Println(err)
		return
	}
	memory := dump.Memory{ReaderAt: strings.NewReader("hello, world"), Order: binary.LittleEndian, Size: 8}
	call := &event.Call{Name: "write", Words: []uint64{1, 0, 5}}
	for _, d := range (dump.Wanted{Write: fds}).Of(call, 5, memory) {
		fmt.Printf("%q\n", d.Data)
	}
	// Output: "hello"
}
