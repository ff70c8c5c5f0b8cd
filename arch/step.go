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
	Link int    // behind this many bytes of Code a register holds the slot's address (SYSCALL); 0: none does

	marks []mark
}

// A mark says which address of the original code a place in Step.Code stands for.
type mark struct {
	off  int
	addr uint64
}

// Place is the address in the original code that the tracee is at when it
// stands at offset off of Code; began is false if the instruction has yet to
// run. A tracee's PC is put right by it when a signal finds it in a slot.
func (s *Step) Place(off int) (addr uint64, began bool) {
	for _, m := range s.marks {
		if m.off == off && off > 0 {
			return m.addr, true
		}
	}
	return 0, false
}

// MaxStep is the most bytes that Step.Code takes.
const MaxStep = 32

// errDisplace means that an instruction cannot be run at another place.
var errDisplace = errors.New("instruction cannot be displaced")
