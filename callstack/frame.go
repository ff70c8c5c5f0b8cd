package callstack

import (
	"time"

	"plait/arch"
	"plait/event"
	"plait/proto/decode"
)

// A Frame is a call that has not returned yet.
type Frame struct {
	Call         *event.Call
	Proto        *decode.Prototype
	SP           uint64 // at entry: the address of the return address
	Ret          uint64 // the return address
	FramePointer uint64 // at entry

	Goroutine Goroutine     // for a function that Go has compiled
	Words     Words         // as they were at entry
	Begun     time.Time     // when the tracee was restarted after the call was seen; zero before
	Work      time.Duration // how long the tracer had worked until then while the thread was stopped
	Uses      *int          // how many open calls have the same return address, if it is in JIT code; else nil
	Ending    Ending        // end of the stack that the call was made on
	Errno     int           // at entry, if the function may leave errno unchanged
}

// Words are the machine words of a call at its entry, from which its arguments are
// decoded.
type Words struct {
	Ints   [arch.MaxArgs]uint64
	SP     uint64 // of the stack arguments; 0: there are none
	Stack  [StackWords]uint64
	Known  int    // how many words of Stack are valid
	FP     []byte // floating-point register set, once read
	FPRead bool
}

// StackWords is how many words of the stack are read with every call. The first one is
// the return address.
const StackWords = 8

// Int returns integer argument register i, 0 if there is no such register.
func (w *Words) Int(i int) uint64 {
	if i < 0 || i >= len(w.Ints) {
		return 0
	}
	return w.Ints[i]
}

// A Goroutine says on which goroutine's stack, and where on it, a call was made.
type Goroutine struct {
	G      uint64 // address of its runtime.g; 0: Go did not compile the function
	Height uint64 // of the return address, counted from where the stack begins
}

// An Ending is where a walk along a stack ended.
type Ending struct {
	Known     bool
	SP        uint64 // in the last frame, which tells this stack from others; 0: the stack has too many frames
	Outermost bool   // the last frame was the first one of its stack
}
