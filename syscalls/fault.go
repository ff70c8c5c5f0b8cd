package syscalls

import "encoding/binary"

// Offsets in a siginfo_t (asm-generic/siginfo.h) of si_code and of the address of the fault,
// its size, and a si_code of SIGTRAP.
const (
	infoCode  = 8
	infoAddr  = 16
	infoSize  = 128
	trapTrace = 2 // TRAP_TRACE
)

// FaultAddr returns the address of the instruction that raised signal sig, from its
// siginfo_t. Only SIGILL, SIGFPE, SIGTRAP and SIGSYS have one (in SIGSEGV and SIGBUS it is
// the address of data), and only if the kernel raised the signal; otherwise it returns
// false.
func FaultAddr(sig int, raw []byte) (addr uint64, ok bool) {
	switch sig {
	case sigILL, sigTRAP, sigFPE, sigSYS:
	default:
		return 0, false
	}
	if len(raw) < infoSize || int32(binary.NativeEndian.Uint32(raw[infoCode:])) <= 0 {
		return 0, false // a process sent it
	}
	return binary.NativeEndian.Uint64(raw[infoAddr:]), true
}

// Signals whose siginfo_t names an instruction, on amd64.
const (
	sigILL  = 4
	sigTRAP = 5
	sigFPE  = 8
	sigSYS  = 31
)

// SetFaultAddr changes the address that FaultAddr returns for raw.
func SetFaultAddr(raw []byte, addr uint64) { binary.NativeEndian.PutUint64(raw[infoAddr:], addr) }

// StepInfo returns the siginfo_t of the SIGTRAP that a program gets when it single-steps
// itself and the next instruction is at addr.
func StepInfo(addr uint64) []byte {
	raw := make([]byte, infoSize)
	binary.NativeEndian.PutUint32(raw, sigTRAP)
	binary.NativeEndian.PutUint32(raw[infoCode:], trapTrace)
	SetFaultAddr(raw, addr)
	return raw
}
