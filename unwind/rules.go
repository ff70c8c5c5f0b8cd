package unwind

import (
	"plait/arch"
	"plait/elf"
)

// A rule tells how to find the caller's value of a register.
type rule struct {
	kind   ruleKind
	offset int64  // from the canonical frame address
	reg    uint64 // for inRegister
	expr   []byte // DWARF expression for the address or value
}

type ruleKind uint8

const (
	same         ruleKind = iota // unchanged
	undefined                    // can't be recovered
	atOffset                     // in memory at CFA+offset
	isOffset                     // CFA+offset itself
	inRegister                   // in another register
	atExpression                 // in memory at the value of expr
	isExpression                 // the value of expr
)

// rules are the rules at one address of a function: a row of the table that the call frame
// instructions describe.
type rules struct {
	cfaReg    uint64
	cfaOffset int64
	cfaExpr   []byte
	reg       [arch.FrameRegs]rule
	ret       uint64 // the return address register
}

// maxSaved bounds the stack of DW_CFA_remember_state.
const maxSaved = 64

// A machine executes call frame instructions.
type machine struct {
	frame   *elf.CallFrame
	reader  reader
	loc     uint64
	rules   rules
	initial rules
	saved   []rules
}

// execute returns the rules at a link-time address.
func execute(frame *elf.CallFrame, addr uint64) (*rules, bool) {
	m := &machine{frame: frame, loc: frame.Start}
	m.rules.ret = frame.ReturnReg
	m.reader = reader{b: frame.InitialInsns}
	if frame.ReturnReg >= arch.FrameRegs || !m.run(^uint64(0)) {
		return nil, false
	}
	m.initial = m.rules
	m.reader = reader{b: frame.Insns, at: frame.InsnsAt}
	m.loc = frame.Start
	return &m.rules, m.run(addr)
}

// run executes instructions up to the row of addr. Every instruction has at least one
// byte, so run terminates.
func (m *machine) run(addr uint64) bool {
	for !m.reader.done() {
		op := m.reader.byte()
		next, ok := m.advance(op)
		if ok {
			if next > addr {
				return true
			}
			m.loc = next
			continue
		}
		if !m.instruction(op) || m.reader.failed {
			return false
		}
	}
	return !m.reader.failed
}

// Call frame instructions (DWARF 5, table 7.29). The first three have an operand in the
// low six bits.
const (
	opAdvance         = 0x40
	opOffset          = 0x80
	opRestore         = 0xc0
	opNop             = 0x00
	opSetLoc          = 0x01
	opAdvance1        = 0x02
	opAdvance2        = 0x03
	opAdvance4        = 0x04
	opOffsetExtended  = 0x05
	opRestoreExtended = 0x06
	opUndefined       = 0x07
	opSameValue       = 0x08
	opRegister        = 0x09
	opRemember        = 0x0a
	opRestoreState    = 0x0b
	opDefCFA          = 0x0c
	opDefCFARegister  = 0x0d
	opDefCFAOffset    = 0x0e
	opDefCFAExpr      = 0x0f
	opExpression      = 0x10
	opOffsetSigned    = 0x11
	opDefCFASigned    = 0x12
	opDefCFAOffSigned = 0x13
	opValOffset       = 0x14
	opValOffsetSigned = 0x15
	opValExpression   = 0x16
	opArgsSize        = 0x2e // GNU
	opNegativeOffset  = 0x2f // GNU
)

// advance reads an instruction that begins another row, and returns the row's address.
func (m *machine) advance(op byte) (next uint64, ok bool) {
	var delta uint64
	switch {
	case op&0xc0 == opAdvance:
		delta = uint64(op & 0x3f)
	case op == opAdvance1:
		delta = m.reader.fixed(1)
	case op == opAdvance2:
		delta = m.reader.fixed(2)
	case op == opAdvance4:
		delta = m.reader.fixed(4)
	case op == opSetLoc:
		v, n, ok := m.frame.Pointer(m.reader.rest(), m.reader.addr())
		if !ok {
			m.reader.failed = true
		}
		m.reader.skip(uint64(n))
		return v, true
	default:
		return 0, false
	}
	return m.loc + delta*m.frame.CodeAlign, true
}

// instruction executes an instruction that changes rules.
func (m *machine) instruction(op byte) bool {
	r := &m.reader
	switch {
	case op&0xc0 == opOffset:
		return m.set(uint64(op&0x3f), rule{kind: atOffset, offset: m.scaled(r.uleb())})
	case op&0xc0 == opRestore:
		return m.restore(uint64(op & 0x3f))
	case op >= opDefCFA && op <= opDefCFAExpr, op == opDefCFASigned, op == opDefCFAOffSigned:
		return m.defineCFA(op)
	}
	switch op {
	case opNop:
	case opArgsSize:
		r.uleb()
	case opRemember:
		if len(m.saved) == maxSaved {
			return false
		}
		m.saved = append(m.saved, m.rules)
	case opRestoreState:
		if len(m.saved) == 0 {
			return false
		}
		m.rules, m.saved = m.saved[len(m.saved)-1], m.saved[:len(m.saved)-1]
	case opRestoreExtended:
		return m.restore(r.uleb())
	default:
		reg := r.uleb()
		to, ok := m.ruleOf(op)
		return ok && m.set(reg, to)
	}
	return true
}

// ruleOf reads the operands that follow the register.
func (m *machine) ruleOf(op byte) (rule, bool) {
	r := &m.reader
	switch op {
	case opOffsetExtended:
		return rule{kind: atOffset, offset: m.scaled(r.uleb())}, true
	case opNegativeOffset:
		return rule{kind: atOffset, offset: -m.scaled(r.uleb())}, true
	case opOffsetSigned:
		return rule{kind: atOffset, offset: r.sleb() * m.frame.DataAlign}, true
	case opValOffset:
		return rule{kind: isOffset, offset: m.scaled(r.uleb())}, true
	case opValOffsetSigned:
		return rule{kind: isOffset, offset: r.sleb() * m.frame.DataAlign}, true
	case opUndefined:
		return rule{kind: undefined}, true
	case opSameValue:
		return rule{kind: same}, true
	case opRegister:
		return rule{kind: inRegister, reg: r.uleb()}, true
	case opExpression:
		return rule{kind: atExpression, expr: r.block()}, true
	case opValExpression:
		return rule{kind: isExpression, expr: r.block()}, true
	}
	return rule{}, false
}

func (m *machine) scaled(n uint64) int64 { return int64(n) * m.frame.DataAlign }

// set gives a register a rule. It ignores registers that are not tracked: vector and flag
// registers.
func (m *machine) set(reg uint64, to rule) bool {
	if reg < arch.FrameRegs {
		m.rules.reg[reg] = to
	}
	return true
}

func (m *machine) restore(reg uint64) bool {
	if reg < arch.FrameRegs {
		m.rules.reg[reg] = m.initial.reg[reg]
	}
	return true
}

func (m *machine) defineCFA(op byte) bool {
	r, to := &m.reader, &m.rules
	switch op {
	case opDefCFA:
		to.cfaReg, to.cfaOffset, to.cfaExpr = r.uleb(), int64(r.uleb()), nil
	case opDefCFASigned:
		to.cfaReg, to.cfaOffset, to.cfaExpr = r.uleb(), r.sleb()*m.frame.DataAlign, nil
	case opDefCFARegister:
		to.cfaReg = r.uleb()
	case opDefCFAOffset:
		to.cfaOffset = int64(r.uleb())
	case opDefCFAOffSigned:
		to.cfaOffset = r.sleb() * m.frame.DataAlign
	case opDefCFAExpr:
		to.cfaExpr = r.block()
	}
	return true
}

// apply returns the caller's registers.
func (ru *rules) apply(s Space, r *Registers, base uint64) (Registers, outcome) {
	if k := ru.reg[ru.ret].kind; k == same || k == undefined {
		return Registers{}, noCaller // nothing called this function
	}
	cfa, ok := ru.cfa(s, r, base)
	if !ok {
		return Registers{}, unknownCaller
	}
	caller := *r
	for n := range ru.reg {
		if v, ok := ru.reg[n].value(s, r, n, cfa, base); ok {
			caller.set(n, v)
		} else {
			caller.forget(n)
		}
	}
	if ru.reg[arch.Native.Frame.SP].kind == same {
		caller.set(arch.Native.Frame.SP, cfa)
	}
	pc, ok := caller.get(ru.ret)
	caller.set(arch.Native.Frame.PC, pc)
	return caller, outcomeOf(pc, ok)
}

// cfa returns the canonical frame address: the stack pointer before the call instruction.
func (ru *rules) cfa(s Space, r *Registers, base uint64) (uint64, bool) {
	if ru.cfaExpr != nil {
		return evaluate(s, r, ru.cfaExpr, base, nil)
	}
	v, ok := r.get(ru.cfaReg)
	return v + uint64(ru.cfaOffset), ok
}

// value returns the caller's value of register n.
func (ru *rule) value(s Space, r *Registers, n int, cfa, base uint64) (uint64, bool) {
	switch ru.kind {
	case same:
		return r.get(uint64(n))
	case atOffset:
		return s.Word(cfa + uint64(ru.offset))
	case isOffset:
		return cfa + uint64(ru.offset), true
	case inRegister:
		return r.get(ru.reg)
	case atExpression:
		addr, ok := evaluate(s, r, ru.expr, base, &cfa)
		if !ok {
			return 0, false
		}
		return s.Word(addr)
	case isExpression:
		return evaluate(s, r, ru.expr, base, &cfa)
	}
	return 0, false
}
