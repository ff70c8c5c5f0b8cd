package arch

import (
	"encoding/binary"
	"runtime"
)

// An Arch is one instruction set with its Linux ABI.
type Arch struct {
	Name     string // GOARCH spelling
	Machine  uint16 // e_machine of its ELF files (elf.h)
	Audit    uint32 // AUDIT_ARCH_* of its system calls (linux/audit.h)
	PtrSize  int
	MaxAlign int  // of integers in structs, if less than their size; 0: no bound
	Pairs    bool // a system call's argument of 8 bytes takes two words
	Order    binary.ByteOrder
	Compat   *Arch // the other machine mode that its kernel runs programs in; nil: none

	Code
	layout
	Calls Numbers

	GoFloats int // floating-point registers of Go's own calls: the first vector registers
	VecArgs  int // vector argument registers of a library call
}

// Code is the machine code that plait plants in programs or looks for in them.
type Code struct {
	Breakpoint []byte // the planted instruction
	TrapSkew   uint64 // PC after the trap minus the breakpoint's address
	RetPop     uint64 // how far a return moves SP up
	Syscall    []byte // the system call instruction
	Spin       []byte // a jump to itself
	ExecOrExit []byte // makes the system call that the registers are set for and, if it returns, exit_group(1)

	// Displace prepares one instruction to run at another address.
	Displace func(code []byte, from, to uint64) (Step, error)
}

// Numbers are those of the system calls that plait makes in a program or has to
// know when it sees them.
type Numbers struct {
	Execve, Prctl, Sigaction uint64
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

// IntArgs is the number of integer argument registers of a library call.
func (a *Arch) IntArgs() int { return len(a.args) }

// GoArgs is the number of integer argument registers of Go's own calls.
func (a *Arch) GoArgs() int { return len(a.goArgs) }
