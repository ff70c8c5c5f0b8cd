// Package arch holds what plait knows of a processor: as data where it can be said
// as data, else as functions in a value of type Arch. Native is the one that plait
// was built for.
//
// It owns
//   - the register sets that ptrace(2) moves: where they keep what (regs.go);
//   - machine code: what plait plants or looks for, the lengths of instructions, and
//     how one runs at another place than its own (Code, Step);
//   - where the ABI passes arguments and results, also in a va_list (abi.go);
//   - the registers by which callers are found, and what a signal leaves of them
//     (frame.go);
//   - numbers that files and the kernel have for it: the machine and its types of
//     relocation, its system calls as far as plait makes some itself.
//
// It may not know processes, files, system calls of plait's own, nor any other room:
// it imports nothing of plait's. It has no build tags, so that every machine can read
// about every processor. File names put the processor first (amd64_length.go), because
// one that ends in _amd64.go is a constraint.
//
// # Adding to it
//
// A fact about a processor that another room needs becomes a field of Arch, or of the
// struct in it that is about that subject, with its source; TestMachine in the root
// fails where another room names a register or an opcode. A number in Numbers is
// compared with the table of system calls by a test of package syscalls.
//
// # Adding a processor
//
// A value of type Arch, named in Native, in files beside amd64*.go: the registers, its
// machine code, the ABI, frames, and displacing instructions. i386.go has only what
// system calls take. docs/PORTING.md says what else a processor takes.
package arch
