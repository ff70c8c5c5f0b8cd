// Package syscalls knows the system calls of Linux: their names and numbers in each
// calling convention, their classes and prototypes, and the names of errors and signals.
//
// It owns the tables in data/. It knows no registers, no tracee and no output. A number
// becomes a name by an array index; the prototypes in data/calls.conf are written in the
// language of package proto.
//
// # Adding a system call
//
// Its number comes from the kernel's headers by "make generate", or from a line in
// data/newer.tbl while the installed headers are too old. Then add one line to
// data/calls.conf, its classes to data/classes.tbl, and one case to
// testdata/decode.txtar. Structs and flags are written as package proto says. If
// the number is the highest, TestNames has to know that the next one is free.
package syscalls

//go:generate go run gen.go
