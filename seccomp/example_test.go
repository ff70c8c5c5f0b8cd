package seccomp_test

import (
	"fmt"

	"plait/arch"
	"plait/seccomp"
)

// ExampleFor makes the filter that stops at read, write and close (0, 1 and 3 on amd64) and
// lets all other calls run. Both ranges of numbers take four instructions.
func ExampleFor() {
	prog := seccomp.For(arch.AMD64.Audit, []uint64{3, 0, 1})
	addr, b := prog.Encode(0x7ffc00001000)
	fmt.Printf("%d instructions, %v\n", len(prog), prog.TooLong())
	fmt.Printf("%d bytes for %#x\n", len(b), addr)
	// Output:
	// 15 instructions, false
	// 136 bytes for 0x7ffc00000e70
}
