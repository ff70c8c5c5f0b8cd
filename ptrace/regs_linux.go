//go:build linux

package ptrace

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// A registerCache is the general register set of a stopped tracee as the kernel has it. It lets SetRegs
// write only what has changed: a whole set costs the kernel more than two single registers.
type registerCache struct {
	tid int // 0: the cache is empty
	raw []byte
}

// maxPokes is how many single registers are cheaper to write than a whole set.
const maxPokes = 2

func (c *registerCache) forget() { c.tid = 0 }

// learn notes the register set of a tracee.
func (c *registerCache) learn(tid int, b []byte) {
	c.tid = 0
	if len(b) == arch.Native.RegsetSize {
		c.tid, c.raw = tid, append(c.raw[:0], b...)
	}
}

// changes appends to buf the offsets of the registers in which b differs from the cache. It returns false
// if the cache is empty, or if there are more than buf has room for.
func (c *registerCache) changes(tid int, b []byte, buf []int) ([]int, bool) {
	if c.tid != tid || len(b) != len(c.raw) {
		return nil, false
	}
	for i := 0; i < len(b); i += wordSize {
		if binary.NativeEndian.Uint64(b[i:]) == binary.NativeEndian.Uint64(c.raw[i:]) {
			continue
		}
		if len(buf) == cap(buf) {
			return nil, false
		}
		buf = append(buf, i)
	}
	return buf, true
}

// Regs reads the general register set (NT_PRSTATUS) into b. It returns the part of b that the kernel
// filled, which is shorter for a 32-bit tracee.
func (l *Linux) Regs(tid int, b []byte) ([]byte, error) {
	b, err := readRegs(tid, b)
	if err != nil {
		return nil, err
	}
	l.regCache.learn(tid, b)
	return b, nil
}

// readRegs tries the cheaper request first (PTRACE_GETREGS). It returns the same words, but whether the
// tracee is a 32-bit one can only be seen by their values.
func readRegs(tid int, b []byte) ([]byte, error) {
	if len(b) == arch.Native.RegsetSize && getRegs(tid, b) == 0 && arch.Native.View(b).IsNative() {
		return b, nil
	}
	n, errno := regset(unix.PTRACE_GETREGSET, tid, unix.NT_PRSTATUS, b)
	if errno != 0 {
		return nil, requestError("read registers of", tid, errno)
	}
	return b[:n], nil
}

// SetRegs writes the general register set.
func (l *Linux) SetRegs(tid int, b []byte) error {
	changed, known := l.regCache.changes(tid, b, make([]int, 0, maxPokes))
	l.regCache.forget()
	if !known {
		_, errno := regset(unix.PTRACE_SETREGSET, tid, unix.NT_PRSTATUS, b)
		return requestError("write registers of", tid, errno)
	}
	for _, off := range changed {
		v := binary.NativeEndian.Uint64(b[off:])
		if errno := request(unix.PTRACE_POKEUSR, tid, uintptr(off), uintptr(v)); errno != 0 {
			return requestError("write registers of", tid, errno)
		}
	}
	return nil
}

// SetFPRegs writes the floating-point register set.
func (l *Linux) SetFPRegs(tid int, b []byte) error {
	_, errno := regset(unix.PTRACE_SETREGSET, tid, unix.NT_PRFPREG, b)
	return requestError("write floating-point registers of", tid, errno)
}

// FPRegs reads the floating-point register set (NT_PRFPREG) into b.
func (l *Linux) FPRegs(tid int, b []byte) ([]byte, error) {
	n, errno := regset(unix.PTRACE_GETREGSET, tid, unix.NT_PRFPREG, b)
	if errno != 0 {
		return nil, requestError("read floating-point registers of", tid, errno)
	}
	return b[:n], nil
}
