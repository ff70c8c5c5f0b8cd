package arch

import "errors"

// A Step tells how the instruction displaced by a breakpoint is executed
// although the breakpoint stays: what the tracer does itself, then where the
// tracee goes on.
type Step struct {
	Len  int    // length of the original instruction
	Push bool   // push the address behind the original instruction first (a call)
	Jump uint64 // go on there; 0: run Code
	Code []byte // runs in the slot and then goes on behind the original instruction
	Trap bool   // the instruction is itself a breakpoint: nothing to execute, deliver its trap
}

// MaxStep is the most bytes that Step.Code takes.
const MaxStep = 32

// ErrDisplace means that an instruction cannot be run at another place.
var ErrDisplace = errors.New("instruction cannot be displaced")
