//go:build linux

package ptrace

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
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

// An inlet is how a process of one word size is made to call
// rt_sigaction(sig, act, NULL, 8).
type inlet struct {
	word int    // bytes of a register in the general register set
	code uint64 // the system call instruction and "jmp .", as a word's low bytes
	nr   uint64
	// Places of registers in the set: program counter, stack pointer, number of
	// the call, number of the call that is interrupted, arguments.
	pc, sp, call, inside int
	args                 [4]int
}

// inlets are by the size of the general register set (sys/user.h).
var inlets = map[int]inlet{
	8 * regWords: {8, callInsn, 13, regRIP, regRSP, regRAX, regOrigRAX, [4]int{regRDI, regRSI, regRDX, regR10}},
	4 * 17:       {4, 0xfeeb_80cd, 174, 12, 15, 6, 11, [4]int{0, 1, 2, 3}}, // int $0x80
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
	saved, err := l.Regs(pid, make([]byte, 8*regWords))
	in, ok := inlets[len(saved)]
	if err != nil || !ok || set == 0 {
		return err
	}
	pc, action := in.get(saved, in.pc), in.get(saved, in.sp)&^7-8*actionSize
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
	if err := l.WriteWord(pid, pc, code&^callMask|in.code); err != nil {
		return err
	}
	for sig := uint64(1); set != 0 && err == nil; sig, set = sig+1, set>>1 {
		if set&1 != 0 {
			_, err = l.Remote(pid, saved, in.prepare(saved, in.nr, sig, action, 0, 8))
		}
	}
	if err != nil {
		return err
	}
	if _, err := l.Write(pid, action, below[:]); err != nil {
		return err
	}
	return l.WriteWord(pid, pc, code)
}

// prepare returns a copy of a register set that is ready for a call.
func (in inlet) prepare(saved []byte, nr uint64, args ...uint64) []byte {
	regs := bytes.Clone(saved)
	in.set(regs, in.call, nr)
	in.set(regs, in.inside, noCall)
	for i, v := range args {
		in.set(regs, in.args[i], v)
	}
	return regs
}

func (in inlet) get(regs []byte, i int) uint64 {
	if in.word == 4 {
		return uint64(binary.NativeEndian.Uint32(regs[4*i:]))
	}
	return binary.NativeEndian.Uint64(regs[8*i:])
}

func (in inlet) set(regs []byte, i int, v uint64) {
	if in.word == 4 {
		binary.NativeEndian.PutUint32(regs[4*i:], uint32(v))
		return
	}
	binary.NativeEndian.PutUint64(regs[8*i:], v)
}
