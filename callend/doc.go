// Package callend decides which of a thread's open calls are over, and how they ended:
// they returned, or longjmp(3), an exception or a switch to another stack has left them.
// It owns Thread, which is the calls that are open and what is known of the stacks that
// they were made on.
//
// It does not decode calls, plants nothing, and does not know where memory and registers
// come from: that is its Machine. Calls of functions that Go has compiled it only keeps:
// package tracer finds their ends, which may come in other threads.
//
// # Adding to it
//
// Another way to leave a call is a case of unwindOutcome (match.go), and one of isUnwound
// or endLongjmp if the stack pointer alone does not tell. Evidence about stacks is a case
// of compareStacks (stack.go).
package callend
