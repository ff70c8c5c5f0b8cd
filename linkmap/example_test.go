package linkmap_test

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"plait/linkmap"
)

// ExampleMemory_Entries reads the list of a program with one library. The memory of the
// process begins at address 0 here, and struct r_debug is at 8.
func ExampleMemory_Entries() {
	words := []uint64{
		0,              // nothing is at a null pointer
		1, 48, 0, 0, 0, // r_debug: r_version, r_map, r_brk, r_state, r_ldbase
		0, 0, 0x3e00, 88, 0, // link_map of the program: l_addr, l_name, l_ld, l_next, l_prev
		0x7f0000000000, 128, 0x7f0000002e00, 0, 48,
	}
	var memory []byte
	for _, w := range words {
		memory = binary.LittleEndian.AppendUint64(memory, w)
	}
	memory = append(memory, "/lib/libz.so.1\x00"...)
	m := linkmap.Memory{
		ReaderAt:    bytes.NewReader(memory),
		Order:       binary.LittleEndian,
		Interrupted: func() bool { return false },
	}
	for _, e := range m.Entries(8) {
		fmt.Printf("%v %#x %q\n", e.Main, e.Base, e.Path)
	}
	// Output:
	// true 0x0 ""
	// false 0x7f0000000000 "/lib/libz.so.1"
}
