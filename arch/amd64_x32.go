package arch

import "encoding/binary"

// X32 is the words and structs of the system calls that x32 programs, of 64-bit
// registers and 32-bit pointers, have for themselves.
var X32 = &Arch{
	Name:    "amd64",
	Audit:   0xc000003e,
	PtrSize: 4,
	Order:   binary.LittleEndian,
	abi:     amd64ABI,
}
