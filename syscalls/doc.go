// Package syscalls knows the system calls of Linux: number to name for each
// calling convention, the classes they belong to, their prototypes, and the
// names of errors and signals.
//
// It owns the tables in data/ and nothing that moves: no registers, no tracee,
// no text. A number becomes a name by an array index, a name a prototype by
// the language of package proto, in which data/calls.conf is written.
//
// # Adding a system call
//
// The number comes with "make generate" from the kernel's headers (or a line
// in data/newer.tbl while the installed headers are too old); then one line in
// data/calls.conf, its classes in data/classes.tbl, and one case in
// testdata/decode.txtar.
package syscalls

//go:generate go run gen.go
