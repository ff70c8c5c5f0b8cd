package arch

import "encoding/binary"

// I386 is 32-bit x86, as far as its system calls go: their words and structs.
// plait plants nothing in such programs.
var I386 = &Arch{
	Name:     "386",
	Audit:    0x40000003,
	PtrSize:  4,
	MaxAlign: 4,
	Pairs:    true,
	Order:    binary.LittleEndian,
}

// X32 is the words and structs of the system calls that x32 programs, of 64-bit
// registers and 32-bit pointers, have for themselves.
var X32 = &Arch{
	Name:    "amd64",
	Audit:   0xc000003e,
	PtrSize: 4,
	Order:   binary.LittleEndian,
}
