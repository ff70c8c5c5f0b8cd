// Package unwind finds the callers of a stopped thread from its registers and
// its memory.
//
// It owns the meaning of call frame information (DWARF 5, section 6.4, and the
// Linux Standard Base's "Exception Frames") and the walk from frame to frame. It
// does not know where files, registers and memory come from, nor symbols.
//
// # Adding a processor
//
// Its registers, and the code that signal handlers return to, are an arch.Frame. Here
// it is taken for granted that a function that has just been entered finds its return
// address on the stack, and that a word has eight bytes.
package unwind
