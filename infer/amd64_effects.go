package infer

import (
	"strings"

	"golang.org/x/arch/x86/x86asm"
)

// effectsOf finds out what one instruction reads and writes. It is false for
// those that the decoder does not know.
func effectsOf(b []byte) (effects, bool) {
	in, err := x86asm.Decode(b, 64)
	if err != nil {
		return effects{}, false
	}
	var e effects
	name := in.Op.String()
	if strings.HasPrefix(name, "NOP") || strings.HasPrefix(name, "ENDBR") || in.Op == x86asm.PUSH {
		return e, true // a push is mostly to align the stack or to save
	}
	for i, arg := range in.Args {
		switch arg := arg.(type) {
		case x86asm.Mem:
			e.reads |= register(arg.Base) | register(arg.Index)
		case x86asm.Reg:
			e.operand(&in, name, i, register(arg))
			if i == 0 && !readsOnly[name] {
				e.writes |= wide(arg)
			}
		}
	}
	e.implicit(&in, name)
	return e, true
}

// operand notes the effect on the register that is operand i.
func (e *effects) operand(in *x86asm.Inst, name string, i int, r set) {
	switch {
	case i > 0:
		if !clears(in) && !(i == 1 && scalarOfOne(in, name)) {
			e.reads |= r
		}
	case clears(in), writesOnly(in, name):
		e.writes |= r
	case readsOnly[name]:
		e.reads |= r
	case strings.HasPrefix(name, "CMOV"): // keeps or replaces, but looks at nothing
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

// writers are the beginnings of the names of instructions that write their first
// operand without reading it.
var writers = []string{
	"MOV", "LEA", "SET", "POP", "CVT", "SQRT", "PSHUFD", "PSHUFLW", "PSHUFHW", "PMOV", "PABS", "LDDQU", "BSF", "BSR", "LZCNT",
	"TZCNT", "POPCNT", "RDRAND", "RDSEED", "RDFSBASE", "RDGSBASE", "EXTRACT", "PEXTR", "ANDN", "BEXTR", "RORX", "SARX", "SHLX",
	"SHRX", "PDEP", "PEXT", "BLSI", "BLSR", "BLSMSK", "MULX",
}

// writesOnly tells whether the first operand is only written. MOVSS and MOVSD
// between registers, MOVHPS, MOVLPS and their like keep a part, which no argument
// is in. Instructions with VEX have their sources behind the first operand.
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

// scalarOfOne tells the instructions with VEX whose first source only gives the
// upper part of the result, which no argument is in.
func scalarOfOne(in *x86asm.Inst, name string) bool {
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

// clears tells a register combined with itself, which does not depend on what
// was in it.
func clears(in *x86asm.Inst) bool {
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

// implicit notes the registers that an instruction uses without naming them.
func (e *effects) implicit(in *x86asm.Inst, name string) {
	before := e.reads
	e.strings(in, name)
	if e.reads != before && repeated(in) {
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
	case "CPUID", "RDTSCP":
		e.writes |= rcx | rdx
	}
}

// strings notes what string instructions use.
func (e *effects) strings(in *x86asm.Inst, name string) {
	switch name {
	case "MOVSB", "MOVSW", "MOVSQ", "CMPSB", "CMPSW", "CMPSQ":
		e.reads |= rdi | rsi
	case "MOVSD", "CMPSD": // also of vectors, which name their operands as registers
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

// repeated tells a string instruction with a count. The same prefixes are parts
// of the opcodes of others.
func repeated(in *x86asm.Inst) bool {
	for _, p := range in.Prefix {
		if p&0xff == x86asm.PrefixREP&0xff || p&0xff == x86asm.PrefixREPN&0xff {
			return p&x86asm.PrefixImplicit == 0
		}
	}
	return false
}
