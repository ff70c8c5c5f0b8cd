//go:build linux

package ptrace

import (
	"encoding/binary"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"

	"plait/arch"
)

// What a command does first is execve(2), in the process that its tracer has
// made. To see that call, a program of no interest is run before it, of which no
// instruction is executed. The kernel has put the command's arguments and
// environment on its stack, and where it would begin, it calls execve. The kernel
// then honours set-id bits too, since it is already traced by us, who may.

// blank is that program, as an ELF file (elf(5)) of 64 bits: a jump to itself, and a stack
// that is not executable. A file in memory, it can be run by any user; our own
// file perhaps not.
func blank() []byte {
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

// blankFile is a file with blank in it; where none can be had that runs, it is
// our own.
func blankFile() (path string, done func()) {
	fd, err := unix.MemfdCreate("exec", unix.MFD_CLOEXEC|unix.MFD_EXEC)
	if err == unix.EINVAL { // before Linux 6.3
		fd, err = unix.MemfdCreate("exec", unix.MFD_CLOEXEC)
	}
	if err != nil {
		return OwnFile(), func() {}
	}
	done = func() { unix.Close(fd) }
	path = "/proc/self/fd/" + strconv.Itoa(fd)
	if _, err := unix.Write(fd, blank()); err != nil || !exists(path) {
		return OwnFile(), done
	}
	return path, done
}

// OwnFile is a name by which this process's program can be run: without /proc it
// is the one by which it was.
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

// maxPath is PATH_MAX (linux/limits.h); the kernel reads no further.
const maxPath = 4096

// stage readies a tracee that runs blankFile to execute path.
func (l *Linux) stage(pid int, path string, argc int) error {
	saved, err := l.Regs(pid, make([]byte, arch.Native.RegsetSize))
	if err != nil {
		return err
	}
	name := append([]byte(path), 0)
	if len(name) > maxPath {
		name = slices.Repeat([]byte{'/'}, maxPath+1) // too long, as path is
	}
	regs := arch.Native.View(saved)
	sp := regs.SP()
	where := (sp - uint64(len(name)) - 256) &^ 15
	if err := l.rename(pid, saved, where); err != nil {
		return err
	}
	if _, err := l.Write(pid, where, name); err != nil {
		return err
	}
	if _, err := l.Write(pid, regs.PC(), arch.Native.ExecOrExit); err != nil {
		return err
	}
	argv := sp + wordSize // argc lies before it
	return l.SetRegs(pid, prepared(arch.Native, saved, arch.Native.Calls.Execve, where, argv, argv+wordSize*uint64(argc+1)))
}

// rename gives a tracee that runs blankFile our own name, which it would have if
// it were a fork of ours, instead of the number that it got from its file's. There
// is room at where.
func (l *Linux) rename(pid int, saved []byte, where uint64) error {
	comm, errno := ownName()
	if errno != 0 {
		return nil // it can be traced under any name
	}
	if _, err := l.Write(pid, where, comm[:]); err != nil {
		return err
	}
	pc := arch.Native.View(saved).PC()
	if err := l.pokeWord(pid, pc, over(0, gate(arch.Native))); err != nil {
		return err
	}
	_, err := l.Remote(pid, saved, prepared(arch.Native, saved, arch.Native.Calls.Prctl, unix.PR_SET_NAME, where))
	return err
}
