// Coverage counts the functions that the machine's programs and libraries import, and
// how many of them have a prototype in plait and in ltrace's installed files. That is
// the table of docs/PROTOTYPES-COVERAGE.md.
//
//	go run ./bench/coverage [-missing N] [-markdown] [DIR...]
//
// One import slot is one function that one ELF file imports from another, however often it
// calls it. It belongs to the object that defines the function: the one that the symbol's
// version names, or else the first one that exports it among those that the file needs,
// breadth first. If a plug-in imports a function of the program that loads it, the slot
// belongs to the first program that exports the function. A function that nothing on the
// machine defines is not a slot.
package main
