package arch

// A layout says where the register sets that ptrace(2) moves keep what.
type layout struct {
	RegsetSize int // bytes of NT_PRSTATUS's register set
	word       int // bytes of one register in it

	// Offsets in it.
	pc, sp, tp int
	fp         int   // the frame pointer's
	restart    int   // the word that makes the kernel restart a system call
	link       int   // the register in which a system call leaves the address behind it
	flags      int   // the processor's flags
	mode       int   // the register that tells the machine mode
	args       []int // integer argument registers of a library call
	results    []int // integer result registers
	goArgs     []int // integer argument and result registers of Go's own calls
	sysArgs    []int // arguments of a system call
	sysNr      int   // the number, when making a system call
	floats     int   // the register in whose lowest byte a variadic function is told of floating-point arguments
	g          int   // the register that holds the goroutine where calls of Go's begin and end
	gpr        []int // general registers by machine number

	trace uint64 // of the flags, the one by which a program has itself stopped behind each instruction
	own   uint64 // in mode: the program is of the processor's own mode

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

// Regs is a view of a raw NT_PRSTATUS register set; writes go through.
type Regs struct {
	arch *Arch
	Raw  []byte
}

// View gives meaning to raw, which must be a.RegsetSize bytes long.
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

// IsOwn tells whether the set is one of a program of the processor's own machine
// mode. PTRACE_GETREGS fills it for the others, too.
func (r Regs) IsOwn() bool { return r.get(r.arch.mode) == r.arch.own }

// CallOffset is where the register set, and struct user (sys/user.h), has the number
// of the system call that a program is at the entry of.
func (a *Arch) CallOffset() int { return a.restart }

// ResultOffset is where they have its result at its exit.
func (a *Arch) ResultOffset() int { return a.results[0] }

// PC is the program counter.
func (r Regs) PC() uint64 { return r.get(r.arch.pc) }

// SetPC makes the tracee go on at v.
func (r Regs) SetPC(v uint64) { r.set(r.arch.pc, v) }

// SP is the stack pointer.
func (r Regs) SP() uint64 { return r.get(r.arch.sp) }

// SetSP moves the stack pointer.
func (r Regs) SetSP(v uint64) { r.set(r.arch.sp, v) }

// FramePointer is the register by which compilers chain frames, if they do.
func (r Regs) FramePointer() uint64 { return r.get(r.arch.fp) }

// Link is where the last system call instruction was, as far as a register tells:
// the address behind it.
func (r Regs) Link() uint64 { return r.get(r.arch.link) }

// SetLink changes what Link is.
func (r Regs) SetLink(v uint64) { r.set(r.arch.link, v) }

// Traced tells whether the program steps through its own instructions.
func (r Regs) Traced() bool { return r.get(r.arch.flags)&r.arch.trace != 0 }

// ThreadPointer is the address of the thread's own data.
func (r Regs) ThreadPointer() uint64 { return r.get(r.arch.tp) }

// GoArg is integer argument or result register i of a call of Go's own.
func (r Regs) GoArg(i int) uint64 { return r.get(r.arch.goArgs[i]) }

// Goroutine is the address of the goroutine's struct runtime.g, where a call of Go's
// own begins or ends.
func (r Regs) Goroutine() uint64 { return r.get(r.arch.g) }

// Floats is in how many vector registers the caller of a variadic function says that
// there are arguments, or more.
func (r Regs) Floats() int { return int(r.get(r.arch.floats) & 0xff) }

// Arg is integer argument register i at the entry of a library call.
func (r Regs) Arg(i int) uint64 { return r.get(r.arch.args[i]) }

// Result is integer result register i at the return of a library call.
func (r Regs) Result(i int) uint64 { return r.get(r.arch.results[i]) }

// GPR is the general register with machine number n.
func (r Regs) GPR(n int) uint64 { return r.get(r.arch.gpr[n]) }

// SetGPR sets the general register with machine number n.
func (r Regs) SetGPR(n int, v uint64) { r.set(r.arch.gpr[n], v) }

// PrepareSyscall sets the registers up for the system call nr with args, made
// by the instruction at pc, and keeps the kernel from restarting an earlier one.
func (r Regs) PrepareSyscall(pc, nr uint64, args ...uint64) {
	r.set(r.arch.sysNr, nr)
	for i, v := range args {
		r.set(r.arch.sysArgs[i], v)
	}
	r.set(r.arch.restart, ^uint64(0))
	r.SetPC(pc)
}

// CallNumber is the number of a system call that is about to be made.
func (r Regs) CallNumber() uint64 { return r.get(r.arch.sysNr) }

// SyscallArg is argument i of a system call that is about to be made.
func (r Regs) SyscallArg(i int) uint64 { return r.get(r.arch.sysArgs[i]) }

// SetSyscallArg changes it.
func (r Regs) SetSyscallArg(i int, v uint64) { r.set(r.arch.sysArgs[i], v) }

// Vector is the low half of vector register i in an NT_PRFPREG register set;
// zero if the set could not be read.
func (a *Arch) Vector(fp []byte, i int) (v [16]byte) {
	if off := a.vec + 16*i; i >= 0 && off+16 <= len(fp) {
		copy(v[:], fp[off:])
	}
	return v
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

// LastFloat is the address of the last floating-point instruction, which an NT_PRFPREG
// register set names, as far as the processor keeps it (amd64: of the x87); 0 if not.
func (a *Arch) LastFloat(fp []byte) uint64 {
	if a.lastFloat+8 > len(fp) {
		return 0
	}
	return a.Order.Uint64(fp[a.lastFloat:])
}

// SetLastFloat changes what LastFloat is.
func (a *Arch) SetLastFloat(fp []byte, v uint64) { a.Order.PutUint64(fp[a.lastFloat:], v) }
