package arch

// A Frame is what finding the callers of a function takes.
type Frame struct {
	SP, FP, PC int   // DWARF numbers of the stack and the frame pointer and of the return address
	Numbers    []int // DWARF numbers of the general registers, by machine number
	// Arguments are the DWARF numbers of the registers that integers and vectors are
	// passed in to functions.
	Arguments [2][]int

	// Trampoline is the code that a signal's handler returns to, to call
	// rt_sigreturn(2). At least 8 bytes.
	Trampoline []byte
	// Context are the registers in the struct ucontext (asm/sigcontext.h) that lies
	// at the stack pointer then, by DWARF number and in the order they have there,
	// from ContextOffset on.
	Context       []int
	ContextOffset uint64

	// EndsInCall tells whether code, 8 bytes, ends in an instruction that calls a
	// function or the kernel.
	EndsInCall func(code [8]byte) bool
}

// FrameRegs is one more than the highest DWARF number of a register that frames are
// found by.
const FrameRegs = 17
