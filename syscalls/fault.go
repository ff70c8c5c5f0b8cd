package syscalls

import "encoding/binary"

// Of a siginfo_t (asm-generic/siginfo.h): where si_code and the address of the fault
// are, and the codes of a trap.
const (
	infoCode  = 8
	infoAddr  = 16
	infoSize  = 128
	trapTrace = 2 // TRAP_TRACE
)

// FaultPlace is the address of the instruction that raised signal sig, which its
// siginfo_t names for SIGILL, SIGFPE, SIGTRAP and SIGSYS; false if it does not. (Those
// of SIGSEGV and SIGBUS are addresses of data.)
func FaultPlace(sig int, raw []byte) (addr uint64, ok bool) {
	switch sig {
	case sigILL, sigTRAP, sigFPE, sigSYS:
	default:
		return 0, false
	}
	if len(raw) < infoSize || int32(binary.NativeEndian.Uint32(raw[infoCode:])) <= 0 {
		return 0, false // somebody sent it
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

// SetFaultPlace changes what FaultPlace is.
func SetFaultPlace(raw []byte, addr uint64) { binary.NativeEndian.PutUint64(raw[infoAddr:], addr) }

// StepInfo is the siginfo_t of the trap behind an instruction that a program has
// itself stopped at, which now is at addr.
func StepInfo(addr uint64) []byte {
	raw := make([]byte, infoSize)
	binary.NativeEndian.PutUint32(raw, sigTRAP)
	binary.NativeEndian.PutUint32(raw[infoCode:], trapTrace)
	SetFaultPlace(raw, addr)
	return raw
}
