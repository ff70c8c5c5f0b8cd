package arch

// A layout tells where registers are in the register sets that ptrace(2) transfers.
type layout struct {
	RegsetSize int // bytes of NT_PRSTATUS's register set
	word       int // bytes of one register in it

	// Offsets in it.
	pc, sp, tp int
	spare      int   // the base of a segment that the ABI leaves to nobody
	fp         int   // the frame pointer's
	restart    int   // the word that makes the kernel restart a system call
	link       int   // the register in which a system call stores the address after it
	flags      int   // the processor's flags
	mode       int   // the register that identifies the machine mode
	args       []int // integer argument registers of a library call
	results    []int // integer result registers
	goArgs     []int // integer argument and result registers of Go's own calls
	sysArgs    []int // arguments of a system call
	sysNr      int   // the number of a system call to make
	floats     int   // the register whose lowest byte tells a variadic function the number of vector arguments
	g          int   // the register that holds the goroutine where Go's own calls begin and end
	gpr        []int // general registers by machine number

	trapFlag   uint64 // in flags: the program traps after each instruction
	nativeMode uint64 // in mode: the program is in the processor's native mode

	FPRegsetSize int // bytes of NT_PRFPREG's register set
	vec          int // offset of the first vector register in it, 16 bytes each
	x87          int // offset of the top of the x87 stack in it
	lastFloat    int // offset of the address of the last floating-point instruction
}

// A User is what ptrace(2) PTRACE_PEEKUSER reads from: struct user (sys/user.h).
type User struct {
	Size      uint64       // bytes of it; 0: the kernel has none
	Registers []string     // constants of the registers at its beginning (sys/reg.h)
	Members   []UserMember // of what lies behind these, the last one first
}

// A UserMember is a member of struct user.
type UserMember struct {
	Off  uint64
	Name string
}

// Regs is a view of Raw, an NT_PRSTATUS register set. Writes change Raw.
type Regs struct {
	arch *Arch
	Raw  []byte
}

// View returns a view of raw, which must have a.RegsetSize bytes.
func (a *Arch) View(raw []byte) Regs { return Regs{a, raw} }

func (r Regs) get(off int) uint64 {
	if r.arch.word == 4 {
		return uint64(r.arch.Order.Uint32(r.Raw[off:]))
	}
	return r.arch.Order.Uint64(r.Raw[off:])
}

func (r Regs) set(off int, v uint64) {
	if r.arch.word == 4 {
		r.arch.Order.PutUint32(r.Raw[off:], uint32(v))
		return
	}
	r.arch.Order.PutUint64(r.Raw[off:], v)
}

// IsNative reports whether the program is in the processor's native mode. PTRACE_GETREGS
// fills the same set for programs in other modes.
func (r Regs) IsNative() bool { return r.get(r.arch.mode) == r.arch.nativeMode }

// SyscallOffset returns the offset in the register set, and in struct user (sys/user.h),
// of the number of the system call that a program is entering.
func (a *Arch) SyscallOffset() int { return a.restart }

// ResultOffset returns the offset, in the same structs, of the result at the system call's
// exit.
func (a *Arch) ResultOffset() int { return a.results[0] }

// PC returns the program counter.
func (r Regs) PC() uint64 { return r.get(r.arch.pc) }

// SetPC sets the program counter.
func (r Regs) SetPC(v uint64) { r.set(r.arch.pc, v) }

// SP returns the stack pointer.
func (r Regs) SP() uint64 { return r.get(r.arch.sp) }

// SetSP sets the stack pointer.
func (r Regs) SetSP(v uint64) { r.set(r.arch.sp, v) }

// FramePointer returns the register that links frames if the compiler keeps a frame
// pointer.
func (r Regs) FramePointer() uint64 { return r.get(r.arch.fp) }

// Link returns the register in which a system call instruction stores the address after
// it.
func (r Regs) Link() uint64 { return r.get(r.arch.link) }

// SetLink sets the register that Link returns.
func (r Regs) SetLink(v uint64) { r.set(r.arch.link, v) }

// SingleSteps reports whether the program has set its own trap flag.
func (r Regs) SingleSteps() bool { return r.get(r.arch.flags)&r.arch.trapFlag != 0 }

// ThreadPointer returns the address of the thread's own data.
func (r Regs) ThreadPointer() uint64 { return r.get(r.arch.tp) }

// SpareBase returns the base of the segment that the ABI leaves to nobody (amd64: GS).
func (r Regs) SpareBase() uint64 { return r.get(r.arch.spare) }

// SetSpareBase sets what SpareBase returns.
func (r Regs) SetSpareBase(v uint64) { r.set(r.arch.spare, v) }

// GoArg returns integer argument or result register i of a call in Go's own ABI.
func (r Regs) GoArg(i int) uint64 { return r.get(r.arch.goArgs[i]) }

// Goroutine returns the address of the goroutine's runtime.g at the entry or return of a
// call in Go's own ABI.
func (r Regs) Goroutine() uint64 { return r.get(r.arch.g) }

// Floats returns the number of vector registers that the caller of a variadic function
// uses for arguments. The ABI permits any upper bound of it.
func (r Regs) Floats() int { return int(r.get(r.arch.floats) & 0xff) }

// Arg returns integer argument register i at the entry of a library call.
func (r Regs) Arg(i int) uint64 { return r.get(r.arch.args[i]) }

// Result returns integer result register i at the return of a library call.
func (r Regs) Result(i int) uint64 { return r.get(r.arch.results[i]) }

// GPR returns the general register with machine number n.
func (r Regs) GPR(n int) uint64 { return r.get(r.arch.gpr[n]) }

// SetGPR sets the general register with machine number n.
func (r Regs) SetGPR(n int, v uint64) { r.set(r.arch.gpr[n], v) }

// PrepareSyscall sets up the registers to make the system call nr with args by the
// instruction at pc. It keeps the kernel from restarting an earlier system call.
func (r Regs) PrepareSyscall(pc, nr uint64, args ...uint64) {
	r.set(r.arch.sysNr, nr)
	for i, v := range args {
		r.set(r.arch.sysArgs[i], v)
	}
	r.set(r.arch.restart, ^uint64(0))
	r.SetPC(pc)
}

// SyscallNumber returns the number of a system call that is about to be made.
func (r Regs) SyscallNumber() uint64 { return r.get(r.arch.sysNr) }

// SyscallArg returns argument i of a system call that is about to be made.
func (r Regs) SyscallArg(i int) uint64 { return r.get(r.arch.sysArgs[i]) }

// SetSyscallArg sets argument i of a system call that is about to be made.
func (r Regs) SetSyscallArg(i int, v uint64) { r.set(r.arch.sysArgs[i], v) }

// Vector returns the low 16 bytes of vector register i in an NT_PRFPREG register set, or
// zeros if the set is too short because it could not be read.
func (a *Arch) Vector(fp []byte, i int) (v [16]byte) {
	if off := a.vec + 16*i; i >= 0 && off+16 <= len(fp) {
		copy(v[:], fp[off:])
	}
	return v
}

// VectorRegset returns an NT_PRFPREG register set in which nothing is known but the low 8 bytes
// of the vector registers, which follow one another in low.
func (a *Arch) VectorRegset(low []byte) []byte {
	fp := make([]byte, a.FPRegsetSize)
	for i := 0; 8*i < len(low); i++ {
		copy(fp[a.vec+16*i:], low[8*i:][:8])
	}
	return fp
}

// LongDouble is register i of those that hold nothing but floating-point numbers, by
// which long double results come, in an NT_PRFPREG register set; zero if the set could
// not be read. (amd64: of the x87, from the top of its stack.)
func (a *Arch) LongDouble(fp []byte, i int) (v [10]byte) {
	if off := a.x87 + 16*i; i >= 0 && off+10 <= len(fp) {
		copy(v[:], fp[off:])
	}
	return v
}

// LastFloat returns the address of the last floating-point instruction in an NT_PRFPREG
// register set (amd64: the last one of the x87), or 0 if the set could not be read.
func (a *Arch) LastFloat(fp []byte) uint64 {
	if a.lastFloat+8 > len(fp) {
		return 0
	}
	return a.Order.Uint64(fp[a.lastFloat:])
}

// SetLastFloat sets the address that LastFloat returns.
func (a *Arch) SetLastFloat(fp []byte, v uint64) { a.Order.PutUint64(fp[a.lastFloat:], v) }

// Flags returns the processor's flags.
func (r Regs) Flags() uint64 { return r.get(r.arch.flags) }

// SetFlags sets the processor's flags.
func (r Regs) SetFlags(v uint64) { r.set(r.arch.flags, v) }

// CancelRestart keeps the kernel from restarting a system call that a signal has interrupted,
// or from changing registers for it.
func (r Regs) CancelRestart() { r.set(r.arch.restart, ^uint64(0)) }
