package inject_test

import (
	"fmt"

	"plait/arch"
	"plait/event"
	"plait/inject"
	"plait/syscalls"
)

// ExampleParse makes every second openat(2) of a thread fail, from the second on.
func ExampleParse() {
	calls := syscalls.For(arch.AMD64, arch.AMD64.Audit)
	in, warnings, err := inject.Parse("openat:error=ENOENT:when=2+2", false, calls)
	fmt.Println(-int64(in.Result), warnings, err)
	var thread inject.Chooser
	for n := 1; n <= 4; n++ {
		call := &event.Call{Kind: event.System, Name: "openat", Number: 257}
		fmt.Println(n, thread.Choose([]inject.Injection{in}, call) != nil)
	}
	// Output:
	// 2 [] <nil>
	// 1 false
	// 2 true
	// 3 false
	// 4 true
}
