//go:build linux

package ptrace

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// general is the general register set of a stopped tracee as the kernel has it,
// so that only what changes need be written: a whole set costs the kernel more
// than two single registers do.
type general struct {
	tid int // 0: nothing is known
	raw []byte
}

// maxPokes is how many registers are cheaper to write singly.
const maxPokes = 2

func (g *general) forget() { g.tid = 0 }

// learn notes the set of a tracee.
func (g *general) learn(tid int, b []byte) {
	g.tid = 0
	if len(b) == arch.Native.RegsetSize {
		g.tid, g.raw = tid, append(g.raw[:0], b...)
	}
}

// changes appends to buf the offsets of the registers in which b differs. It
// reports false if that is not known or they are too many for buf.
func (g *general) changes(tid int, b []byte, buf []int) ([]int, bool) {
	if g.tid != tid || len(b) != len(g.raw) {
		return nil, false
	}
	for i := 0; i < len(b); i += wordSize {
		if binary.NativeEndian.Uint64(b[i:]) == binary.NativeEndian.Uint64(g.raw[i:]) {
			continue
		}
		if len(buf) == cap(buf) {
			return nil, false
		}
		buf = append(buf, i)
	}
	return buf, true
}

// Regs reads the general register set (NT_PRSTATUS) into b and returns the part
// of b that the kernel filled, which is shorter for a 32-bit tracee.
func (l *Linux) Regs(tid int, b []byte) ([]byte, error) {
	b, err := readGeneral(tid, b)
	if err != nil {
		return nil, err
	}
	l.general.learn(tid, b)
	return b, nil
}

// readGeneral asks in the cheaper way first, which has the same words but does
// not tell a 32-bit tracee, unless by what it holds.
func readGeneral(tid int, b []byte) ([]byte, error) {
	if len(b) == arch.Native.RegsetSize && getRegs(tid, b) == 0 && arch.Native.View(b).IsNative() {
		return b, nil
	}
	n, errno := regset(unix.PTRACE_GETREGSET, tid, unix.NT_PRSTATUS, b)
	if errno != 0 {
		return nil, failed("read registers of", tid, errno)
	}
	return b[:n], nil
}

// SetRegs writes the general register set.
func (l *Linux) SetRegs(tid int, b []byte) error {
	changed, known := l.general.changes(tid, b, make([]int, 0, maxPokes))
	l.general.forget()
	if !known {
		_, errno := regset(unix.PTRACE_SETREGSET, tid, unix.NT_PRSTATUS, b)
		return failed("write registers of", tid, errno)
	}
	for _, off := range changed {
		v := binary.NativeEndian.Uint64(b[off:])
		if errno := request(unix.PTRACE_POKEUSR, tid, uintptr(off), uintptr(v)); errno != 0 {
			return failed("write registers of", tid, errno)
		}
	}
	return nil
}

// SetFPRegs writes the floating-point register set.
func (l *Linux) SetFPRegs(tid int, b []byte) error {
	_, errno := regset(unix.PTRACE_SETREGSET, tid, unix.NT_PRFPREG, b)
	return failed("write floating-point registers of", tid, errno)
}

// FPRegs reads the floating-point register set (NT_PRFPREG) into b.
func (l *Linux) FPRegs(tid int, b []byte) ([]byte, error) {
	n, errno := regset(unix.PTRACE_GETREGSET, tid, unix.NT_PRFPREG, b)
	if errno != 0 {
		return nil, failed("read floating-point registers of", tid, errno)
	}
	return b[:n], nil
}
