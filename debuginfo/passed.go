package debuginfo

import (
	"debug/dwarf"
	"slices"
	"strings"

	"plait/arch"
)

// usualConventions are the calling conventions (DW_AT_calling_convention) that pass
// arguments as the ABI does: DW_CC_normal, DW_CC_program, and LLVM's, in which only what
// a function preserves differs (DWARF 5, table 7.18; llvm/BinaryFormat/Dwarf.def).
var usualConventions = []int64{0x01, 0x02, 0xc2, 0xc9, 0xca}

// hasChangedParams reports whether a function does not take what its source says, although
// it has its own name. LLVM drops parameters if it knows all callers; at link time that
// includes those of exported functions. Either it says so (clang since 17, rustc), or a
// dropped parameter has no location at the entry of the function, or a later one is in
// another register than the ABI requires. built means that the first register has the
// address for the result.
func (w *writer) hasChangedParams(e *entry, built bool) bool {
	if c, ok := e.number(dwarf.AttrCalling); ok && !slices.Contains(usualConventions, c) {
		return true
	}
	w = &writer{in: w.in, rust: w.rust, cxx11: w.cxx11, inProgress: map[string]bool{}}
	defer w.forget()
	passed, dots := e.ownParameters(false)
	all, _ := e.parameters()
	missing := [2]bool{arch.InInteger: len(passed) < len(all)}
	next := expected{lost: len(passed) < len(all)}
	if built {
		next.used[arch.InInteger]++
	}
	unoptimized := true
	for i := range passed {
		t := w.typeOf(&passed[i])
		want, bank := next.register(&t)
		at := e.atEntry(&passed[i])
		unoptimized = unoptimized && at == spilled
		switch {
		case at == nowhere:
			missing[bank] = missing[bank] || t.size > 0 && !isEmptyClass(&t)
		case at == want:
			missing[bank] = false // nor are those before it
		case want >= 0 && isArgument(at):
			return true
		}
	}
	next.lost = next.lost || dots
	if unoptimized && e.contradictsCode(&next) {
		return true
	}
	return (missing[0] || missing[1]) && e.isLLVM() && e.isOwn()
}

// contradictsCode reports whether the code of a function that was compiled without
// optimization stores other argument registers than those expected: so it does in all of
// them at its beginning. The function has another calling convention, which not all
// compilers say in DWARF (GCC's ms_abi, "extern win64" in Rust).
func (e *entry) contradictsCode(x *expected) bool {
	pc, ok := e.start()
	if !ok || e.u.in.reads == nil {
		return false
	}
	read, ok := e.u.in.reads(pc)
	if !ok || read == [2]uint{} {
		return false
	}
	for bank, n := range x.used {
		want := uint(1)<<n - 1
		if read[bank]&want != want || !x.lost && read[bank] != want {
			return true
		}
	}
	return false
}

// isBuilt reports whether a function's result is built in memory because of its size.
func (w *writer) isBuilt(e *entry) bool {
	t := w.typeOf(e)
	_, inRegisters := arch.Native.Result(arch.Type{Size: int(t.size)})
	return t.kind == record && t.size > 0 && !inRegisters
}

// An expected hands out the registers that the ABI passes arguments in, in order.
type expected struct {
	used [2]int // by bank
	lost bool   // behind an argument of which it is not known what it takes
}

// register is the DWARF number of the register for an argument of type t, none if there
// is none or it is not known, and the bank that it is in.
func (x *expected) register(t *typ) (int, arch.Bank) {
	bank := arch.InInteger
	switch {
	case t.text == "float" || t.text == "double":
		bank = arch.InVector
	case t.kind == record && isEmptyClass(t):
		return none, bank
	case t.kind == record && t.byReference(), t.kind == code:
	case t.size < 1 || t.size > 8 || t.kind == record || t.kind == other || t.kind == incomplete || t.text == "cfloat":
		x.lost = true
	}
	regs := arch.Native.Frame.Arguments[bank]
	if x.lost || x.used[bank] >= len(regs) {
		return none, bank
	}
	x.used[bank]++
	return regs[x.used[bank]-1], bank
}

// isArgument reports whether arguments are passed in the register of that DWARF number.
func isArgument(reg int) bool {
	regs := &arch.Native.Frame.Arguments
	return slices.Contains(regs[arch.InInteger], reg) || slices.Contains(regs[arch.InVector], reg)
}

// isLLVM reports whether LLVM has compiled a function: GCC gives those names of their own
// that it has changed (isClone).
func (e *entry) isLLVM() bool {
	producer := e.u.rootEntry().text(dwarf.AttrProducer)
	return slices.ContainsFunc([]string{"clang", "LLVM", "zig"}, func(s string) bool { return strings.Contains(producer, s) })
}

// isOwn reports whether only its own object calls a function by its name.
func (e *entry) isOwn() bool {
	if o, ok := e.inherited(dwarf.AttrExternal); !ok || !o.flag(dwarf.AttrExternal) {
		return true
	}
	start, ok := e.start()
	return ok && e.u.in.isLocal != nil && e.u.in.isLocal(start)
}

// start is where a function begins.
func (e *entry) start() (pc uint64, ok bool) {
	e.eachRange(func(start, _ uint64) bool {
		pc, ok = start, true
		return false
	})
	return pc, ok
}
