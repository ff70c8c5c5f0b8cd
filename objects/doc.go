// Package objects knows the ELF files that are loaded in one address space: which of them
// lies at an address, which defines a symbol, and where the C library among them keeps
// errno and the standard streams.
//
// It owns the run-time addresses of files, which are read in package objfile. It knows no
// process: mappings and words of memory are given to it. Nor does it know what is traced.
//
// # Adding to it
//
// A question about one object is a method of Object; one that takes the order in which
// the dynamic loader looks symbols up, a method of List.
package objects
