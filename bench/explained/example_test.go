package main

import (
	"os"

	"plait/event"
)

// The share of the calls and that of the functions differ: few functions are called often.
func Example() {
	c := counts{functions: map[function]*share{}}
	for i := range 4 {
		c.judge(&event.Return{Call: &event.Call{Name: "strlen", Object: "libc.so.6"}}, true)
		c.judge(&event.Return{Call: &event.Call{Name: "close", Kind: event.System}}, i > 0)
	}
	c.judge(&event.Return{Call: &event.Call{Name: "frobnicate", Object: "libfrob.so.1"}}, false)
	c.print(os.Stdout)
	c.printMissing(os.Stdout, 2)
	// Output:
	//                    calls  explained  functions  explained
	// system calls           4     75.0 %          1    100.0 %
	// library calls          5     80.0 %          2     50.0 %
	//       1 of       4  system calls  close
	//       1 of       1  library calls libfrob.so.1 frobnicate
}
