package callstack_test

import (
	"fmt"

	"plait/callstack"
	"plait/event"
)

// ExampleStack keeps two nested calls. Each frame is found by its stack pointer when its
// return is noticed.
func ExampleStack() {
	var calls callstack.Stack
	calls.Push(&callstack.Frame{Call: &event.Call{Name: "qsort"}, SP: 0x7ffc1000, Ret: 0x401020}, true)
	calls.Push(&callstack.Frame{Call: &event.Call{Name: "strcmp"}, SP: 0x7ffc0f00, Ret: 0x401060}, false)
	for calls.Depth() > 0 {
		innermost := calls.Depth() - 1
		f := calls.At(innermost)
		fmt.Printf("%s returns to %#x with SP %#x\n", f.Call.Name, f.Ret, f.SP+8)
		calls.Remove(innermost)
	}
	// Output:
	// strcmp returns to 0x401060 with SP 0x7ffc0f08
	// qsort returns to 0x401020 with SP 0x7ffc1008
}
