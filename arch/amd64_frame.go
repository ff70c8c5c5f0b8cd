package arch

// DWARF numbers of registers (System V ABI, AMD64, figure 3.36).
const (
	amd64DwarfBP = 6
	amd64DwarfSP = 7
	amd64DwarfRA = 16
)

var amd64Frame = Frame{
	SP: amd64DwarfSP,
	FP: amd64DwarfBP,
	PC: amd64DwarfRA,
	// rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 …
	Numbers: []int{0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15},
	// rdi, rsi, rdx, rcx, r8, r9; xmm0 … xmm7
	Arguments:  [2][]int{InInteger: {5, 4, 1, 2, 8, 9}, InVector: {17, 18, 19, 20, 21, 22, 23, 24}},
	Trampoline: []byte{0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05}, // mov $15, %rax; syscall
	// r8 … r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip
	Context:       []int{8, 9, 10, 11, 12, 13, 14, 15, 5, 4, amd64DwarfBP, 3, 1, 0, 2, amd64DwarfSP, amd64DwarfRA},
	ContextOffset: 40,
	EndsInCall:    endsInCallAMD64,
}

// endsInCallAMD64 recognizes E8 rel32, FF /2 with up to five bytes after its ModRM byte
// (Intel SDM vol. 2, "CALL"), and 0F 05 (SYSCALL).
func endsInCallAMD64(code [8]byte) bool {
	if code[3] == 0xe8 || code[6] == 0x0f && code[7] == 0x05 {
		return true
	}
	for at := 1; at <= 6; at++ {
		if code[at] == 0xff && code[at+1]>>3&7 == 2 {
			return true
		}
	}
	return false
}
