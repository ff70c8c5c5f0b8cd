package infer

import (
	"math/bits"

	"plait/arch"
)

// A Signature is what the code of a function tells of its parameters.
type Signature struct {
	Ints   int  // integer and pointer arguments in registers, 0..6
	Floats int  // floating-point arguments in registers, 0..8
	More   bool // there may be more: it is variadic, or not all of its code could be followed
}

// A Program is what the code of a function is part of.
type Program struct {
	// Code reads machine code at an address and returns how many bytes there are,
	// at most len(b).
	Code func(addr uint64, b []byte) int
	// Import tells what the function takes whose address the word at got holds;
	// ok is false if that is not known. It may be nil.
	Import func(got uint64) (s Signature, ok bool)
}

// Bounds of the walk through one function and those it calls.
const (
	maxInsns = 600
	maxPaths = 64
	maxDepth = 3 // of calls that arguments are passed on to
)

// Function looks at the function that begins at addr. ok is false if its code
// could not be followed at all.
func Function(p Program, addr uint64) (s Signature, ok bool) {
	w := &walk{Program: p, left: maxInsns, seen: map[state]bool{}}
	used := w.function(addr, allArgs, 0).used
	s = Signature{Ints: bits.Len8(uint8(used & intArgs)), Floats: bits.Len8(uint8(used >> floatShift)), More: w.variadic || w.open}
	if named, saves := w.savedInts(addr); saves {
		s = Signature{Ints: named, More: true}
	}
	return s, w.left < maxInsns && !w.lost
}

// A set is a set of argument registers: in bits 0 to 5 those for integers, in bits 8
// to 15 those for floating point, both in the order of the ABI.
type set uint32

const (
	floatShift     = 8
	intArgs    set = 0x3f
	floatArgs  set = 0xff << floatShift
	allArgs        = intArgs | floatArgs
	count      set = 1 << 16 // the register that tells a variadic function of floating-point arguments
)

// effects are what an instruction does to the argument registers.
type effects struct{ reads, writes set }

// An insn is what the walk needs to know of one instruction.
type insn struct {
	effects
	size     int
	flow     arch.Flow
	distance int64 // from behind it to where a relative branch leads, or to the word that it goes through
	fixed    bool  // it goes through the word at distance
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
	left     int // instructions that may still be looked at
	paths    int
	seen     map[state]bool
	variadic bool
	open     bool // a path led to where it could not be followed
	lost     bool // the first instruction made no sense
}

// An outcome is what following some code has shown.
type outcome struct {
	used    set  // read before they were written
	written set  // perhaps written
	whole   bool // all paths were followed to their ends
	returns bool // and one of them to a return
}

func (o *outcome) join(other outcome) {
	o.used |= other.used
	o.written |= other.written
	o.whole = o.whole && other.whole
	o.returns = o.returns || other.returns
}

// function follows the code from addr on. Paths that were not yet followed wait
// in a list.
func (w *walk) function(addr uint64, live set, depth int) outcome {
	all := outcome{whole: true}
	todo := []state{{addr, live | count, depth}}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if w.seen[at] {
			continue
		}
		if w.paths++; w.paths > maxPaths {
			all.whole = false
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

// path follows one path until all registers are written, control is lost, or the
// function returns; branches are where conditional jumps lead.
func (w *walk) path(at state) (found outcome, branches []state) {
	for w.left > 0 && at.live&allArgs != 0 {
		w.left--
		var b [maxInsn]byte
		n := w.Code(at.addr, b[:])
		in, ok := decode(b[:n])
		if !ok {
			w.lost = w.lost || w.left == maxInsns-1
			return found, branches
		}
		next := at.addr + uint64(in.size)
		w.apply(&in.effects, &at, &found)
		target := next + uint64(in.distance)
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
			found.whole, found.returns = true, in.flow == arch.FlowReturn
			return found, branches
		case arch.FlowIndirectCall, arch.FlowIndirectJump:
			used, known := set(0), false
			if in.fixed {
				used, known = w.imported(target)
			}
			found.used |= used & at.live
			w.open = w.open || !known && in.flow == arch.FlowIndirectJump
			return found, branches
		default:
			return found, branches
		}
		at.addr = next
	}
	return found, branches
}

// apply notes what an instruction reads and writes.
func (w *walk) apply(e *effects, at *state, found *outcome) {
	found.used |= e.reads & at.live
	w.noteVariadic(e, at)
	at.live &^= e.writes
	found.written |= e.writes
}

// call follows a call that arguments may be passed on to. It reports whether what
// is still in the registers behind it is known: a compiler that sees a whole
// function may leave arguments in registers that it does not touch.
func (w *walk) call(target uint64, at *state, found *outcome) bool {
	if at.depth >= maxDepth {
		return false
	}
	inner := w.function(target, at.live&allArgs, at.depth+1)
	if named, saves := w.savedInts(target); saves {
		inner.used &= set(1)<<named - 1 // the rest it only saves
	}
	found.used |= inner.used
	found.written |= inner.written
	at.live &^= inner.written
	return inner.whole && inner.returns
}

// imported is what an imported function reads.
func (w *walk) imported(got uint64) (used set, ok bool) {
	if w.Import == nil {
		return 0, false
	}
	s, ok := w.Import(got)
	return set(1)<<min(s.Ints, 6) - 1 | (set(1)<<min(s.Floats, 8)-1)<<floatShift, ok
}

// noteVariadic sees the test of that register, by which a variadic function begins to save
// the registers that unnamed arguments may be in.
func (w *walk) noteVariadic(e *effects, at *state) {
	if e.reads&count != 0 && at.live&count != 0 && at.depth == 0 {
		w.variadic = true
	}
}
