//go:build linux

package ptrace

import (
	"bytes"
	"encoding/binary"
	"slices"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// Before main runs, Go's runtime replaces the dispositions of nearly all signals by its own
// handlers and unblocks some signals, so that the dispositions and the mask which plait has
// from its parent are lost. It also opens /dev/null as each standard descriptor that is
// closed. plait_start (entry_linux_amd64.s) reads them before the runtime starts. It is
// plait's entry point if the linker is told so, as in the Makefile. If not, nothing is known
// here, and a command inherits what Go has left.

// An inheritance is what a process keeps from its parent across execve(2): one bit for each
// signal, with signal 1 the lowest, and one for each of the descriptors 0, 1 and 2 that is
// closed.
type inheritance struct {
	ignored, blocked uint64
	closed           uint64
	known            bool
}

// inherited is written by plait_start, once and before any Go code runs.
var inherited inheritance

// standard returns the descriptors 0, 1 and 2 for a command.
func (i *inheritance) standard() []uintptr {
	files := []uintptr{0, 1, 2}
	for fd := range files {
		if i.closed>>fd&1 != 0 {
			files[fd] = ^uintptr(0) // syscall.ForkExec closes it
		}
	}
	return files
}

// inheritSignals gives a launched process, stopped before its first instruction, the ignored and
// blocked signals that it would have if plait's parent had executed it.
func (l *Linux) inheritSignals(pid int) error {
	if !inherited.known {
		return nil
	}
	if err := l.ignore(pid, inherited.ignored); err != nil {
		return err
	}
	errno := sigmask(unix.PTRACE_SETSIGMASK, pid, &inherited.blocked)
	return requestError("write signal mask of", pid, errno)
}

// actionSize is the size of the kernel's struct sigaction, rounded up for 32 bits. With sigIgn
// (SIG_IGN) in its first word, the handler, and zeros in the others, a signal is ignored.
const (
	actionSize = 32
	sigIgn     = 1
)

// ignore makes a launched process ignore the signals in set. That takes a system call instruction,
// which replaces its first instruction for the time being, and room for a struct below its
// stack. Both are restored.
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
	if err := l.pokeWord(pid, pc, overlay(code, syscallCode(mode))); err != nil {
		return err
	}
	for sig := uint64(1); set != 0 && err == nil; sig, set = sig+1, set>>1 {
		if set&1 != 0 {
			_, err = l.Remote(pid, saved, syscallRegs(mode, saved, mode.Calls.RtSigaction, sig, action, 0, 8))
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

// syscallRegs returns a copy of a register set of architecture a that makes a system call at the
// program counter.
func syscallRegs(a *arch.Arch, saved []byte, nr uint64, args ...uint64) []byte {
	regs := a.View(bytes.Clone(saved))
	regs.PrepareSyscall(regs.PC(), nr, args...)
	return regs.Raw
}

// syscallCode returns code that makes one system call and then spins.
func syscallCode(a *arch.Arch) []byte { return slices.Concat(a.Syscall, a.Spin) }

// overlay returns a word of memory with its beginning replaced by code.
func overlay(word uint64, code []byte) uint64 {
	b := binary.NativeEndian.AppendUint64(nil, word)
	copy(b, code)
	return binary.NativeEndian.Uint64(b)
}
