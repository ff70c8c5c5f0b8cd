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
	amd64GSBase
)

// AMD64 is x86-64 with the System V ABI.
var AMD64 = &Arch{
	Name:      "amd64",
	Machine:   62,                                                               // EM_X86_64
	Relocs:    Relocations{JumpSlot: 7, GlobDat: 6, IRelative: 37, Absolute: 1}, // R_X86_64_* (System V ABI, AMD64, table 4.9)
	Audit:     0xc000003e,
	AuditName: "AUDIT_ARCH_X86_64",
	Multiarch: "x86_64-linux-gnu",
	PtrSize:   8,
	Order:     binary.LittleEndian,
	Compat:    I386,
	Code:      amd64Code,
	Frame:     amd64Frame,
	abi:       amd64ABI,
	layout:    amd64Layout,
	User:      amd64User,
	Calls: Numbers{
		Clone: 56, Clone3: 435, Execve: 59, Getpid: 39, Gettid: 186, Mmap: 9, Prctl: 157, Seccomp: 317,
		RtSigaction: 13, RtSigprocmask: 14, RtTgsigqueueinfo: 297,
		Close: 3, Madvise: 28, MemfdCreate: 319, Munmap: 11,
	},

	GoFloats: 15,
	VecArgs:  8,
}

var amd64Layout = layout{
	RegsetSize: 27 * 8,
	word:       8,
	pc:         amd64RIP,
	sp:         amd64RSP,
	tp:         amd64FSBase,
	spare:      amd64GSBase,
	fp:         amd64RBP,
	restart:    amd64OrigRAX,
	link:       amd64RCX,
	flags:      amd64EFlags,
	mode:       amd64CS,
	args:       []int{amd64RDI, amd64RSI, amd64RDX, amd64RCX, amd64R8, amd64R9},
	results:    []int{amd64RAX, amd64RDX},
	goArgs:     []int{amd64RAX, amd64RBX, amd64RCX, amd64RDI, amd64RSI, amd64R8, amd64R9, amd64R10, amd64R11},
	sysArgs:    []int{amd64RDI, amd64RSI, amd64RDX, amd64R10, amd64R8, amd64R9},
	sysNr:      amd64RAX,
	floats:     amd64RAX, // in al (System V ABI, AMD64, 3.2.3)
	g:          amd64R14, // Go's internal ABI
	gpr: []int{
		amd64RAX, amd64RCX, amd64RDX, amd64RBX, amd64RSP, amd64RBP, amd64RSI, amd64RDI,
		amd64R8, amd64R9, amd64R10, amd64R11, amd64R12, amd64R13, amd64R14, amd64R15,
	},
	trapFlag:   1 << 8, // TF
	nativeMode: 0x33,   // __USER_CS (asm/segment.h)

	// struct user_fpregs_struct is the FXSAVE area (Intel SDM vol. 1, 10.5.1).
	FPRegsetSize: 512,
	vec:          160,
	x87:          32,
	lastFloat:    8, // FIP
}
