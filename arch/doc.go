// Package arch holds what plait knows about processors: as data where possible,
// otherwise as functions in a value of type Arch. Native is the processor that plait was
// built for.
//
// It owns
//   - the layout of the register sets that ptrace(2) transfers (regs.go);
//   - machine code: what plait plants or searches for, the lengths of instructions, and
//     how a displaced instruction runs (Code, Step);
//   - where the ABI passes arguments and results, including those in a va_list (abi.go);
//   - the registers that a stack walk needs, and where a signal saves them (frame.go);
//   - the numbers of files and the kernel: the machine, its relocation types, and the
//     system calls that plait makes or recognizes.
//
// It may not know processes, files or any other room, and makes no system calls. It has
// no build tags, so that every host can use the facts of every processor. File names
// put the processor first (amd64_length.go), because a name that ends in _amd64.go is a
// build constraint.
//
// # Adding to it
//
// A fact about a processor that another room needs becomes a field of Arch or of the
// struct in it for that subject, with its source. TestMachine in the root fails if
// another room names a register or an opcode. A test of package syscalls compares
// Numbers with the table of system calls.
//
// # Adding a processor
//
// Write a value of type Arch in files beside amd64*.go and list it in byName: registers,
// machine code, ABI, frames, and displaced instructions. i386.go has only what system
// calls need. docs/PORTING.md says what else a processor takes.
package arch
