// Coverage counts for how many of the functions that the machine's programs and
// libraries import plait knows the prototype, and for how many ltrace's installed
// files do: the table of docs/PROTOTYPES-COVERAGE.md.
//
//	go run ./bench/coverage [-missing N] [-markdown] [DIR...]
//
// One import slot is one function that one ELF file imports from another, however
// often it calls it. It belongs to the object that defines the function: the one
// that the symbol's version names, else the first that the file needs, or that
// these need, and that exports it. A plug-in's functions of the program that loads
// it belong to the first program that exports them. A function that nothing on
// the machine defines is no slot.
package main
