package unwind

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"plait/bound"
	"plait/elf"
)

// A fakeSpace is a stack in memory, without files.
type fakeSpace map[uint64]uint64

func (s fakeSpace) Word(addr uint64) (uint64, bool) { v, ok := s[addr]; return v, ok }

// Executable says that there is code below 0x800 and in the last 0x700 bytes of each page.
func (fakeSpace) Executable(addr uint64) bool { return addr < 0x800 || addr&0xfff >= 0x900 }

func (fakeSpace) Object(uint64) (*elf.File, uint64) { return nil, 0 }

// Eight bytes that end in a call: E8 and four bytes, or FF D0.
const (
	direct   = 0xe8 << 24
	indirect = 0xd0ff << 48
)

func registers(pc, sp, bp uint64) Registers {
	return Start(pc, func(machine int) uint64 { return map[int]uint64{4: sp, 5: bp}[machine] })
}

// TestFramePointers walks frames about which nothing but the chain is known.
func TestFramePointers(t *testing.T) {
	s := fakeSpace{0x1010: 0x1040, 0x1018: 0xaaa, 0x1040: 0, 0x1048: 0xbbb, 0xaaa - 8: direct, 0xbbb - 8: indirect}
	var got []uint64
	Walk(s, registers(0x999, 0x1000, 0x1010), 10, func(r *Registers) bool {
		got = append(got, r.PC())
		return true
	})
	if want := []uint64{0x999, 0xaaa, 0xbbb}; len(got) != 3 || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("frames %#x, want %#x", got, want)
	}
}

// TestFramePointersLoop ends where a chain leads back to itself.
func TestFramePointersLoop(t *testing.T) {
	s := fakeSpace{0x1010: 0x1010, 0x1018: 0xaaa, 0xaaa - 8: direct}
	n := 0
	Walk(s, registers(1, 0x1000, 0x1010), 1000, func(*Registers) bool { n++; return true })
	if n > 3 {
		t.Errorf("%d frames of a loop", n)
	}
}

// TestNoCall: an address that is not behind a call is not a return address.
func TestNoCall(t *testing.T) {
	s := fakeSpace{0x1010: 0x1040, 0x1018: 0xaaa, 0xaaa - 8: 0x9090909090909090}
	n := 0
	Walk(s, registers(0x999, 0x1000, 0x1010), 10, func(*Registers) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d frames, want 1", n)
	}
}

// TestSignal walks from a handler to what the signal has interrupted, on another stack.
// If nothing else describes it, the code that handlers return to does. The interrupted
// frame is before its instruction, the others are behind their calls.
func TestSignal(t *testing.T) {
	s := fakeSpace{
		0x700: 0x0f0000000fc0c748, 0x701: 0x050f0000000fc0c7, // mov $15, %rax; syscall
		0x5010: 0, 0x5018: 0x700, // the handler's frame
		0x5020 + 40 + 8*10: 0x1010, 0x5020 + 40 + 8*15: 0x1000, 0x5020 + 40 + 8*16: 0x400, // rbp, rsp, rip
		0x1010: 0, 0x1018: 0x500, 0x500 - 8: direct,
	}
	for i := range uint64(17) {
		s[0x5020+40+8*i] += 0
	}
	var at []uint64
	Walk(s, registers(0x300, 0x5000, 0x5010), 10, func(r *Registers) bool {
		at = append(at, r.At())
		return true
	})
	if want := []uint64{0x300, 0x700, 0x400, 0x4ff}; !slices.Equal(at, want) {
		t.Errorf("frames at %#x, want %#x", at, want)
	}
}

// TestNoCode: a jump to a place without code has a caller. An address outside of code
// is not a return address.
func TestNoCode(t *testing.T) {
	s := fakeSpace{0x2000: 0x200, 0x2010: 0x2020, 0x2018: 0x850, 0x850 - 8: direct}
	var got []uint64
	Walk(s, registers(0x810, 0x2000, 0x2010), 10, func(r *Registers) bool {
		got = append(got, r.PC())
		return true
	})
	if want := []uint64{0x810, 0x200}; !slices.Equal(got, want) {
		t.Errorf("frames %#x, want %#x", got, want)
	}
}

// TestRules executes instructions up to places in the function 0x100..0x200, with code
// alignment 1 and data alignment -8, and looks at the rules there. gcc writes such
// instructions for: push %rbp (1 byte); mov %rsp,%rbp (3); …; leave; ret.
func TestRules(t *testing.T) {
	frame := &elf.CallFrame{
		Range: elf.Range{Start: 0x100, End: 0x200}, CodeAlign: 1, DataAlign: -8, ReturnReg: 16,
		InitialInsns: []byte{opDefCFA, 7, 8, opOffset | 16, 1},
		Insns: []byte{opAdvance | 1, opDefCFAOffset, 16, opOffset | 6, 2, opAdvance | 3, opDefCFARegister, 6,
			opAdvance1, 0x40, opRemember, opDefCFA, 7, 8, opAdvance | 1, opRestoreState},
	}
	for _, c := range []struct {
		at, reg uint64
		offset  int64
		saved   bool
	}{
		{0x100, 7, 8, false}, {0x101, 7, 16, true}, {0x104, 6, 16, true}, {0x143, 6, 16, true},
		{0x144, 7, 8, true}, {0x145, 6, 16, true}, {0x1ff, 6, 16, true},
	} {
		u, ok := execute(frame, c.at)
		if !ok || u.cfaReg != c.reg || u.cfaOffset != c.offset || (u.reg[6].kind == atOffset) != c.saved {
			t.Errorf("at %#x: ok %v, CFA r%d%+d, rbp %v", c.at, ok, u.cfaReg, u.cfaOffset, u.reg[6])
		}
	}
}

// TestExpressions evaluates the expressions of PLT stubs and signal frames.
func TestExpressions(t *testing.T) {
	s := fakeSpace{0x1010: 42, 0x20: 0x1122334455667788}
	r := registers(0x40102b, 0x1000, 0)
	for _, c := range []struct {
		name string
		code []byte
		want uint64
		ok   bool
	}{
		{"PLT: rsp+8 + ((rip&15) >= 11) << 3", []byte{exBreg0 + 7, 8, exBreg0 + 16, 0, exLit0 + 15, exAnd, exLit0 + 11, exGe, exLit0 + 3, exShl, exPlus}, 0x1010, true},
		{"signal frame: *(rsp+16)", []byte{exBreg0 + 7, 16, exDeref}, 42, true},
		{"two bytes", []byte{exConst1u, 0x20, exDerefSize, 2}, 0x7788, true},
		{"signed", []byte{exConst1s, 0xff, exConst2s, 0xfe, 0xff, exMinus}, 1, true},
		{"rot", []byte{exLit0 + 1, exLit0 + 2, exLit0 + 3, exRot, exLit0 + 4, exMul, exPlus}, 9, true},
		{"branch over", []byte{exLit0 + 7, exLit0 + 1, exBra, 1, 0, exDrop}, 7, true},
		{"empty", nil, 0, false},
		{"endless", []byte{exSkip, 0xfd, 0xff}, 0, false},
		{"out of the code", []byte{exSkip, 100, 0}, 0, false},
		{"division by zero", []byte{exLit0, exLit0, exDiv}, 0, false},
		{"unreadable", []byte{exLit0, exDeref}, 0, false},
		{"unknown register", []byte{exBregx, 40, 0}, 0, false},
		{"cut", []byte{exConst8u, 1}, 0, false},
	} {
		got, ok := evaluate(s, &r, c.code, 0, nil)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %#x, %v; want %#x, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

// FuzzExecute gives hostile programs to the interpreter.
func FuzzExecute(f *testing.F) {
	f.Add([]byte{opDefCFA, 7, 8, opOffset | 16, 1}, []byte{opAdvance | 1, opDefCFAExpr, 2, exBreg0 + 7, 8}, uint64(0x180))
	f.Fuzz(func(t *testing.T, initial, program []byte, at uint64) {
		bound.Input(t, func() {
			frame := &elf.CallFrame{
				Range: elf.Range{Start: 0x100, End: 0x200}, CodeAlign: 1, DataAlign: -8, ReturnReg: 16,
				InitialInsns: initial, Insns: program,
			}
			rules, ok := execute(frame, at)
			if !ok {
				return
			}
			s := fakeSpace{}
			for range 16 {
				s[rand.Uint64N(0x100)&^7] = binary.LittleEndian.Uint64([]byte{1, 2, 3, 4, 5, 6, 7, 8})
			}
			r := registers(0x120, 0x10, 0x18)
			rules.apply(s, &r, 0)
		})
	})
}

// TestOutermost: a walk that ends at a frame without a caller says so. One that is
// lost, or stopped, does not.
func TestOutermost(t *testing.T) {
	s := fakeSpace{0x1010: 0x1040, 0x1018: 0xaaa, 0x1040: 0, 0x1048: 0, 0x2010: 0x2040, 0x2018: 0xaaa, 0xaaa - 8: direct, 0x500 - 8: 0x9090909090909090}
	for _, c := range []struct {
		name  string
		from  Registers
		limit int
		want  bool
	}{
		{"return address 0", registers(0x999, 0x1000, 0x1010), 10, true},
		{"no more frames wanted", registers(0x999, 0x1000, 0x1010), 1, false},
		{"unreadable", registers(0x999, 0x2000, 0x2010), 10, false},
		{"behind no call", CallerOnly(0x500, 0x1000, 0x1010), 10, true},
		{"call to return to 0", CallerOnly(0, 0x1000, 0x1010), 10, true},
	} {
		if got := Walk(s, c.from, c.limit, func(*Registers) bool { return true }); got != c.want {
			t.Errorf("%s: outermost %v, want %v", c.name, got, c.want)
		}
	}
	for _, kind := range []ruleKind{same, undefined} {
		u := rules{cfaReg: 7, ret: 16}
		u.reg[16].kind = kind
		r := registers(0x999, 0x1000, 0x1010)
		if _, end := u.apply(s, &r, 0); end != noCaller {
			t.Errorf("return address %v: %v", kind, end)
		}
	}
}
