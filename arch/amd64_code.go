package arch

import "encoding/binary"

var amd64Code = Code{
	Breakpoint: []byte{0xcc}, // int3
	TrapSkew:   1,
	TrapCode:   0x80, // SI_KERNEL
	RetPop:     8,
	RedZone:    128,     // System V ABI, AMD64, 3.2.2
	Reach:      1 << 30, // operands and jumps have 32 bits, and code may refer to data far from itself
	AddrBits:   47,
	CallSize:   5,
	Syscall:    []byte{0x0f, 0x05}, // syscall
	Spin:       []byte{0xeb, 0xfe}, // jmp .
	ExecOrExit: []byte{
		0x0f, 0x05, // syscall
		0xbf, 1, 0, 0, 0, // mov $1, %edi
		0xb8, 231, 0, 0, 0, // mov $231, %eax
		0x0f, 0x05, // syscall
		0xeb, 0xfe, // jmp .
	},
	Length:     lengthAMD64,
	CallTarget: callTargetAMD64,
	Displace:   displaceAMD64,
}

func lengthAMD64(code []byte) (int, bool) {
	in, ok := DecodeAMD64(code)
	return in.Len, ok
}

// callTargetAMD64 decodes E8 rel32 (Intel SDM vol. 2, "CALL").
func callTargetAMD64(code []byte, ret uint64) (to uint64, ok bool) {
	if len(code) != 5 || code[0] != 0xe8 {
		return 0, false
	}
	return ret + uint64(int64(int32(binary.LittleEndian.Uint32(code[1:])))), true
}
