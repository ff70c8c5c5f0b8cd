// Package unwind finds the callers of a stopped thread from its registers and
// its memory.
//
// It owns the meaning of call frame information (DWARF 5, section 6.4, and "Exception
// Frames" in the Linux Standard Base Core) and the walk from frame to frame. It does
// not know where files, registers and memory come from, and knows no symbols.
//
// # Adding to it
//
// A call frame instruction is a constant and a case in rules.go; an operation of DWARF
// expressions is one in expression.go. A frame that no call frame information describes
// is a case in find and in caller (frame.go).
//
// # Adding a processor
//
// Its registers, and the code that signal handlers return to, are an arch.Frame. This
// package assumes that a function finds its return address on the stack when it is
// entered, and that a word has eight bytes.
package unwind
