//go:build linux

package ptrace

import (
	"encoding/binary"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// To trace a command's own execve(2), which is the first call of a new process, plait first
// executes a placeholder program. The kernel puts the command's arguments and environment on
// its stack. No instruction of the placeholder runs: at its entry point plait puts a call of
// execve for the command. The kernel then also honours set-id bits, if plait's privileges
// allow it, because the process is traced already.

// placeholder returns that program, a 64-bit ELF file (elf(5)): a jump to itself, with a stack
// that is not executable. As a file in memory it can be executed by any user, which plait's own
// file perhaps cannot.
func placeholder() []byte {
	const (
		header, program = 64, 56 // sizes of the headers
		start           = header + 2*program
		base            = 0x400000
		page            = 4096
	)
	code := arch.Native.Spin
	le := binary.LittleEndian
	b := []byte{0x7f, 'E', 'L', 'F', 2, 1, 1, 15: 0}
	b = le.AppendUint16(b, 2) // ET_EXEC
	b = le.AppendUint16(b, arch.Native.Machine)
	b = le.AppendUint32(b, 1) // EV_CURRENT
	b = le.AppendUint64(b, base+start)
	b = le.AppendUint64(b, header) // program headers
	b = le.AppendUint64(b, 0)      // no sections
	b = le.AppendUint32(b, 0)
	for _, half := range []uint16{header, program, 2, 0, 0, 0} {
		b = le.AppendUint16(b, half)
	}
	for _, p := range []struct {
		kind, flags uint32
		size, align uint64
	}{{1, 4 | 1, start + uint64(len(code)), page}, {0x6474e551, 4 | 2, 0, 16}} { // PT_LOAD, PT_GNU_STACK
		b = le.AppendUint32(b, p.kind)
		b = le.AppendUint32(b, p.flags)
		for _, word := range []uint64{0, base, base, p.size, p.size, p.align} {
			b = le.AppendUint64(b, word)
		}
	}
	return append(b, code...)
}

// placeholderFile returns the path of a file that contains placeholder, or of plait's own file
// if there can be no file in memory that can be executed. done closes the file.
func placeholderFile() (path string, done func()) {
	fd, err := unix.MemfdCreate("exec", unix.MFD_CLOEXEC|unix.MFD_EXEC)
	if err == unix.EINVAL { // before Linux 6.3
		fd, err = unix.MemfdCreate("exec", unix.MFD_CLOEXEC)
	}
	if err != nil {
		return OwnFile(), func() {}
	}
	done = func() { unix.Close(fd) }
	path = "/proc/self/fd/" + strconv.Itoa(fd)
	if _, err := unix.Write(fd, placeholder()); err != nil || !exists(path) {
		return OwnFile(), done
	}
	return path, done
}

// OwnFile returns a path by which plait's own program can be executed. Without /proc it is the
// path by which it was executed.
func OwnFile() string {
	const proc = "/proc/self/exe"
	if !exists(proc) {
		if name := execName(); exists(name) {
			return name
		}
	}
	return proc
}

func exists(path string) bool { return unix.Access(path, unix.F_OK) == nil }

// maxPath is PATH_MAX (linux/limits.h). The kernel reads no further.
const maxPath = 4096

// prepareExec makes a tracee that runs placeholderFile call execve(2) of path next.
func (l *Linux) prepareExec(pid int, path string, argc int) error {
	saved, err := l.Regs(pid, make([]byte, arch.Native.RegsetSize))
	if err != nil {
		return err
	}
	name := append([]byte(path), 0)
	if len(name) > maxPath {
		name = slices.Repeat([]byte{'/'}, maxPath+1) // too long as well
	}
	regs := arch.Native.View(saved)
	sp := regs.SP()
	where := (sp - uint64(len(name)) - 256) &^ 15
	if err := l.setName(pid, saved, where); err != nil {
		return err
	}
	if _, err := l.Write(pid, where, name); err != nil {
		return err
	}
	if _, err := l.Write(pid, regs.PC(), arch.Native.ExecOrExit); err != nil {
		return err
	}
	argv := sp + wordSize // argc lies before it
	return l.SetRegs(pid, syscallRegs(arch.Native, saved, arch.Native.Calls.Execve, where, argv, argv+wordSize*uint64(argc+1)))
}

// setName gives a tracee that runs placeholderFile plait's own thread name, which a fork of
// plait would have, instead of a number from the name of the file in memory. There is room for
// the name at where.
func (l *Linux) setName(pid int, saved []byte, where uint64) error {
	comm, errno := ownName()
	if errno != 0 {
		return nil // the name is not essential
	}
	if _, err := l.Write(pid, where, comm[:]); err != nil {
		return err
	}
	pc := arch.Native.View(saved).PC()
	if err := l.pokeWord(pid, pc, overlay(0, syscallCode(arch.Native))); err != nil {
		return err
	}
	_, err := l.Remote(pid, saved, syscallRegs(arch.Native, saved, arch.Native.Calls.Prctl, unix.PR_SET_NAME, where))
	return err
}
