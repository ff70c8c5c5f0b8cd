package plt_test

import (
	"fmt"
	"log"

	"plait/elf"
	"plait/plt"
)

// ExampleSlots shows where a program calls what it imports. A breakpoint at each Addr
// catches every call.
func ExampleSlots() {
	f, err := elf.Open("../testdata/elf/calls-pie")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	slots, err := plt.Slots(f)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range slots {
		fmt.Printf("%#x: %d bytes jump to %s through the word at %#x\n", s.Addr, s.Len, s.Name, s.GOT)
	}
	// Output:
	// 0x380: 6 bytes jump to puts through the word at 0x2000
	// 0x390: 6 bytes jump to chosen through the word at 0x2008
}
