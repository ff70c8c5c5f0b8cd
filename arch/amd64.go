package arch

import "encoding/binary"

// Offsets in struct user_regs_struct (sys/user.h), which is NT_PRSTATUS's
// register set on amd64.
const (
	amd64R15 = 8 * iota
	amd64R14
	amd64R13
	amd64R12
	amd64RBP
	amd64RBX
	amd64R11
	amd64R10
	amd64R9
	amd64R8
	amd64RAX
	amd64RCX
	amd64RDX
	amd64RSI
	amd64RDI
	amd64OrigRAX
	amd64RIP
	amd64CS
	amd64EFlags
	amd64RSP
	amd64SS
	amd64FSBase
)

// AMD64 is x86-64 with the System V ABI.
var AMD64 = &Arch{
	Name:       "amd64",
	Audit:      0xc000003e,
	PtrSize:    8,
	Order:      binary.LittleEndian,
	Breakpoint: []byte{0xcc},
	TrapSkew:   1,
	RetPop:     8,
	RegsetSize: 27 * 8,
	pc:         amd64RIP,
	sp:         amd64RSP,
	tp:         amd64FSBase,
	fp:         amd64RBP,
	restart:    amd64OrigRAX,
	link:       amd64RCX,
	flags:      amd64EFlags,
	trace:      1 << 8, // TF
	args:       []int{amd64RDI, amd64RSI, amd64RDX, amd64RCX, amd64R8, amd64R9},
	results:    []int{amd64RAX, amd64RDX},
	goArgs:     []int{amd64RAX, amd64RBX, amd64RCX, amd64RDI, amd64RSI, amd64R8, amd64R9, amd64R10, amd64R11},
	GoFloats:   15,
	sysArgs:    []int{amd64RDI, amd64RSI, amd64RDX, amd64R10, amd64R8, amd64R9},
	sysNr:      amd64RAX,
	gpr: []int{
		amd64RAX, amd64RCX, amd64RDX, amd64RBX, amd64RSP, amd64RBP, amd64RSI, amd64RDI,
		amd64R8, amd64R9, amd64R10, amd64R11, amd64R12, amd64R13, amd64R14, amd64R15,
	},
	Syscall: []byte{0x0f, 0x05},
	VecArgs: 8,
	// struct user_fpregs_struct is the FXSAVE area (Intel SDM vol. 1, 10.5.1).
	FPRegsetSize: 512,
	vec:          160,
	x87:          32,
	fip:          8,
	Displace:     displaceAMD64,
}
