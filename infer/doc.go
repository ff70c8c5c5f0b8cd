// Package infer infers from machine code what no prototype says.
//
// It tells how many arguments a function takes: which argument registers it reads
// before it writes them. It tells whether a function may return the first of them,
// as it does if that is where its result is to be built. And of a function that
// only says where something is, as __errno_location(3) does, it tells where that is.
//
// It owns the reading of amd64 code for these questions (System V ABI, section
// 3.2.3). It does not know where code comes from, nor what arguments mean.
//
// # Adding an instruction
//
// Most instructions read all their operands and write the first. Those that only
// write it, those that do not write it, and those with operands that are not
// written down stand in the tables of amd64_effects.go.
//
// # Adding a processor
//
// infer.go walks through a function and knows none. It needs decode and savedInts, as
// amd64.go has them, and Address, as amd64_address.go has it.
package infer
