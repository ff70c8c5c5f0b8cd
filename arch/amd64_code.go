package arch

var amd64Code = Code{
	Breakpoint: []byte{0xcc}, // int3
	TrapSkew:   1,
	RetPop:     8,
	Syscall:    []byte{0x0f, 0x05}, // syscall
	Spin:       []byte{0xeb, 0xfe}, // jmp .
	ExecOrExit: []byte{
		0x0f, 0x05, // syscall
		0xbf, 1, 0, 0, 0, // mov $1, %edi
		0xb8, 231, 0, 0, 0, // mov $231, %eax
		0x0f, 0x05, // syscall
		0xeb, 0xfe, // jmp .
	},
	Displace: displaceAMD64,
}
