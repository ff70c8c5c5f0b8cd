package arch

import "errors"

// A Step tells how to execute a displaced instruction while its breakpoint stays: what the
// tracer does itself, and where the tracee then continues.
type Step struct {
	Len  int    // length of the original instruction
	Push bool   // first push the address after the original instruction (a call)
	Jump uint64 // continue there; 0: run Code
	Code []byte // runs in the slot and continues after the original instruction
	Trap bool   // the instruction is itself a breakpoint: do not run it, deliver its trap
	Link int    // after this many bytes of Code a register holds an address in the slot (SYSCALL); 0: never

	marks []mark
}

// A mark maps an offset in Step.Code to an address in the original code.
type mark struct {
	off  int
	addr uint64
}

// OriginalPC returns the address in the original code that corresponds to offset off in
// Code. began is false if the instruction has not yet run. It serves to correct the PC of
// a tracee that a signal finds in a slot.
func (s *Step) OriginalPC(off int) (addr uint64, began bool) {
	for _, m := range s.marks {
		if m.off == off && off > 0 {
			return m.addr, true
		}
	}
	return 0, false
}

// MaxStep is the most bytes of Step.Code.
const MaxStep = 32

// errDisplace means that an instruction cannot be run at another place.
var errDisplace = errors.New("instruction cannot be displaced")
