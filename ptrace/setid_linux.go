//go:build linux

package ptrace

import (
	"encoding/binary"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// Go sets a child's user before the child is traced (PTRACE_TRACEME). The kernel then takes the
// child to have no more rights than its tracer, and ignores the set-id bits of the program
// (execve(2)). Once plait has seized the child with its own rights, a second execve(2) of the
// same program, before any of its instructions has run, makes the kernel honour them.

const atExecFn = 31 // AT_EXECFN: the path that was executed (getauxval(3))

// gainsPrivileges reports whether a program may run with more rights than its caller has.
func gainsPrivileges(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	n, err := unix.Getxattr(path, "security.capability", nil)
	return info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0 || err == nil && n > 0
}

// execAgain makes a tracee at its first instruction execute its program once more. If that fails, the
// tracee stays as it was. A script is not executed again, since its arguments are not those that it
// was given.
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
	regs := syscallRegs(arch.Native, saved, arch.Native.Calls.Execve, path, sp+wordSize, sp+wordSize*(count+2))
	if err := l.pokeWord(pid, pc, overlay(code, syscallCode(arch.Native))); err != nil {
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

// runExec runs to the end of the execve(2) that regs are prepared for, and reports whether there is a
// new image.
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

// auxWord returns an entry of a process's auxiliary vector, or 0 if there is none.
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
