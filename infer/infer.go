package infer

import (
	"math/bits"

	"plait/arch"
)

// A Signature is what the code of a function tells about its parameters.
type Signature struct {
	Ints   int  // integer and pointer arguments in registers, 0..6
	Floats int  // floating-point arguments in registers, 0..8
	More   bool // there may be more: it is variadic, or not all of its code could be followed
}

// A Program is the code that a function is part of.
type Program struct {
	// Code reads machine code at an address into b and returns the number of bytes
	// read.
	Code func(addr uint64, b []byte) int
	// Import returns the signature of the imported function whose address is in the
	// GOT word at got. ok is false if that is not known. Import may be nil.
	Import func(got uint64) (s Signature, ok bool)
}

// Bounds of the walk through one function and its callees.
const (
	maxInsns = 600
	maxPaths = 64
	maxDepth = 3 // of nested calls
)

// Function infers the signature of the function that begins at addr. ok is false if its
// code could not be followed at all.
func Function(p Program, addr uint64) (s Signature, ok bool) {
	w := &walk{Program: p, budget: maxInsns, seen: map[state]bool{}}
	used := w.function(addr, allArgs, 0).used
	s = Signature{Ints: bits.Len8(uint8(used & intArgs)), Floats: bits.Len8(uint8(used >> floatShift)), More: w.variadic || w.open}
	if named, saves := w.savedInts(addr); saves {
		s = Signature{Ints: named, More: true}
	}
	return s, w.budget < maxInsns && !w.undecodable
}

// Reads returns which argument registers the code of the function that begins at addr uses
// before it writes them, by bank: bit i is the i-th register of the ABI. A variadic function
// saves registers whether they were passed or not. ok is false if its code could not be
// followed.
func Reads(p Program, addr uint64) (used [2]uint, ok bool) {
	w := &walk{Program: p, budget: maxInsns, seen: map[state]bool{}}
	all := w.function(addr, allArgs, 0).used
	used[arch.InInteger], used[arch.InVector] = uint(all&intArgs), uint(all>>floatShift)
	return used, w.budget > 0 && !w.undecodable
}

// A set is a set of argument registers: bits 0 to 5 are those for integers and bits 8 to
// 15 those for floating point, both in the order of the ABI.
type set uint32

const (
	floatShift     = 8
	intArgs    set = 0x3f
	floatArgs  set = 0xff << floatShift
	allArgs        = intArgs | floatArgs
	count      set = 1 << 16 // the register with the number of floating-point arguments of a variadic call
)

// effects are what an instruction does to the argument registers.
type effects struct{ reads, writes set }

// An insn is what the walk needs to know about one instruction.
type insn struct {
	effects
	len         int
	flow        arch.Flow
	offset      int64 // from the next instruction to the target of a relative branch, or to the word it goes through
	throughWord bool  // the branch goes through the word at offset
	unknown     bool  // it is not known which registers it reads
}

// A state is a place and the registers that still hold what the caller passed.
type state struct {
	addr  uint64
	live  set
	depth int
}

// A walk follows the paths of a function.
type walk struct {
	Program
	budget      int // instructions that may still be decoded
	paths       int
	seen        map[state]bool
	variadic    bool
	open        bool // a path could not be followed to its end
	undecodable bool // there is no valid instruction at the start
}

// An outcome is the result of following some code.
type outcome struct {
	used     set  // read before being written
	written  set  // possibly written
	complete bool // all paths were followed to their ends
	returns  bool // one of them ends in a return
}

func (o *outcome) join(other outcome) {
	o.used |= other.used
	o.written |= other.written
	o.complete = o.complete && other.complete
	o.returns = o.returns || other.returns
}

// function follows all paths from addr on. live are the registers that still hold what the
// caller passed.
func (w *walk) function(addr uint64, live set, depth int) outcome {
	all := outcome{complete: true}
	todo := []state{{addr, live | count, depth}}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if w.seen[at] {
			continue
		}
		if w.paths++; w.paths > maxPaths {
			all.complete = false
			break
		}
		w.seen[at] = true
		found, branches := w.path(at)
		all.join(found)
		todo = append(todo, branches...)
	}
	all.used &= live
	return all
}

// path follows one path until all registers are written, the next instruction is unknown,
// or the function returns. branches are the targets of conditional jumps.
func (w *walk) path(at state) (found outcome, branches []state) {
	for w.budget > 0 && at.live&allArgs != 0 {
		w.budget--
		var b [maxInsn]byte
		n := w.Code(at.addr, b[:])
		in, ok := decode(b[:n])
		if !ok {
			w.undecodable = w.undecodable || w.budget == maxInsns-1
			return found, branches
		}
		next := at.addr + uint64(in.len)
		w.apply(&in.effects, &at, &found)
		w.open = w.open || in.unknown
		target := next + uint64(in.offset)
		switch in.flow {
		case arch.FlowNext:
		case arch.FlowBranch:
			branches = append(branches, state{target, at.live, at.depth})
		case arch.FlowJump:
			next = target
		case arch.FlowCall:
			if !w.call(target, &at, &found) {
				return found, branches
			}
		case arch.FlowReturn, arch.FlowStop:
			found.complete, found.returns = true, in.flow == arch.FlowReturn
			return found, branches
		case arch.FlowIndirectCall, arch.FlowIndirectJump:
			used, known := set(0), false
			if in.throughWord {
				used, known = w.imported(target)
			}
			found.used |= used & at.live
			w.open = w.open || !known && in.flow == arch.FlowIndirectJump
			return found, branches
		default: // a system call, whose number says which registers it takes
			w.open = w.open || in.flow == arch.FlowSystem
			return found, branches
		}
		at.addr = next
	}
	return found, branches
}

// apply applies the effects of an instruction.
func (w *walk) apply(e *effects, at *state, found *outcome) {
	found.used |= e.reads & at.live
	w.noteVariadic(e, at)
	at.live &^= e.writes
	found.written |= e.writes
}

// call follows a call, to which arguments may be passed on. It reports whether it is known
// what registers hold after the call. They may still hold arguments: a compiler that sees
// the whole callee may rely on the registers that this does not write.
func (w *walk) call(target uint64, at *state, found *outcome) bool {
	if at.depth >= maxDepth {
		return false
	}
	inner := w.function(target, at.live&allArgs, at.depth+1)
	if named, saves := w.savedInts(target); saves {
		inner.used &= set(1)<<named - 1 // the others are only saved
	}
	found.used |= inner.used
	found.written |= inner.written
	at.live &^= inner.written
	return inner.complete && inner.returns
}

// imported returns the argument registers that an imported function reads.
func (w *walk) imported(got uint64) (used set, ok bool) {
	if w.Import == nil {
		return 0, false
	}
	s, ok := w.Import(got)
	return set(1)<<min(s.Ints, 6) - 1 | (set(1)<<min(s.Floats, 8)-1)<<floatShift, ok
}

// noteVariadic recognizes a variadic function: it tests count before it saves the
// registers of unnamed arguments.
func (w *walk) noteVariadic(e *effects, at *state) {
	if e.reads&count != 0 && at.live&count != 0 && at.depth == 0 {
		w.variadic = true
	}
}
