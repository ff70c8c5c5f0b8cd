// Package callend decides which of a thread's open calls are over, and how they ended:
// they returned, or longjmp(3), an exception or a switch to another stack has left them.
// It owns Thread, which is the calls that are open and what is known of the stacks that
// they were made on.
//
// It does not decode calls, plants nothing, and does not know where memory and registers
// come from: that is its Machine. A Machine may also be a record of where the thread was
// before (Now): then only what the record says is known.
//
// # Adding to it
//
// Another way to leave a call is a case of unwindOutcome (match.go), and one of isUnwound
// or endLongjmp if the stack pointer alone does not tell. Evidence about stacks is a case
// of compareStacks (stack.go). Calls of functions that Go has compiled end in goroutine.go.
package callend
