package arch

import "encoding/binary"

// I386 is 32-bit x86, as far as its system calls go: their words and structs.
// plait plants nothing in such programs.
var I386 = &Arch{
	Name:     "386",
	Audit:    0x40000003,
	PtrSize:  4,
	MaxAlign: 4,
	Order:    binary.LittleEndian,
}
