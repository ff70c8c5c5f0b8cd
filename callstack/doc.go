// Package callstack keeps the calls that are open in a thread: a frame for each, with
// what is needed to notice its return and to decode it then. A recursion may have a
// million of them, so frames far from the innermost one are delta-coded.
//
// It does not know why a call ended, and reads no memory: package tracer decides which
// calls are over. An output does not see frames; what a format remembers of open calls
// is in package output/calls.
//
// # Adding to it
//
// A field of Frame that a call needs at its return is stored in a block as well: in
// numbersOf if it is a number that differs little from frame to frame, in common if
// calls of one function share it, else in rare (block.go). TestStack fails if it is
// lost. What only a system call needs is not kept here, since a thread is in one at
// most.
package callstack
