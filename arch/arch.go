package arch

import (
	"encoding/binary"
	"runtime"
)

// An Arch is one instruction set with its Linux ABI.
type Arch struct {
	Name      string // GOARCH spelling
	Machine   uint16 // e_machine of its ELF files (elf.h)
	Relocs    Relocations
	Audit     uint32 // AUDIT_ARCH_* of its system calls (linux/audit.h)
	AuditName string // how the kernel calls that
	Multiarch string // what Debian has in the paths of its libraries
	PtrSize   int
	MaxAlign  int  // of integers in structs, if less than their size; 0: no bound
	Pairs     bool // a system call's argument of 8 bytes takes two words
	Order     binary.ByteOrder
	Compat    *Arch // the other machine mode that its kernel runs programs in; nil: none

	Code
	Frame Frame
	abi
	layout
	User  User
	Calls Numbers

	GoFloats int // floating-point registers of Go's own calls: the first vector registers
	VecArgs  int // vector argument registers of a library call
}

// Relocations are the types of relocation by which code reaches functions of other
// objects (elf.h).
type Relocations struct{ JumpSlot, GlobDat, IRelative, Absolute uint32 }

// Code is the machine code that plait plants in programs or looks for in them.
type Code struct {
	Breakpoint []byte // the planted instruction
	TrapSkew   uint64 // PC after the trap minus the breakpoint's address
	TrapCode   uint32 // si_code of its SIGTRAP (sigaction(2))
	RetPop     uint64 // how far a return moves SP up
	RedZone    uint64 // bytes below the stack pointer that are a function's own
	Reach      uint64 // how far an instruction may be displaced and still refer to where it did
	AddrBits   uint   // of an address that code may be at
	CallSize   int    // bytes of a direct call; at most MaxCall
	Syscall    []byte // the system call instruction
	Spin       []byte // a jump to itself
	ExecOrExit []byte // makes the system call that the registers are set for and, if it returns, exit_group(1)

	// Length is the length of the instruction at the beginning of code; false if it
	// is none.
	Length func(code []byte) (n int, ok bool)
	// Called is where the direct call leads to that code consists of and that returns
	// to ret; false if it is none.
	Called func(code []byte, ret uint64) (to uint64, ok bool)
	// Displace prepares one instruction to run at another address.
	Displace func(code []byte, from, to uint64) (Step, error)
}

// MaxCall is the most bytes that a direct call has.
const MaxCall = 8

// Numbers are those of the system calls that plait makes in a program or has to
// know when it sees them.
type Numbers struct {
	Clone, Clone3, Execve, Getpid, Gettid, Mmap, Prctl, Seccomp uint64
	RtSigaction, RtSigprocmask, RtTgsigqueueinfo                uint64
}

// Native is the processor that plait was built for; where plait traces nothing, as
// on one that it does not know, AMD64.
var Native = named(runtime.GOARCH)

func named(name string) *Arch {
	for _, a := range []*Arch{AMD64} {
		if a.Name == name {
			return a
		}
	}
	return AMD64
}

// Mode is the machine mode, a's own or the other one, whose NT_PRSTATUS register
// set has size bytes; nil if there is none.
func (a *Arch) Mode(size int) *Arch {
	for _, m := range []*Arch{a, a.Compat} {
		if m != nil && m.RegsetSize == size {
			return m
		}
	}
	return nil
}

// Canonical tells whether the processor lets code jump to an address.
func (a *Arch) Canonical(addr uint64) bool { return addr>>a.AddrBits == 0 }

// MaxArgs is the most integer argument registers that a library or system call has.
const MaxArgs = 6

// IntArgs is the number of integer argument registers of a library call.
func (a *Arch) IntArgs() int { return len(a.args) }

// GoArgs is the number of integer argument registers of Go's own calls.
func (a *Arch) GoArgs() int { return len(a.goArgs) }
