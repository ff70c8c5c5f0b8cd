package plt

import (
	"cmp"
	"fmt"
	"slices"

	"plait/elf"
)

// A Form is the kind of instruction at a slot. It says how the tracer can emulate it.
type Form byte

// The forms.
const (
	Stub         Form = iota + 1 // jmp *GOT in a PLT stub: PC = *GOT
	LoadStub                     // mov GOT,%reg before a jump to a retpoline: reg = PC = *GOT
	Call                         // call *GOT in the text: push Addr+Len, PC = *GOT
	Jump                         // jmp *GOT in the text, a tail call: PC = *GOT
	RegisterCall                 // call *%reg, or call of a retpoline: push Addr+Len, PC = reg
	RegisterJump                 // jmp *%reg, or jump to a retpoline: PC = reg
	SpilledCall                  // call *Disp(%reg), a place in the frame: push Addr+Len, PC = *(reg+Disp)
)

func (f Form) String() string {
	names := [...]string{Stub: "stub", LoadStub: "load stub", Call: "call", Jump: "jump",
		RegisterCall: "register call", RegisterJump: "register jump",
		SpilledCall: "spilled call"}
	if int(f) >= len(names) || names[f] == "" {
		return fmt.Sprintf("form %d", byte(f))
	}
	return names[f]
}

// A Slot is one instruction by which an object calls an imported function. The
// breakpoint goes there.
type Slot struct {
	Name    string // the function; for an IRELATIVE word the IFUNC's name, or IREL.0xRESOLVER
	Version string // its symbol version, or empty
	Addr    uint64 // link-time address of the instruction
	GOT     uint64 // link-time address of the word with the function's address
	Form    Form
	Len     int    // bytes of the instruction
	Reg     int    // LoadStub, RegisterCall, RegisterJump, SpilledCall: machine number of the register, 0..15
	Disp    int32  // SpilledCall: what is added to the register
	Stub    uint64 // Stub, LoadStub: start of the stub; otherwise 0
}

// Found is the result of Find.
type Found struct {
	// Slots are sorted by Addr. Several RegisterCall, RegisterJump or SpilledCall
	// slots may share one Addr: one for each import that the register or the spill
	// slot may hold.
	Slots []Slot
	// Unconfirmed counts byte sequences that encode a call through an import's GOT
	// word where nothing says at which bytes instructions begin. They get no
	// breakpoint.
	Unconfirmed int
}

// Slots returns the slots of f; see Find.
func Slots(f *elf.File) ([]Slot, error) {
	found, err := Find(f)
	return found.Slots, err
}

// Find returns the slots of f and counts the candidates that it could not confirm. If f
// imports no function there are none, and Why gives the reason. An error means that a part
// of the file could not be read; the slots in the rest are returned with it.
func Find(f *elf.File) (Found, error) {
	if !f.Native() {
		return Found{}, nil
	}
	imports, err := importsOf(f)
	if len(imports.words) == 0 {
		return Found{}, err
	}
	scanned, scanErr := scan(f, &imports)
	c := newConfirmer(f, scanned)
	c.confirm(scanned.candidates)
	slices.SortFunc(c.found.Slots, func(a, b Slot) int {
		return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(a.GOT, b.GOT))
	})
	c.found.Slots = slices.Compact(c.found.Slots)
	return c.found, cmp.Or(err, scanErr)
}

// Why returns the reason why an object has no slots, or "" if it imports functions.
func Why(f *elf.File) string {
	if !f.Native() {
		return f.Kind() + ": only 64-bit amd64 code is traced"
	}
	imports, err := importsOf(f)
	switch {
	case err != nil:
		return err.Error()
	case len(imports.words) > 0:
		return ""
	case !f.Dynamic:
		return "statically linked: no dynamic symbols"
	case f.Static() && f.Type.String() == "ET_DYN" && f.Soname == "":
		return "statically linked (static-pie): no imported functions"
	}
	return "no imported functions"
}
