package arch

// A Frame has the facts about a processor that a stack walk needs.
type Frame struct {
	SP, FP, PC int   // DWARF numbers of the stack pointer, frame pointer and return address
	Numbers    []int // DWARF numbers of the general registers, by machine number
	// Arguments are the DWARF numbers of the registers that pass integer and vector
	// arguments.
	Arguments [2][]int

	// Trampoline is the code that a signal handler returns to and that calls
	// rt_sigreturn(2). It has at least 8 bytes.
	Trampoline []byte
	// Context lists the DWARF numbers of the registers in struct ucontext
	// (asm/sigcontext.h), in the order in which they are there from ContextOffset
	// on. At the trampoline, the stack pointer points to that struct.
	Context       []int
	ContextOffset uint64

	// EndsInCall reports whether the 8 bytes of code seem to end in an instruction
	// that calls a function or the kernel.
	EndsInCall func(code [8]byte) bool
}

// FrameRegs is one more than the highest DWARF number of a register in Frame.
const FrameRegs = 17
