// Package unwind finds the callers of a stopped thread from its registers and
// its memory.
//
// It owns the meaning of call frame information (DWARF 5, section 6.4, and the
// Linux Standard Base's "Exception Frames") and the walk from frame to frame. It
// does not know where files, registers and memory come from, nor symbols.
//
// # Adding an instruction set
//
// Registers knows the DWARF numbers of amd64; another one needs its own numbers of
// the stack pointer, the frame pointer and the return address, and its own prologue
// in byFramePointer. The rules and expressions are the same.
package unwind
