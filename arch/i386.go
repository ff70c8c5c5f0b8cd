package arch

import "encoding/binary"

// Offsets in struct user_regs_struct of 32 bits (sys/user.h), which is NT_PRSTATUS's
// register set on i386.
const (
	i386EBX = 4 * iota
	i386ECX
	i386EDX
	i386ESI
	i386EDI
	i386EBP
	i386EAX
	_ // the segments: ds, es, fs, gs
	_
	_
	_
	i386OrigEAX
	i386EIP
	_ // cs
	_ // eflags
	i386ESP
	_ // ss
	i386RegsetSize
)

// I386 is 32-bit x86 as far as system calls need it: their words and structs, and how to
// make such a program make one. plait plants no breakpoints in it.
var I386 = &Arch{
	Name:      "386",
	Machine:   3, // EM_386
	Audit:     0x40000003,
	AuditName: "AUDIT_ARCH_I386",
	Multiarch: "i386-linux-gnu",
	PtrSize:   4,
	MaxAlign:  4,
	Pairs:     true,
	Order:     binary.LittleEndian,
	Code: Code{
		Syscall: []byte{0xcd, 0x80}, // int $0x80
		Spin:    []byte{0xeb, 0xfe}, // jmp .
	},
	layout: layout{
		RegsetSize: i386RegsetSize,
		word:       4,
		pc:         i386EIP,
		sp:         i386ESP,
		restart:    i386OrigEAX,
		results:    []int{i386EAX},
		sysArgs:    []int{i386EBX, i386ECX, i386EDX, i386ESI, i386EDI, i386EBP},
		sysNr:      i386EAX,
	},
	Calls: Numbers{Execve: 11, Prctl: 172, RtSigaction: 174},
	abi: abi{
		argument: func(Type) ([]Part, bool) { return nil, false },
		result:   func(Type) ([]Part, bool) { return nil, false },
	},
}
