// Package infer infers from machine code what no prototype says.
//
// It infers the number of arguments of a function: which argument registers the function
// reads before it writes them (Function). It infers whether a function may return its
// first argument, as it does if that is the address for its result (ReturnsFirst). And
// for a function that only returns the address of something, like
// __errno_location(3), it finds out how to compute that address (Address).
//
// It owns the reading of amd64 code for these questions (System V ABI, section 3.2.3).
// It does not know where code comes from, or what arguments mean.
//
// # Adding an instruction
//
// Most instructions read all their operands and write the first. The tables of
// amd64_effects.go list those that only write it, those that do not write it, and
// those with implicit operands.
//
// # Adding a processor
//
// infer.go walks through a function and knows no processor. It needs decode and
// savedInts, as in amd64.go. ReturnsFirst (amd64_result.go) and Address (amd64_address.go)
// are written for amd64.
package infer
