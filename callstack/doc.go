// Package callstack keeps the calls that are open in a thread. It owns their frames,
// which hold what is needed to notice a return and to decode it. A recursion may have a
// million of them, so frames far from the innermost one are delta-coded.
//
// It does not know why a call ended, and reads no memory: package callend decides which
// calls are over. An output does not see frames: package output/calls keeps what a format
// remembers of open calls.
//
// # Adding to it
//
// A new field of Frame must be stored in a block as well: in numbersOf if it is a number
// that differs little from frame to frame, in common if calls of one function share it,
// else in rare (block.go). TestStack fails if it is lost. Nothing that only a system call
// needs is kept here, because a thread is in at most one.
package callstack
