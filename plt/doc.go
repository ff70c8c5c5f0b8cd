// Package plt finds the slots of an object: the instructions by which its code
// calls, or jumps to, the functions that it imports.
//
// It trusts no section name, no entry size and no order. Every call of an
// import goes through the GOT word that a relocation names, so it looks in all
// executable bytes for the encodings of "jump, call or load through that
// word" (scan.go), and keeps those that are instructions: met by decoding from
// a function's start, or a PLT stub in full (confirm.go, amd64_stub.go). Calls through
// a register that was loaded from such a word, or through the place in the frame
// that it was spilled to, are followed within the function (registers.go).
//
// It owns the shapes of machine code that linkers and compilers make for calls
// of imports. It knows no tracee, no breakpoint and no prototype; addresses are
// the file's.
//
// What it does not find: calls through a pointer that the program itself keeps in
// memory; calls through a register in one part of a function that was split
// (.cold) if the other part loaded it; calls in code that has neither unwind
// table nor symbol and is no stub (Unconfirmed counts the candidates there).
//
// # Adding a stub
//
// Its bytes in the comment of amd64_stub.go, a case there, a build in
// TestMatrix that makes it. Another CPU gets files of its own and a case in Find.
package plt
