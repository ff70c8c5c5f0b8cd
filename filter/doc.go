// Package filter says which calls a user wants: filter expressions about functions and
// the objects that call or define them (-e, -l, -x), and choices of files and descriptors
// (-P, -e trace-fds=).
//
// It owns the grammar, the matching, and the advice to a user whose filter chose nothing.
// It knows objects by their names alone: no process and no ELF file. It does not know how
// calls are traced. System calls are chosen in package syscalls.
//
// # Adding to it
//
// A new form of a rule goes into parse.go and the grammar at Filter, a new kind of pattern
// into pattern.go. A new option that chooses library calls is a field of Choice.
package filter
