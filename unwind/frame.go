package unwind

import (
	"encoding/binary"

	"plait/arch"
	"plait/elf"
)

// Registers are the values of a frame's registers, by DWARF number, as far as
// they are known.
type Registers struct {
	value [arch.FrameRegs]uint64
	known uint32
	ahead bool // the frame stands before the instruction at PC, not behind the one that led away from it
}

// Start makes the registers of the innermost frame from the program counter and
// the general registers by machine number. The instruction at pc is the next one.
func Start(pc uint64, gpr func(machine int) uint64) Registers {
	var r Registers
	for machine, n := range arch.Native.Frame.Numbers {
		r.set(n, gpr(machine))
	}
	r.set(arch.Native.Frame.PC, pc)
	r.ahead = true
	return r
}

// Called makes the registers of a frame of which no more is known: it has made a call
// that is to return to pc, where the stack pointer will be sp and the frame pointer bp.
func Called(pc, sp, bp uint64) Registers {
	var r Registers
	r.set(arch.Native.Frame.FP, bp)
	return r.Caller(pc, sp)
}

// Behind returns the registers of a frame whose last instruction, a call of the
// kernel, is the one before PC. That may be the last one of its function.
func (r Registers) Behind() Registers {
	r.ahead = false
	return r
}

// Caller returns the registers of the caller of a function that has just been
// entered, by its return address and what the stack pointer is once that is popped.
// No description of the function is needed: it has changed nothing yet.
func (r Registers) Caller(ret, sp uint64) Registers {
	r.set(arch.Native.Frame.PC, ret)
	r.set(arch.Native.Frame.SP, sp)
	r.ahead = false
	return r
}

// PC is the address at which the frame's function goes on.
func (r *Registers) PC() uint64 { return r.value[arch.Native.Frame.PC] }

// At is an address of the instruction that the frame is in: of the call that is to
// return to PC. What lies at PC may be another function, if the call is not to return.
func (r *Registers) At() uint64 {
	if r.ahead {
		return r.PC()
	}
	return r.PC() - 1
}

// SP is the stack pointer in the frame.
func (r *Registers) SP() uint64 { return r.value[arch.Native.Frame.SP] }

func (r *Registers) set(n int, v uint64) {
	r.value[n] = v
	r.known |= 1 << n
}

func (r *Registers) forget(n int) { r.known &^= 1 << n }

// get returns a register; ok is false if it is not known.
func (r *Registers) get(n uint64) (v uint64, ok bool) {
	if n >= arch.FrameRegs || r.known>>n&1 == 0 {
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
	// Executable tells whether there is code at addr.
	Executable(addr uint64) bool
}

// Walk visits the frames of a thread from r, the innermost, outwards, at most
// limit and until visit says false. Where a function has no call frame
// information its frame pointer is followed. A caller that is not in code ends it:
// it can't be one. Walk reports whether the last frame that it visited is the
// outermost, which has no caller, and not only one whose caller it did not find.
func Walk(s Space, r Registers, limit int, visit func(r *Registers) bool) (outermost bool) {
	for i := range limit {
		f := find(s, &r)
		if f.signal && i > 0 {
			r.ahead = true // a handler returns to where a signal's frame begins, without having been called from it
		}
		if !visit(&r) {
			return false
		}
		if f.first(s, &r) {
			return true
		}
		caller, end := f.caller(s, &r)
		if end != goesOn {
			return end == first
		}
		if !f.signal && caller.SP() <= r.SP() || !s.Executable(caller.At()) && !f.signal {
			return false
		}
		r = caller
	}
	return false
}

// A step is what looking for a caller comes to.
type step uint8

const (
	goesOn step = iota // the caller is found
	lost               // it is not
	first              // there is none
)

// stepTo is the step to a caller that is said to go on at ret. By the ABI the outermost
// function's return address is 0, if it has one.
func stepTo(ret uint64, ok bool) step {
	switch {
	case !ok:
		return lost
	case ret == 0:
		return first
	}
	return goesOn
}

// A found frame is what is known of how to get to the caller of one.
type found struct {
	file    *elf.File // nil: none is known
	info    elf.CallFrame
	base    uint64
	byInfo  bool // else info is of no use
	signal  bool // what comes next was interrupted by a signal, and may be on another stack
	entered bool // it is where a jump led that left all code: the return address lies on the stack
}

func find(s Space, r *Registers) (f found) {
	at := r.At()
	if file, base := s.Object(at); file != nil {
		f.file, f.base = file, base
		f.info, f.byInfo = file.CallFrame(at - base)
	}
	f.signal = f.byInfo && f.info.Signal || !f.byInfo && isTrampoline(s, r)
	f.entered = r.ahead && !s.Executable(at)
	return f
}

// maxStart is more than the code takes with which a program begins.
const maxStart = 64

// first tells whether nothing called what the frame is in, though no call frame
// information says so: a program begins there, or its address was put where a return
// address belongs when the stack was made, as makecontext(3) does. Then there is no call
// before it.
func (f *found) first(s Space, r *Registers) bool {
	pc := r.PC()
	switch {
	case f.signal:
		return false
	case pc == 0 && !r.ahead:
		return true
	case !f.byInfo && f.file != nil && r.At()-f.base-f.file.Entry < maxStart:
		return true
	case r.ahead, f.byInfo && pc != f.base+f.info.End:
		return false
	}
	_, readable := s.Word(pc - 8)
	return readable && !isBehindCall(s, pc)
}

// caller is the frame that comes next.
func (f *found) caller(s Space, r *Registers) (caller Registers, end step) {
	switch {
	case f.entered:
		ret, ok := s.Word(r.SP())
		return r.Caller(ret, r.SP()+8), stepTo(ret, ok)
	case f.byInfo:
		rules, ok := execute(&f.info, r.At()-f.base)
		if !ok {
			return caller, lost
		}
		caller, end = rules.apply(s, r, f.base)
		caller.ahead = f.signal
		return caller, end
	case f.signal:
		caller, ok := interrupted(s, r.SP())
		return caller, stepTo(caller.PC(), ok)
	}
	return byFramePointer(s, r)
}

// byFramePointer takes the frame for one that begins as compilers make them: they put
// the caller's frame pointer right below the return address, and the frame pointer there.
// Where the register is used for other things that leads anywhere: what is no return
// address is not taken for one.
func byFramePointer(s Space, r *Registers) (Registers, step) {
	bp, ok := r.get(uint64(arch.Native.Frame.FP))
	if !ok || bp < r.SP() || bp&7 != 0 {
		return Registers{}, lost
	}
	outer, ok1 := s.Word(bp)
	ret, ok2 := s.Word(bp + 8)
	if !ok1 || !ok2 || ret != 0 && !isBehindCall(s, ret) && !isTrampolineAt(s, ret) {
		return Registers{}, lost
	}
	caller := r.Caller(ret, bp+16)
	caller.set(arch.Native.Frame.FP, outer)
	return caller, stepTo(ret, true)
}

// isBehindCall tells whether the instruction before addr is a call.
func isBehindCall(s Space, addr uint64) bool {
	var code [8]byte
	w, ok := s.Word(addr - uint64(len(code)))
	binary.LittleEndian.PutUint64(code[:], w)
	return ok && arch.Native.Frame.EndsInCall(code)
}
