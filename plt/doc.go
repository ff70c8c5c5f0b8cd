// Package plt finds the slots of an object: the instructions by which its code
// calls or jumps to the functions that it imports. It also finds the system call
// instructions that make certain calls (syscalls.go).
//
// It trusts no section name, no entry size and no order. Every call of an import
// goes through the GOT word that a relocation names. So the package searches all
// executable bytes for encodings of a jump, call or load through such a word
// (scan.go), and keeps those that are instructions: decoding from the start of a
// function reaches them, or they are in a complete PLT stub (confirm.go,
// amd64_stub.go). Calls through a register that was loaded from a word, or through
// the stack word that it was spilled to, are followed within the function
// (registers.go).
//
// It owns the shapes of machine code that linkers and compilers make for calls of
// imports. It knows no tracee, no breakpoint and no prototype. Addresses are
// link-time addresses.
//
// It does not find calls through a pointer that the program itself keeps in memory;
// calls through a register in one part of a split function (.cold) if the other part
// loaded the register; and calls in code that has neither unwind table nor symbol and
// is no stub (Unconfirmed counts the candidates there).
//
// # Adding a stub
//
// Write its bytes into the comment of amd64_stub.go, teach stubStarts what comes
// before its jump and stubTail what comes behind, and add a build to TestMatrix
// that makes it.
//
// # Adding a processor
//
// All of the code that is looked for is amd64's: in the amd64 files (stubs, what
// instructions do to registers), and in scan.go and confirm.go (encodings of
// operands). Another processor needs its own of each.
package plt
