package unwind

import "plait/elf"

// Registers of amd64 by DWARF number (System V ABI, AMD64, figure 3.36).
const (
	regBP   = 6
	regSP   = 7
	regPC   = 16 // the return address column
	numRegs = 17
)

// DWARF numbers of amd64's general registers, by machine number (rax, rcx, rdx,
// rbx, rsp, rbp, rsi, rdi, r8 …).
var fromMachine = [16]int{0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15}

// Registers are the values of a frame's registers, by DWARF number, as far as
// they are known.
type Registers struct {
	value [numRegs]uint64
	known uint32
}

// Start makes the registers of the innermost frame from the program counter and
// the general registers by machine number.
func Start(pc uint64, gpr func(machine int) uint64) Registers {
	var r Registers
	for machine, n := range fromMachine {
		r.set(n, gpr(machine))
	}
	r.set(regPC, pc)
	return r
}

// PC is the address at which the frame's function goes on.
func (r *Registers) PC() uint64 { return r.value[regPC] }

// SP is the stack pointer in the frame.
func (r *Registers) SP() uint64 { return r.value[regSP] }

func (r *Registers) set(n int, v uint64) {
	r.value[n] = v
	r.known |= 1 << n
}

func (r *Registers) forget(n int) { r.known &^= 1 << n }

// get returns a register; ok is false if it is not known.
func (r *Registers) get(n uint64) (v uint64, ok bool) {
	if n >= numRegs || r.known>>n&1 == 0 {
		return 0, false
	}
	return r.value[n], true
}

// A Space is what a walk reads.
type Space interface {
	// Word reads eight bytes of memory.
	Word(addr uint64) (uint64, bool)
	// Object returns the file mapped at addr and what its link-time addresses
	// are to be moved by; nil if none is.
	Object(addr uint64) (f *elf.File, base uint64)
}

// Walk visits the frames of a thread from r, the innermost, outwards, at most
// limit and until visit says false. Where a function has no call frame
// information its frame pointer is followed.
func Walk(s Space, r Registers, limit int, visit func(r *Registers) bool) {
	interrupted := true // the innermost stands at the instruction, not behind a call
	for range limit {
		if !visit(&r) {
			return
		}
		caller, signal, ok := step(s, &r, interrupted)
		if !ok || caller.PC() == 0 || !signal && caller.SP() <= r.SP() {
			return
		}
		r, interrupted = caller, signal
	}
}

// step finds the caller of a frame. signal tells that the frame is a signal
// handler's: what comes next was interrupted, and may be on another stack.
func step(s Space, r *Registers, interrupted bool) (caller Registers, signal, ok bool) {
	pc := r.PC()
	if !interrupted {
		pc-- // the call may be the function's last instruction
	}
	f, base := s.Object(pc)
	if f == nil {
		caller, ok = byFramePointer(s, r)
		return caller, false, ok
	}
	frame, ok := f.CallFrame(pc - base)
	if !ok {
		caller, ok = byFramePointer(s, r)
		return caller, false, ok
	}
	rules, ok := execute(&frame, pc-base)
	if !ok {
		return caller, false, false
	}
	caller, ok = rules.apply(s, r, base)
	return caller, frame.Signal, ok
}

// byFramePointer takes the frame for one that begins as compilers make them:
//
//	push %rbp; mov %rsp,%rbp
func byFramePointer(s Space, r *Registers) (Registers, bool) {
	bp, ok := r.get(regBP)
	if !ok || bp < r.SP() || bp&7 != 0 {
		return Registers{}, false
	}
	outer, ok1 := s.Word(bp)
	ret, ok2 := s.Word(bp + 8)
	if !ok1 || !ok2 {
		return Registers{}, false
	}
	caller := *r
	caller.set(regBP, outer)
	caller.set(regSP, bp+16)
	caller.set(regPC, ret)
	return caller, true
}
