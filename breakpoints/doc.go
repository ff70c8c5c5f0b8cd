// Package breakpoints keeps the breakpoint instructions planted in one address space. It
// owns their count at each address, hides them from reads of the memory, and copies them
// when fork(2) copies the space. It also owns the out-of-line areas, in which the
// instructions run that breakpoints have replaced.
//
// It does not know why a breakpoint is there, what a symbol is, or how memory
// is reached or mapped.
//
// # Adding to it
//
// If another kind of code needs more than a breakpoint instruction, Table gets it. The
// instruction itself, and how an instruction is displaced, belong to package arch.
package breakpoints
