package infer

import (
	"strings"

	"golang.org/x/arch/x86/x86asm"
)

// effectsOf returns what one instruction reads and writes. It reports false for an
// instruction that x86asm does not know.
func effectsOf(b []byte) (effects, bool) {
	in, err := x86asm.Decode(b, 64)
	if err != nil {
		return effects{}, false
	}
	var e effects
	name := in.Op.String()
	if strings.HasPrefix(name, "NOP") || strings.HasPrefix(name, "ENDBR") || in.Op == x86asm.PUSH {
		return e, true // a push mostly aligns the stack or saves a register
	}
	for i, arg := range in.Args {
		switch arg := arg.(type) {
		case x86asm.Mem:
			e.reads |= register(arg.Base) | register(arg.Index)
		case x86asm.Reg:
			e.addOperand(&in, name, i, register(arg))
			if i == 0 && !readsOnly[name] {
				e.writes |= lowHalf(arg)
			}
		}
	}
	e.addImplicit(&in, name)
	return e, true
}

// addOperand adds the effect on r, which is operand i.
func (e *effects) addOperand(in *x86asm.Inst, name string, i int, r set) {
	switch {
	case i > 0:
		if !isZeroing(in) && !(i == 1 && mergesUpper(in, name)) {
			e.reads |= r
		}
	case readsOnly[name]:
		e.reads |= r
	case isZeroing(in), writesOnly(in, name):
		e.writes |= r
	case strings.HasPrefix(name, "CMOV"): // the first operand is kept or replaced, but not used
	default:
		e.reads |= r
		e.writes |= r
	}
}

// readsOnly are the instructions that do not write their first operand.
var readsOnly = map[string]bool{
	"CMP": true, "TEST": true, "BT": true, "UCOMISS": true, "UCOMISD": true, "COMISS": true, "COMISD": true, "PTEST": true,
	"VUCOMISS": true, "VUCOMISD": true, "VCOMISS": true, "VCOMISD": true, "VPTEST": true, "CALL": true, "JMP": true,
	"MUL": true, "DIV": true, "IDIV": true,
}

// writers are prefixes of the names of instructions that write their first operand
// without reading it.
var writers = []string{
	"MOV", "LEA", "SET", "POP", "CVT", "SQRT", "PSHUFD", "PSHUFLW", "PSHUFHW", "PMOV", "PABS", "LDDQU", "BSF", "BSR", "LZCNT",
	"TZCNT", "POPCNT", "RDRAND", "RDSEED", "RDFSBASE", "RDGSBASE", "EXTRACT", "PEXTR", "ANDN", "BEXTR", "RORX", "SARX", "SHLX",
	"SHRX", "PDEP", "PEXT", "BLSI", "BLSR", "BLSMSK", "MULX",
}

// writesOnly reports whether an instruction writes its first operand without reading it.
// MOVSS and MOVSD between registers, MOVHPS, MOVLPS and the like keep a part of it, but no
// argument is in that part. The sources of VEX instructions follow the first operand.
func writesOnly(in *x86asm.Inst, name string) bool {
	if in.Op == x86asm.IMUL {
		return in.Args[2] != nil
	}
	if strings.HasPrefix(name, "V") && len(name) > 4 {
		return !strings.HasPrefix(name, "VFM") && !strings.HasPrefix(name, "VFN") && !strings.HasPrefix(name, "VPDP")
	}
	for _, w := range writers {
		if strings.HasPrefix(name, w) {
			return true
		}
	}
	return false
}

// mergesUpper reports whether an instruction has VEX and only takes the upper part of its
// result, where no argument is, from the first source.
func mergesUpper(in *x86asm.Inst, name string) bool {
	if in.Args[2] == nil {
		return false
	}
	for _, start := range []string{"VCVT", "VSQRTS", "VRSQRTS", "VRCPS", "VROUNDS"} {
		if strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// isZeroing reports whether an instruction combines a register with itself, so that the
// result does not depend on its value.
func isZeroing(in *x86asm.Inst) bool {
	switch name := strings.TrimPrefix(in.Op.String(), "V"); name {
	case "XOR", "SUB", "SBB", "PXOR", "XORPS", "XORPD", "PCMPEQB", "PCMPEQD", "PCMPEQW", "PCMPEQQ", "PCMPGTD", "PSUBB", "PSUBD", "PSUBQ":
		a, isReg := in.Args[0].(x86asm.Reg)
		last := in.Args[1]
		if in.Args[2] != nil {
			a, isReg = in.Args[1].(x86asm.Reg)
			last = in.Args[2]
		}
		b, isReg2 := last.(x86asm.Reg)
		return isReg && isReg2 && register(a) == register(b) && register(a) != 0
	}
	return false
}

// addImplicit adds the effects on registers that are not operands.
func (e *effects) addImplicit(in *x86asm.Inst, name string) {
	before := e.reads
	e.addString(in, name)
	if e.reads != before && hasRepeat(in) {
		e.reads |= rcx
	}
	switch name {
	case "CDQ", "CQO", "CWD", "RDTSC", "MUL":
		e.writes |= rdx
	case "IMUL":
		if in.Args[1] == nil {
			e.writes |= rdx
		}
	case "DIV", "IDIV":
		e.reads |= rdx
		e.writes |= rdx
	case "JCXZ", "JECXZ", "JRCXZ", "LOOP", "LOOPE", "LOOPNE":
		e.reads |= rcx
	case "CPUID", "RDTSCP":
		e.writes |= rcx | rdx
	}
}

// addString adds the registers that string instructions read.
func (e *effects) addString(in *x86asm.Inst, name string) {
	switch name {
	case "MOVSB", "MOVSW", "MOVSQ", "CMPSB", "CMPSW", "CMPSQ":
		e.reads |= rdi | rsi
	case "MOVSD", "CMPSD": // also the names of vector instructions, which have register operands
		if _, vector := in.Args[0].(x86asm.Reg); !vector {
			if m, ok := in.Args[1].(x86asm.Mem); ok && m.Base == x86asm.RSI {
				e.reads |= rdi | rsi
			}
		}
	case "STOSB", "STOSW", "STOSD", "STOSQ", "SCASB", "SCASW", "SCASD", "SCASQ":
		e.reads |= rdi
	case "LODSB", "LODSW", "LODSD", "LODSQ":
		e.reads |= rsi
	}
}

// hasRepeat reports whether a string instruction has a REP prefix. In other instructions
// the same bytes are part of the opcode.
func hasRepeat(in *x86asm.Inst) bool {
	for _, p := range in.Prefix {
		if p&0xff == x86asm.PrefixREP&0xff || p&0xff == x86asm.PrefixREPN&0xff {
			return p&x86asm.PrefixImplicit == 0
		}
	}
	return false
}
