package arch

import "encoding/binary"

// X32 describes the words and structs of the system calls that only x32 programs make.
// These have 64-bit registers and 32-bit pointers.
var X32 = &Arch{
	Name:    "amd64",
	Audit:   0xc000003e,
	PtrSize: 4,
	Order:   binary.LittleEndian,
	abi:     amd64ABI,
}
