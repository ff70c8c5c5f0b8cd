// Package breakpoints keeps the breakpoint instructions planted in one address
// space: inserted and removed by count, hidden from whoever reads the memory,
// copied when the space is copied by fork(2). It also keeps the out-of-line areas, in
// which the instructions run that breakpoints stand on.
//
// It does not know why a breakpoint is there, what a symbol is, or how memory
// is reached or mapped.
//
// # Adding to it
//
// What planting one more kind of code takes belongs into Table; the instruction
// itself, and how one is displaced, are arch's.
package breakpoints
