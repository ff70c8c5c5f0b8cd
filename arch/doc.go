// Package arch describes instruction sets as data: sizes, byte order, the
// breakpoint instruction, where a register set keeps what, and how one
// displaced instruction runs somewhere else.
//
// It knows no process, no operating system call and no file; every host can
// read about every CPU here, so there are no build tags. File names put the CPU
// first (amd64_length.go), because a name ending in _amd64.go is a constraint.
//
// # Adding an architecture
//
// One file with a value of type Arch, one for displacing instructions.
package arch
