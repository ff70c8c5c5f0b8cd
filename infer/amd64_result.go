package infer

import (
	"strings"

	"golang.org/x/arch/x86/x86asm"

	"plait/arch"
)

// ReturnsFirst reports whether the function at addr may return its first integer argument,
// as it does if that is the address of the memory for its result (System V ABI, section
// 3.2.3). It returns false only if all paths were followed and none of them does.
func ReturnsFirst(p Program, addr uint64) bool {
	f := &firstWalk{Program: p, budget: maxInsns}
	return f.function(addr, 0)
}

// A gprs is a set of general registers by number.
type gprs uint16

func gpr(r x86asm.Reg) gprs {
	if r < x86asm.RAX || r > x86asm.R15 {
		return 0
	}
	return 1 << (r - x86asm.RAX)
}

var (
	gprRAX         = gpr(x86asm.RAX)
	gprRDI         = gpr(x86asm.RDI)
	gprArgs        = gprRDI | gpr(x86asm.RSI) | gpr(x86asm.RDX) | gpr(x86asm.RCX) | gpr(x86asm.R8) | gpr(x86asm.R9)
	gprCalleeSaved = gpr(x86asm.RBX) | gpr(x86asm.RBP) | gpr(x86asm.RSP) | gpr(x86asm.R12) | gpr(x86asm.R13) | gpr(x86asm.R14) | gpr(x86asm.R15)
	gprProduct     = gprRAX | gpr(x86asm.RDX)
)

// A position is an address, and where the first argument may be at that point.
type position struct {
	addr    uint64
	regs    gprs
	spilled bool // it may also be on the stack
}

// A firstWalk follows the first argument through a function and its callees.
type firstWalk struct {
	Program
	budget int // instructions that may still be decoded
	paths  int
}

// function reports whether the code from addr on may return the value of RDI.
func (f *firstWalk) function(addr uint64, depth int) bool {
	if depth > maxDepth {
		return true
	}
	todo, seen := []position{{addr: addr, regs: gprRDI}}, map[position]bool{}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[at] {
			continue
		}
		if f.paths++; f.paths > maxPaths {
			return true
		}
		seen[at] = true
		returns, branches := f.path(at, depth)
		if returns {
			return true
		}
		todo = append(todo, branches...)
	}
	return false
}

// path follows one path to its end and reports whether it may return the argument.
// branches are the targets of conditional jumps.
func (f *firstWalk) path(at position, depth int) (returns bool, branches []position) {
	for ; f.budget > 0; f.budget-- {
		var b [maxInsn]byte
		n := f.Code(at.addr, b[:])
		shape, ok := arch.DecodeAMD64(b[:n])
		if !ok {
			return true, nil
		}
		next := at.addr + uint64(shape.Len)
		target := next + uint64(branchOffset(b[:shape.Len], &shape))
		switch shape.Flow {
		case arch.FlowNext, arch.FlowSystem:
			at.step(b[:shape.Len], shape.Vex)
		case arch.FlowBranch:
			branches = append(branches, position{target, at.regs, at.spilled})
		case arch.FlowJump:
			next = target
		case arch.FlowCall:
			at.afterCall(at.regs&gprArgs == gprRDI && !f.function(target, depth+1))
		case arch.FlowIndirectCall:
			at.afterCall(false)
		case arch.FlowReturn:
			return at.regs&gprRAX != 0, branches
		case arch.FlowStop:
			return false, branches
		case arch.FlowIndirectJump:
			return shape.RIPRel < 0 || at.regs&gprArgs != 0, branches
		default:
			return true, nil
		}
		at.addr = next
	}
	return true, nil
}

// afterCall applies the effects of a call. The callee may return the argument if it was
// passed, unless keeps is set.
func (p *position) afterCall(keeps bool) {
	back := p.regs&gprArgs != 0 && !keeps
	p.regs &= gprCalleeSaved
	if back {
		p.regs |= gprRAX
	}
}

// step applies the effects of an instruction to where the argument is. A value computed
// from the argument is not the argument.
func (p *position) step(b []byte, vex bool) {
	in, err := x86asm.Decode(b, 64)
	if err != nil {
		p.spilled = p.spilled || vex && p.regs != 0 // by way of a vector register
		return
	}
	first, isReg := in.Args[0].(x86asm.Reg)
	source := p.mayHold(in.Args[1])
	switch in.Op {
	case x86asm.PUSH:
		p.spilled = p.spilled || p.mayHold(in.Args[0])
	case x86asm.POP:
		p.set(first, p.spilled)
	case x86asm.MOV, x86asm.MOVQ, x86asm.MOVNTI:
		if gpr(first) == 0 {
			p.spilled = p.spilled || source
		} else {
			p.set(first, source)
		}
	case x86asm.LEA:
		m, _ := in.Args[1].(x86asm.Mem)
		p.set(first, p.regs&gpr(m.Base) != 0 && m.Index == 0 && m.Disp == 0)
	case x86asm.XCHG, x86asm.CMPXCHG, x86asm.XADD:
		second, _ := in.Args[1].(x86asm.Reg)
		p.put(gpr(first)|gpr(second)|gprRAX, p.mayHold(in.Args[0]) || source || p.regs&gprRAX != 0)
	case x86asm.CMP, x86asm.TEST, x86asm.BT, x86asm.NOP:
	default:
		switch {
		case isProduct(&in):
			p.regs &^= gprProduct
		case isReg:
			p.set(first, isConditional(&in) && (source || p.regs&gpr(first) != 0))
		}
	}
}

// isConditional reports whether an instruction is a move that may keep the old value.
func isConditional(in *x86asm.Inst) bool { return strings.HasPrefix(in.Op.String(), "CMOV") }

// isProduct reports whether the result of an instruction is in RAX and RDX.
func isProduct(in *x86asm.Inst) bool {
	switch in.Op {
	case x86asm.MUL, x86asm.DIV, x86asm.IDIV:
		return true
	}
	return in.Op == x86asm.IMUL && in.Args[1] == nil
}

// mayHold reports whether an operand may be the argument. If a word of the stack may be,
// so may every other one.
func (p *position) mayHold(arg x86asm.Arg) bool {
	switch arg := arg.(type) {
	case x86asm.Reg:
		vector := arg >= x86asm.X0 && arg <= x86asm.X15
		return p.regs&gpr(arg) != 0 || vector && p.spilled
	case x86asm.Mem:
		return p.spilled && (arg.Base == x86asm.RSP || arg.Base == x86asm.RBP)
	}
	return false
}

// set records whether a register now may hold the argument. A write of 32 bits clears the
// upper half; a write of fewer bits keeps the rest.
func (p *position) set(r x86asm.Reg, holds bool) {
	whole := gpr(r)
	if r >= x86asm.EAX && r <= x86asm.R15L {
		whole, holds = 1<<(r-x86asm.EAX), false
	}
	p.put(whole, holds)
}

func (p *position) put(regs gprs, holds bool) {
	if p.regs &^= regs; holds {
		p.regs |= regs
	}
}
