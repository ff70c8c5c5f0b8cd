// Package breakpoints keeps the breakpoint instructions planted in one address
// space: inserted and removed by count, hidden from whoever reads the memory,
// copied when the space is copied by fork(2).
//
// It does not know why a breakpoint is there, what a symbol is, or how memory
// is reached.
package breakpoints
