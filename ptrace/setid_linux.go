//go:build linux

package ptrace

import (
	"encoding/binary"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// Go sets the user of a child before it has it traced, so that the kernel takes
// the child for its own tracer's equal, and leaves the set-id bits of the program
// aside (execve(2)). Once the child is seized, by us who may, a second execve(2)
// of the same program, before anything of the first has run, has them honoured.

// regWords is the length of amd64's general register set (sys/user.h) in words;
// the others are the places of single registers in it.
const (
	regWords   = 27
	regR10     = 7
	regRAX     = 10
	regRDX     = 12
	regRSI     = 13
	regRDI     = 14
	regOrigRAX = 15
	regRIP     = 16
	regCS      = 17
	regRSP     = 19
)

const (
	sysExecve = 59          // on amd64
	callInsn  = 0xfeeb_050f // "syscall; jmp ." as a word's low bytes
	callMask  = 0xffff_ffff // where those are
	noCall    = ^uint64(0)  // as orig_rax: not in a system call
	atExecFn  = 31          // AT_EXECFN: the path that was executed (getauxval(3))
)

// raises reports whether a program may run with more rights than its caller has.
func raises(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	n, err := unix.Getxattr(path, "security.capability", nil)
	return info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0 || err == nil && n > 0
}

// execAgain makes a tracee that stands before its first instruction execute its
// program once more. If that cannot be done it is left as it was; a script, whose
// arguments are not those it was given, is not asked to.
func (l *Linux) execAgain(pid, argc int) error {
	regs, err := l.Regs(pid, make([]byte, 8*regWords))
	if err != nil || len(regs) < 8*regWords {
		return err
	}
	saved := append([]byte(nil), regs...)
	at := func(reg int) uint64 { return binary.NativeEndian.Uint64(regs[8*reg:]) }
	set := func(reg int, v uint64) { binary.NativeEndian.PutUint64(regs[8*reg:], v) }
	sp, pc, path := at(regRSP), at(regRIP), l.auxWord(pid, atExecFn)
	count, err := l.readWord(pid, sp)
	if err != nil || path == 0 || count != uint64(argc) {
		return err
	}
	word, err := l.readWord(pid, pc)
	if err != nil {
		return err
	}
	set(regRAX, sysExecve)
	set(regOrigRAX, noCall)
	set(regRDI, path)
	set(regRSI, sp+8)
	set(regRDX, sp+8*(count+2))
	if err := l.WriteWord(pid, pc, word&^callMask|callInsn); err != nil {
		return err
	}
	done, err := l.runExec(pid, regs)
	if err != nil || done {
		return err
	}
	if err := l.SetRegs(pid, saved); err != nil {
		return err
	}
	return l.WriteWord(pid, pc, word)
}

// runExec runs to the end of the execve(2) that regs are prepared for, and
// reports whether there is a new image.
func (l *Linux) runExec(pid int, regs []byte) (done bool, err error) {
	if err := l.SetRegs(pid, regs); err != nil {
		return false, err
	}
	if err := l.runTo(pid, Restart{Op: ToSyscall}, Syscall); err != nil {
		return false, err
	}
	if err := l.Restart(pid, Restart{Op: ToSyscall}); err != nil {
		return false, err
	}
	s, err := l.waitFor(pid)
	if err != nil {
		return false, err
	}
	if s.Kind == Exited || s.Kind == Killed {
		l.pending = append(l.pending, s)
		return false, ErrGone
	}
	if err := l.Interrupt(pid); err != nil {
		return false, err
	}
	return s.Kind == Exec, l.runTo(pid, Restart{}, Interrupted)
}

// auxWord is an entry of a process's auxiliary vector, 0 if there is none.
func (l *Linux) auxWord(pid int, key uint64) uint64 {
	b, _ := l.readProc(pid, "auxv")
	for ; len(b) >= 16; b = b[16:] {
		if binary.NativeEndian.Uint64(b) == key {
			return binary.NativeEndian.Uint64(b[8:])
		}
	}
	return 0
}

func (l *Linux) readWord(pid int, addr uint64) (uint64, error) {
	var b [8]byte
	_, err := l.Read(pid, addr, b[:])
	return binary.NativeEndian.Uint64(b[:]), err
}
