package infer

import (
	"strings"

	"golang.org/x/arch/x86/x86asm"

	"plait/arch"
)

// ReturnsFirst tells whether the function at addr may return its first integer
// argument: as it does if that says where its result is to be built (System V ABI,
// section 3.2.3). It is false only if all paths were followed and none does.
func ReturnsFirst(p Program, addr uint64) bool {
	w := &tracking{Program: p, left: maxInsns}
	return w.function(addr, 0)
}

// A gprs is a set of general registers, by their numbers.
type gprs uint16

func gpr(r x86asm.Reg) gprs {
	if r < x86asm.RAX || r > x86asm.R15 {
		return 0
	}
	return 1 << (r - x86asm.RAX)
}

var (
	gprRAX   = gpr(x86asm.RAX)
	gprRDI   = gpr(x86asm.RDI)
	passed   = gprRDI | gpr(x86asm.RSI) | gpr(x86asm.RDX) | gpr(x86asm.RCX) | gpr(x86asm.R8) | gpr(x86asm.R9)
	kept     = gpr(x86asm.RBX) | gpr(x86asm.RBP) | gpr(x86asm.RSP) | gpr(x86asm.R12) | gpr(x86asm.R13) | gpr(x86asm.R14) | gpr(x86asm.R15)
	products = gprRAX | gpr(x86asm.RDX)
)

// A tracked is a place, and where the first argument may be there.
type tracked struct {
	addr    uint64
	in      gprs
	spilled bool // it may be on the stack, too
}

// A tracking follows the first argument through functions.
type tracking struct {
	Program
	left  int // instructions that may still be looked at
	paths int
}

// function tells whether the code from addr on may return what RDI has.
func (w *tracking) function(addr uint64, depth int) bool {
	if depth > maxDepth {
		return true
	}
	todo, seen := []tracked{{addr: addr, in: gprRDI}}, map[tracked]bool{}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[at] {
			continue
		}
		if w.paths++; w.paths > maxPaths {
			return true
		}
		seen[at] = true
		returns, branches := w.path(at, depth)
		if returns {
			return true
		}
		todo = append(todo, branches...)
	}
	return false
}

// path follows one path to its end and tells whether it may return the argument there;
// branches are where conditional jumps lead.
func (w *tracking) path(at tracked, depth int) (returns bool, branches []tracked) {
	for ; w.left > 0; w.left-- {
		var b [maxInsn]byte
		n := w.Code(at.addr, b[:])
		shape, ok := arch.DecodeAMD64(b[:n])
		if !ok {
			return true, nil
		}
		next := at.addr + uint64(shape.Len)
		target := next + uint64(relative(b[:shape.Len], &shape))
		switch shape.Flow {
		case arch.FlowNext, arch.FlowSystem:
			at.step(b[:shape.Len], shape.Vex)
		case arch.FlowBranch:
			branches = append(branches, tracked{target, at.in, at.spilled})
		case arch.FlowJump:
			next = target
		case arch.FlowCall:
			at.called(at.in&passed == gprRDI && !w.function(target, depth+1))
		case arch.FlowIndirectCall:
			at.called(false)
		case arch.FlowReturn:
			return at.in&gprRAX != 0, branches
		case arch.FlowStop:
			return false, branches
		case arch.FlowIndirectJump:
			return shape.RIPRel < 0 || at.in&passed != 0, branches
		default:
			return true, nil
		}
		at.addr = next
	}
	return true, nil
}

// called is what a call leaves: the argument may come back if it was passed, unless the
// callee keeps it to itself.
func (at *tracked) called(keeps bool) {
	back := at.in&passed != 0 && !keeps
	at.in &= kept
	if back {
		at.in |= gprRAX
	}
}

// step is what an instruction does to the places of the argument. What is computed
// from it is another address.
func (at *tracked) step(b []byte, vex bool) {
	in, err := x86asm.Decode(b, 64)
	if err != nil {
		at.spilled = at.spilled || vex && at.in != 0 // by way of a vector register
		return
	}
	first, isReg := in.Args[0].(x86asm.Reg)
	source := at.holds(in.Args[1])
	switch in.Op {
	case x86asm.PUSH:
		at.spilled = at.spilled || at.holds(in.Args[0])
	case x86asm.POP:
		at.set(first, at.spilled)
	case x86asm.MOV, x86asm.MOVQ, x86asm.MOVNTI:
		if gpr(first) == 0 {
			at.spilled = at.spilled || source
		} else {
			at.set(first, source)
		}
	case x86asm.LEA:
		m, _ := in.Args[1].(x86asm.Mem)
		at.set(first, at.in&gpr(m.Base) != 0 && m.Index == 0 && m.Disp == 0)
	case x86asm.XCHG, x86asm.CMPXCHG, x86asm.XADD:
		second, _ := in.Args[1].(x86asm.Reg)
		at.mix(gpr(first)|gpr(second)|gprRAX, at.holds(in.Args[0]) || source || at.in&gprRAX != 0)
	case x86asm.CMP, x86asm.TEST, x86asm.BT, x86asm.NOP:
	default:
		switch {
		case isProduct(&in):
			at.in &^= products
		case isReg:
			at.set(first, isConditional(&in) && (source || at.in&gpr(first) != 0))
		}
	}
}

// isConditional tells the moves that may keep what was there.
func isConditional(in *x86asm.Inst) bool { return strings.HasPrefix(in.Op.String(), "CMOV") }

// isProduct tells the instructions whose result goes to RAX and RDX.
func isProduct(in *x86asm.Inst) bool {
	switch in.Op {
	case x86asm.MUL, x86asm.DIV, x86asm.IDIV:
		return true
	}
	return in.Op == x86asm.IMUL && in.Args[1] == nil
}

// holds tells whether an operand may be the argument. On the stack, all words may be
// if one is.
func (at *tracked) holds(arg x86asm.Arg) bool {
	switch arg := arg.(type) {
	case x86asm.Reg:
		vector := arg >= x86asm.X0 && arg <= x86asm.X15
		return at.in&gpr(arg) != 0 || vector && at.spilled
	case x86asm.Mem:
		return at.spilled && (arg.Base == x86asm.RSP || arg.Base == x86asm.RBP)
	}
	return false
}

// set notes what a register was given. To write 32 bits of it clears the others, to
// write fewer keeps them.
func (at *tracked) set(r x86asm.Reg, holds bool) {
	whole := gpr(r)
	if r >= x86asm.EAX && r <= x86asm.R15L {
		whole, holds = 1<<(r-x86asm.EAX), false
	}
	at.mix(whole, holds)
}

func (at *tracked) mix(regs gprs, holds bool) {
	if at.in &^= regs; holds {
		at.in |= regs
	}
}
