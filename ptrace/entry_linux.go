//go:build linux

package ptrace

import (
	"bytes"
	"encoding/binary"
	"slices"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// Before main runs, Go's runtime has put its own handlers in the place of nearly
// all signals' dispositions, and has unblocked some signals; what plait's parent
// had ignored or blocked is lost. It has also opened /dev/null in the place of each
// standard descriptor that was closed. plait_start (entry_linux_amd64.s) asks the
// kernel before the runtime does anything. It is plait's entry point if the
// linker is told so, as the Makefile does; if not, nothing is known here, and a
// command inherits what Go leaves of it.

// An inheritance is what a process has from its parent over execve(2): one bit for
// each signal, that of signal 1 the lowest, and one for each of the descriptors 0, 1
// and 2 that is closed.
type inheritance struct {
	ignored, blocked uint64
	closed           uint64
	known            bool
}

// inherited is written by plait_start, once and before any Go code runs.
var inherited inheritance

// standard are the descriptors 0, 1 and 2 as a command gets them.
func (h *inheritance) standard() []uintptr {
	files := []uintptr{0, 1, 2}
	for i := range files {
		if h.closed>>i&1 != 0 {
			files[i] = ^uintptr(0) // syscall.ForkExec closes it
		}
	}
	return files
}

// bequeath makes the signals of a launched process, stopped before its first
// instruction, what they would be if its parent had run it without us.
func (l *Linux) bequeath(pid int) error {
	if !inherited.known {
		return nil
	}
	if err := l.ignore(pid, inherited.ignored); err != nil {
		return err
	}
	errno := sigmask(unix.PTRACE_SETSIGMASK, pid, &inherited.blocked)
	return failed("write signal mask of", pid, errno)
}

// actionSize is the size of the kernel's struct sigaction, rounded up for 32
// bits; sigIgn (SIG_IGN) in its first word, the handler, and zeros behind ignore.
const (
	actionSize = 32
	sigIgn     = 1
)

// ignore makes a launched process ignore the signals of a set. For that it needs
// a system call instruction, put where its first instruction is, and room for a
// struct, below its stack; both are afterwards as before.
func (l *Linux) ignore(pid int, set uint64) error {
	saved, err := l.Regs(pid, make([]byte, arch.Native.RegsetSize))
	mode := arch.Native.Mode(len(saved))
	if err != nil || mode == nil || set == 0 {
		return err
	}
	view := mode.View(saved)
	pc, action := view.PC(), view.SP()&^7-8*actionSize
	code, err := l.readWord(pid, pc)
	if err != nil {
		return err
	}
	var below [actionSize]byte
	if _, err := l.Read(pid, action, below[:]); err != nil {
		return err
	}
	if _, err := l.Write(pid, action, []byte{actionSize - 1: 0, 0: sigIgn}); err != nil {
		return err
	}
	if err := l.pokeWord(pid, pc, over(code, gate(mode))); err != nil {
		return err
	}
	for sig := uint64(1); set != 0 && err == nil; sig, set = sig+1, set>>1 {
		if set&1 != 0 {
			_, err = l.Remote(pid, saved, prepared(mode, saved, mode.Calls.RtSigaction, sig, action, 0, 8))
		}
	}
	if err != nil {
		return err
	}
	if _, err := l.Write(pid, action, below[:]); err != nil {
		return err
	}
	return l.pokeWord(pid, pc, code)
}

// prepared returns a copy of a register set of mode a that is ready for a system call
// where the program stands.
func prepared(a *arch.Arch, saved []byte, nr uint64, args ...uint64) []byte {
	regs := a.View(bytes.Clone(saved))
	regs.PrepareSyscall(regs.PC(), nr, args...)
	return regs.Raw
}

// gate is the code that makes one system call and waits behind it.
func gate(a *arch.Arch) []byte { return slices.Concat(a.Syscall, a.Spin) }

// over returns a word of memory with code laid over its beginning.
func over(word uint64, code []byte) uint64 {
	b := binary.NativeEndian.AppendUint64(nil, word)
	copy(b, code)
	return binary.NativeEndian.Uint64(b)
}
