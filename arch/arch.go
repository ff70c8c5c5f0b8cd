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
	AuditName string // the kernel's name for that
	Multiarch string // Debian's name for it in the paths of libraries
	PtrSize   int
	MaxAlign  int  // of integers in structs, if less than their size; 0: no bound
	Pairs     bool // a system call's argument of 8 bytes takes two words
	Order     binary.ByteOrder
	Compat    *Arch // the other machine mode in which the kernel runs programs; nil: none

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

// Code is the machine code that plait plants in programs or recognizes in them.
type Code struct {
	Breakpoint []byte // the planted instruction
	TrapSkew   uint64 // PC after the trap minus the breakpoint's address
	TrapCode   uint32 // si_code of its SIGTRAP (sigaction(2))
	RetPop     uint64 // how far a return moves SP up
	RedZone    uint64 // bytes below the stack pointer that belong to the function
	Reach      uint64 // how far an instruction can be displaced and keep its operands
	AddrBits   uint   // bits of a code address
	CallSize   int    // bytes of a direct call; at most MaxCall
	Syscall    []byte // the system call instruction
	Spin       []byte // a jump to itself
	ExecOrExit []byte // makes the system call in the registers, then exit_group(1) if that returns

	// Length returns the length of the instruction at the beginning of code. It
	// reports false if there is none.
	Length func(code []byte) (n int, ok bool)
	// CallTarget returns the target of code, a direct call that returns to ret. It
	// reports false if code is anything else.
	CallTarget func(code []byte, ret uint64) (to uint64, ok bool)
	// Displace prepares the instruction at the beginning of code, whose address is
	// from, to run at to. It returns an error if that can't be done.
	Displace func(code []byte, from, to uint64) (Step, error)
}

// MaxCall is the most bytes of a direct call.
const MaxCall = 8

// Numbers are the numbers of the system calls that plait makes in a program or recognizes.
type Numbers struct {
	Clone, Clone3, Execve, Getpid, Gettid, Mmap, Prctl, Seccomp uint64
	RtSigaction, RtSigprocmask, RtTgsigqueueinfo                uint64
	Close, Madvise, MemfdCreate, Munmap                         uint64
}

// Native is the processor that plait was built for. It is AMD64 on a processor that plait
// does not know, where it traces nothing.
var Native = byName(runtime.GOARCH)

func byName(name string) *Arch {
	for _, a := range []*Arch{AMD64} {
		if a.Name == name {
			return a
		}
	}
	return AMD64
}

// Mode returns the machine mode, a or a.Compat, whose NT_PRSTATUS register set has size
// bytes, or nil.
func (a *Arch) Mode(size int) *Arch {
	for _, m := range []*Arch{a, a.Compat} {
		if m != nil && m.RegsetSize == size {
			return m
		}
	}
	return nil
}

// Canonical reports whether the processor lets code jump to an address.
func (a *Arch) Canonical(addr uint64) bool { return addr>>a.AddrBits == 0 }

// MaxArgs is the most integer argument registers that a library or system call has.
const MaxArgs = 6

// IntArgs returns the number of integer argument registers of a library call.
func (a *Arch) IntArgs() int { return len(a.args) }

// GoArgs returns the number of integer argument registers of calls in Go's own ABI.
func (a *Arch) GoArgs() int { return len(a.goArgs) }
