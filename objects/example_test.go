package objects_test

import (
	"fmt"

	"plait/objects"
	"plait/ptrace"
)

// ExampleExtent finds the object that an address belongs to, in the mappings of a process
// whose program has four pages and whose library has two.
func ExampleExtent() {
	maps := []ptrace.Mapping{
		{Start: 0x400000, End: 0x401000, Path: "/bin/true"},
		{Start: 0x401000, End: 0x404000, Path: "/bin/true"},
		{Start: 0x7f0000000000, End: 0x7f0000002000, Path: "/lib/libc.so.6"},
	}
	lo, hi := objects.Extent(maps, objects.MappingAt(maps, 0x401136))
	list := objects.List{{Main: true, Path: "/bin/true", Base: lo, Lo: lo, Hi: hi}}
	fmt.Printf("%s is at %#x to %#x\n", list.At(0x401136).Path, lo, hi)
	fmt.Println(list.At(0x7f0000000000) == nil)
	// Output:
	// /bin/true is at 0x400000 to 0x404000
	// true
}
