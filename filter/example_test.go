package filter_test

import (
	"fmt"

	"plait/filter"
)

// ExampleChoice_CallsOf asks which calls of two objects are traced with
// -e 'mal*+free@MAIN': mal* in all objects, free in the program alone.
func ExampleChoice_CallsOf() {
	f, err := filter.Parse("mal*+free@MAIN")
	if err != nil {
		fmt.Println(err)
		return
	}
	choice := filter.Choice{Calls: []*filter.Filter{f}}
	for _, caller := range []filter.Object{{Path: "/bin/ls", Main: true}, {Soname: "libc.so.6", Path: "/lib/libc.so.6"}} {
		traced := choice.CallsOf(caller, nil)
		for _, symbol := range []string{"malloc", "free", "puts"} {
			fmt.Println(caller.Path, symbol, traced != nil && traced(symbol))
		}
	}
	// Output:
	// /bin/ls malloc true
	// /bin/ls free true
	// /bin/ls puts false
	// /lib/libc.so.6 malloc true
	// /lib/libc.so.6 free false
	// /lib/libc.so.6 puts false
}

// ExampleParseFDs chooses all descriptors but the standard ones (-e trace-fds=).
func ExampleParseFDs() {
	fds, err := filter.ParseFDs("!0,1,2")
	fmt.Println(fds.Has(1), fds.Has(3), err)
	// Output: false true <nil>
}
