// Coverage counts the functions that the machine's programs and libraries import, and
// how many of them have a prototype in plait and in ltrace's installed files. That is
// the table of docs/PROTOTYPES-COVERAGE.md.
//
//	go run ./bench/coverage [-missing N] [-markdown] [DIR...]
//
// It owns the survey of the machine's files and the rules of counting. It does not know
// processes, or what a prototype says.
//
// One import slot is one function that one ELF file imports from another, however often it
// calls it. It belongs to the object that defines the function: the one that the symbol's
// version names, or else the first one that exports it among those that the file needs,
// breadth first. If a plug-in imports a function of the program that loads it, the slot
// belongs to the first program that exports the function. A function that nothing on the
// machine defines is not a slot.
//
// # Adding a row
//
// Add an entry to groups (report.go).
package main
