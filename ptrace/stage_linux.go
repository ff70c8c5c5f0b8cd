//go:build linux

package ptrace

import (
	"encoding/binary"
	"slices"
)

// What a command does first is execve(2), in the process that its tracer has
// made. To see that call, a program of no interest is run before it: our own, of
// which no instruction is executed. The kernel has put the command's arguments
// and environment on its stack, and where it would begin, it calls execve. The
// kernel then honours set-id bits too, since it is already traced by us, who may.

// stagedImage is the program before the command, as the child finds it.
const stagedImage = "/proc/self/exe"

// stagedCode calls execve(2) and, if that returns, exit_group(1).
var stagedCode = []byte{
	0x0f, 0x05, // syscall
	0xbf, 1, 0, 0, 0, // mov $1, %edi
	0xb8, 231, 0, 0, 0, // mov $231, %eax
	0x0f, 0x05, // syscall
	0xeb, 0xfe, // jmp .
}

// maxPath is PATH_MAX (linux/limits.h); the kernel reads no further.
const maxPath = 4096

// stage readies a tracee that runs stagedImage to execute path.
func (l *Linux) stage(pid int, path string, argc int) error {
	regs, err := l.Regs(pid, make([]byte, 8*regWords))
	if err != nil {
		return err
	}
	at := func(reg int) uint64 { return binary.NativeEndian.Uint64(regs[8*reg:]) }
	set := func(reg int, v uint64) { binary.NativeEndian.PutUint64(regs[8*reg:], v) }
	name := append([]byte(path), 0)
	if len(name) > maxPath {
		name = slices.Repeat([]byte{'/'}, maxPath+1) // too long, as path is
	}
	sp := at(regRSP)
	argv := sp + 8 // argc lies before it
	where := (sp - uint64(len(name)) - 256) &^ 15
	if _, err := l.Write(pid, where, name); err != nil {
		return err
	}
	if _, err := l.Write(pid, at(regRIP), stagedCode); err != nil {
		return err
	}
	set(regRAX, sysExecve)
	set(regOrigRAX, noCall)
	set(regRDI, where)
	set(regRSI, argv)
	set(regRDX, argv+8*uint64(argc+1))
	return l.SetRegs(pid, regs)
}
