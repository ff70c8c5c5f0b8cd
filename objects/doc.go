// Package objects knows the ELF files that are loaded in one address space: which of them
// an address belongs to, which one defines a symbol, which prototype a function has, what the
// frames of a stack are in, and where the C library keeps errno and the standard streams.
//
// It owns the run-time addresses of files; package objfile reads the files. It knows no
// process: callers pass it the mappings and a function that reads memory. It does not know
// what is traced.
//
// # Adding to it
//
// A question about one object is a method of Object. A question whose answer depends on
// the order in which the dynamic loader searches for symbols is a method of List.
package objects
