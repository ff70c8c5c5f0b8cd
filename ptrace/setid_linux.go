//go:build linux

package ptrace

import (
	"encoding/binary"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// Go sets the user of a child before it has it traced, so that the kernel takes
// the child for its own tracer's equal, and leaves the set-id bits of the program
// aside (execve(2)). Once the child is seized, by us who may, a second execve(2)
// of the same program, before anything of the first has run, has them honoured.

const atExecFn = 31 // AT_EXECFN: the path that was executed (getauxval(3))

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
	saved, err := l.Regs(pid, make([]byte, arch.Native.RegsetSize))
	if err != nil || len(saved) < arch.Native.RegsetSize {
		return err
	}
	view := arch.Native.View(saved)
	sp, pc, path := view.SP(), view.PC(), l.auxWord(pid, atExecFn)
	count, err := l.readWord(pid, sp)
	if err != nil || path == 0 || count != uint64(argc) {
		return err
	}
	code, err := l.readWord(pid, pc)
	if err != nil {
		return err
	}
	regs := prepared(arch.Native, saved, arch.Native.Calls.Execve, path, sp+wordSize, sp+wordSize*(count+2))
	if err := l.pokeWord(pid, pc, over(code, gate(arch.Native))); err != nil {
		return err
	}
	done, err := l.runExec(pid, regs)
	if err != nil || done {
		return err
	}
	if err := l.SetRegs(pid, saved); err != nil {
		return err
	}
	return l.pokeWord(pid, pc, code)
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
