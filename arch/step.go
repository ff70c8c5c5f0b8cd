package arch

// A Step tells how the instruction displaced by a breakpoint is executed
// although the breakpoint stays.
type Step struct {
	Len  int    // length of the original instruction
	Code []byte // runs at the slot's address in place of the original, then goes on behind it
}
