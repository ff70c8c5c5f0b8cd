package unwind

import (
	"encoding/binary"

	"plait/arch"
	"plait/elf"
)

// Registers are a frame's registers by DWARF number, as far as they are known.
type Registers struct {
	value [arch.FrameRegs]uint64
	known uint32
	atPC  bool // PC is the instruction that the frame is at, not the one after its call
}

// Start returns the registers of the innermost frame, which is about to execute the
// instruction at pc. gpr returns the general register with a machine number.
func Start(pc uint64, gpr func(machine int) uint64) Registers {
	var r Registers
	for machine, n := range arch.Native.Frame.Numbers {
		r.set(n, gpr(machine))
	}
	r.set(arch.Native.Frame.PC, pc)
	r.atPC = true
	return r
}

// CallerOnly returns the registers of a frame that is known only by its call: that will
// return to pc with the stack pointer sp and the frame pointer bp, 0 if that is unknown.
func CallerOnly(pc, sp, bp uint64) Registers {
	var r Registers
	if bp != 0 {
		r.set(arch.Native.Frame.FP, bp)
	}
	return r.Caller(pc, sp)
}

// AfterSyscall returns r for a frame that has executed the system call instruction before
// PC. That may be the last instruction of its function.
func (r Registers) AfterSyscall() Registers {
	r.atPC = false
	return r
}

// Caller returns the registers of the caller of a function that has just been entered:
// ret is its return address, sp the stack pointer once that is popped. This needs no call
// frame information, because the function has not changed anything yet.
func (r Registers) Caller(ret, sp uint64) Registers {
	r.set(arch.Native.Frame.PC, ret)
	r.set(arch.Native.Frame.SP, sp)
	r.atPC = false
	return r
}

// PC returns the address at which the frame's function will go on.
func (r *Registers) PC() uint64 { return r.value[arch.Native.Frame.PC] }

// At returns an address within the instruction that the frame is at, such as the call that
// will return to PC. If that call never returns, PC may already be in another function.
func (r *Registers) At() uint64 {
	if r.atPC {
		return r.PC()
	}
	return r.PC() - 1
}

// SP returns the stack pointer in the frame.
func (r *Registers) SP() uint64 { return r.value[arch.Native.Frame.SP] }

func (r *Registers) set(n int, v uint64) {
	r.value[n] = v
	r.known |= 1 << n
}

func (r *Registers) forget(n int) { r.known &^= 1 << n }

// get returns a register. ok is false if it is not known.
func (r *Registers) get(n uint64) (v uint64, ok bool) {
	if n >= arch.FrameRegs || r.known>>n&1 == 0 {
		return 0, false
	}
	return r.value[n], true
}

// A Space is the address space that Walk reads.
type Space interface {
	// Word reads eight bytes of memory.
	Word(addr uint64) (uint64, bool)
	// Object returns the file mapped at addr, nil if there is none, and the
	// difference between run-time and link-time addresses.
	Object(addr uint64) (f *elf.File, base uint64)
	// Executable reports whether there is code at addr.
	Executable(addr uint64) bool
}

// Walk visits the frames of a thread outwards from r, the innermost: at most limit, and
// until visit returns false. It follows the frame pointer of a function without call frame
// information. It stops at a caller that is not in code, which can't be one. Walk reports
// whether the last visited frame is the outermost, which has no caller. It returns false
// if it only did not find the caller.
func Walk(s Space, r Registers, limit int, visit func(r *Registers) bool) (outermost bool) {
	for i := range limit {
		f := find(s, &r)
		if f.signal && i > 0 {
			r.atPC = true // a handler was not called from the trampoline, but returns to its beginning
		}
		if !visit(&r) {
			return false
		}
		if f.isOutermost(s, &r) {
			return true
		}
		caller, end := f.caller(s, &r)
		if end != foundCaller {
			return end == noCaller
		}
		if !f.signal && caller.SP() <= r.SP() || !s.Executable(caller.At()) && !f.signal {
			return false
		}
		r = caller
	}
	return false
}

// An outcome is the result of looking for a caller.
type outcome uint8

const (
	foundCaller outcome = iota
	unknownCaller
	noCaller // the frame is the outermost
)

// outcomeOf returns the outcome for the return address ret. By the ABI that of the
// outermost function is 0, if it has one.
func outcomeOf(ret uint64, ok bool) outcome {
	switch {
	case !ok:
		return unknownCaller
	case ret == 0:
		return noCaller
	}
	return foundCaller
}

// A frameInfo is what is known about finding the caller of one frame.
type frameInfo struct {
	file      *elf.File     // nil: none is known
	info      elf.CallFrame // if hasInfo
	base      uint64
	hasInfo   bool
	signal    bool // the next frame was interrupted by a signal and may be on another stack
	strayJump bool // a jump or call led outside of all code: the return address is on the stack
}

func find(s Space, r *Registers) (f frameInfo) {
	at := r.At()
	if file, base := s.Object(at); file != nil {
		f.file, f.base = file, base
		f.info, f.hasInfo = file.CallFrame(at - base)
	}
	f.signal = f.hasInfo && f.info.Signal || !f.hasInfo && isTrampoline(s, r)
	f.strayJump = r.atPC && !s.Executable(at)
	return f
}

// maxEntrySize is more than the size of the code at a program's entry point.
const maxEntrySize = 64

// isOutermost reports whether nothing called the frame's function, although no call frame
// information says so: it is the program's entry point, or whoever made the stack stored
// its address in place of a return address, as makecontext(3) does. Then no call
// instruction precedes it.
func (f *frameInfo) isOutermost(s Space, r *Registers) bool {
	pc := r.PC()
	switch {
	case f.signal:
		return false
	case pc == 0 && !r.atPC:
		return true
	case !f.hasInfo && f.file != nil && r.At()-f.base-f.file.Entry < maxEntrySize:
		return true
	case r.atPC, f.hasInfo && pc != f.base+f.info.End:
		return false
	}
	_, readable := s.Word(pc - 8)
	return readable && !isAfterCall(s, pc)
}

// caller returns the registers of the next outer frame.
func (f *frameInfo) caller(s Space, r *Registers) (caller Registers, end outcome) {
	switch {
	case f.strayJump:
		ret, ok := s.Word(r.SP())
		return r.Caller(ret, r.SP()+8), outcomeOf(ret, ok)
	case f.hasInfo:
		rules, ok := execute(&f.info, r.At()-f.base)
		if !ok {
			return caller, unknownCaller
		}
		caller, end = rules.apply(s, r, f.base)
		caller.atPC = f.signal
		return caller, end
	case f.signal:
		caller, ok := interruptedRegisters(s, r.SP())
		return caller, outcomeOf(caller.PC(), ok)
	}
	return byFramePointer(s, r)
}

// byFramePointer assumes that the function began with the usual prologue: it pushed the
// caller's frame pointer right below the return address and made the frame pointer point
// there. The register may be used for other things, so the result has to look like a
// return address.
func byFramePointer(s Space, r *Registers) (Registers, outcome) {
	bp, ok := r.get(uint64(arch.Native.Frame.FP))
	if !ok || bp < r.SP() || bp&7 != 0 {
		return Registers{}, unknownCaller
	}
	outer, ok1 := s.Word(bp)
	ret, ok2 := s.Word(bp + 8)
	if !ok1 || !ok2 || ret != 0 && !isAfterCall(s, ret) && !isTrampolineAt(s, ret) {
		return Registers{}, unknownCaller
	}
	caller := r.Caller(ret, bp+16)
	caller.set(arch.Native.Frame.FP, outer)
	return caller, outcomeOf(ret, true)
}

// isAfterCall reports whether the instruction before addr looks like a call.
func isAfterCall(s Space, addr uint64) bool {
	var code [8]byte
	w, ok := s.Word(addr - uint64(len(code)))
	binary.LittleEndian.PutUint64(code[:], w)
	return ok && arch.Native.Frame.EndsInCall(code)
}
