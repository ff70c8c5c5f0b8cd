package arch

import (
	"encoding/binary"
	"slices"
	"testing"
)

// TestRegisters goes through the cases of the System V ABI, AMD64, 3.2.3.
func TestRegisters(t *testing.T) {
	number := func(kind Kind, off, size int) Scalar { return Scalar{kind, off, size} }
	long, double := number(Integer, 0, 8), number(Float, 0, 8)
	in := func(bank Bank, off, size int) Part { return Part{bank, off, size} }
	for _, c := range []struct {
		name             string
		t                Type
		argument, result []Part // nil: not in registers
	}{
		{"long", Type{Size: 8, Scalars: []Scalar{long}}, []Part{in(InInteger, 0, 8)}, []Part{in(InInteger, 0, 8)}},
		{"{double; int}", Type{Size: 16, Scalars: []Scalar{double, number(Integer, 8, 4)}},
			[]Part{in(InVector, 0, 8), in(InInteger, 8, 8)}, []Part{in(InVector, 0, 8), in(InInteger, 8, 8)}},
		{"{float; float; float}", Type{Size: 12, Scalars: []Scalar{number(Float, 0, 4), number(Float, 4, 4), number(Float, 8, 4)}},
			[]Part{in(InVector, 0, 8), in(InVector, 8, 4)}, []Part{in(InVector, 0, 8), in(InVector, 8, 4)}},
		{"{float; int}", Type{Size: 8, Scalars: []Scalar{number(Float, 0, 4), number(Integer, 4, 4)}},
			[]Part{in(InInteger, 0, 8)}, []Part{in(InInteger, 0, 8)}},
		{"union {double; long}", Type{Size: 8, Scalars: []Scalar{double, long}}, []Part{in(InInteger, 0, 8)}, []Part{in(InInteger, 0, 8)}},
		{"{char a[12]}", Type{Size: 12, Scalars: []Scalar{number(Integer, 0, 12)}},
			[]Part{in(InInteger, 0, 8), in(InInteger, 8, 4)}, []Part{in(InInteger, 0, 8), in(InInteger, 8, 4)}},
		{"packed {char; long}", Type{Size: 9, Packed: true, Scalars: []Scalar{number(Integer, 0, 1), number(Integer, 1, 8)}}, nil, nil},
		{"24 bytes", Type{Size: 24}, nil, nil},
		{"{}", Type{}, nil, nil},
		{"__int128", Type{Size: 16, Scalars: []Scalar{number(Int128, 0, 16)}},
			[]Part{in(InInteger, 0, 8), in(InInteger, 8, 8)}, []Part{in(InInteger, 0, 8), in(InInteger, 8, 8)}},
		{"__float128", Type{Size: 16, Scalars: []Scalar{number(Float128, 0, 16)}}, []Part{in(InVector, 0, 16)}, []Part{in(InVector, 0, 16)}},
		{"long double", Type{Size: 16, Scalars: []Scalar{number(LongDouble, 0, 16)}}, nil, []Part{in(InFloat, 0, 16)}},
		{"complex long double", Type{Size: 32, Complex: true, Scalars: []Scalar{number(LongDouble, 0, 16), number(LongDouble, 16, 16)}},
			nil, []Part{in(InFloat, 0, 16), in(InFloat, 16, 16)}},
		{"two long doubles", Type{Size: 32, Scalars: []Scalar{number(LongDouble, 0, 16), number(LongDouble, 16, 16)}}, nil, nil},
		{"union {long double; long}", Type{Size: 16, Scalars: []Scalar{number(LongDouble, 0, 16), long}}, nil, nil},
	} {
		argument, ok1 := AMD64.Argument(c.t)
		result, ok2 := AMD64.Result(c.t)
		if !slices.Equal(argument, c.argument) || ok1 != (c.argument != nil) || !slices.Equal(result, c.result) || ok2 != (c.result != nil) {
			t.Errorf("%s: as argument %v, %v, as result %v, %v; want %v and %v", c.name, argument, ok1, result, ok2, c.argument, c.result)
		}
	}
}

// TestVaList reads what is left in a va_list: one saved register of each kind, then the
// stack.
func TestVaList(t *testing.T) {
	b := make([]byte, AMD64.VaListSize)
	binary.LittleEndian.PutUint32(b, 40)
	binary.LittleEndian.PutUint32(b[4:], 160)
	binary.LittleEndian.PutUint64(b[8:], 0x2008)
	binary.LittleEndian.PutUint64(b[16:], 0x1000)
	v := AMD64.VaList(b)
	got := []uint64{v.Integer(), v.Vector(), v.Integer(), v.Stack(16, 16), v.Stack(3, 1), v.Vector()}
	if want := []uint64{0x1000 + 40, 0x1000 + 160, 0x2008, 0x2010, 0x2020, 0x2028}; !slices.Equal(got, want) {
		t.Errorf("at %#x, want %#x", got, want)
	}
}

// TestRegsets writes and reads the registers of both machine modes, at the offsets of
// sys/user.h.
func TestRegsets(t *testing.T) {
	for _, c := range []struct {
		a          *Arch
		word       int
		nr, pc, at int // places, in words: number, program counter, whether a call restarts
		args       []int
	}{
		{AMD64, 8, 10, 16, 15, []int{14, 13, 12, 7, 9, 8}},
		{I386, 4, 6, 12, 11, []int{0, 1, 2, 3, 4, 5}},
	} {
		r := c.a.View(make([]byte, c.a.RegsetSize))
		r.PrepareSyscall(0x1234, 7, 11, 12, 13, 14, 15, 16)
		word := func(i int) uint64 {
			if c.word == 4 {
				return uint64(binary.LittleEndian.Uint32(r.Raw[4*i:]))
			}
			return binary.LittleEndian.Uint64(r.Raw[8*i:])
		}
		if word(c.pc) != 0x1234 || r.PC() != 0x1234 || word(c.nr) != 7 || word(c.at) != ^uint64(0)>>(64-8*c.word) {
			t.Errorf("%s: %x", c.a.Name, r.Raw)
		}
		for i, place := range c.args {
			if word(place) != uint64(11+i) || r.SyscallArg(i) != uint64(11+i) {
				t.Errorf("%s: argument %d: %x", c.a.Name, i, r.Raw)
			}
		}
	}
	if AMD64.Mode(AMD64.RegsetSize) != AMD64 || AMD64.Mode(68) != I386 || AMD64.Mode(100) != nil {
		t.Error("the size of a register set does not tell its mode")
	}
}

// TestEndsInCall distinguishes calls from bytes that only look a little like them.
func TestEndsInCall(t *testing.T) {
	for _, c := range []struct {
		code [8]byte
		call bool
	}{
		{[8]byte{3: 0xe8}, true},                // call relative
		{[8]byte{6: 0xff, 7: 0xd0}, true},       // call *%rax
		{[8]byte{2: 0xff, 3: 0x15}, true},       // call *word(%rip)
		{[8]byte{1: 0xff, 2: 0x94}, true},       // call *word(%rax,%rbx)
		{[8]byte{6: 0xff, 7: 0xe0}, false},      // jmp *%rax
		{[8]byte{0: 0xff, 1: 0x15}, false},      // one byte too far
		{[8]byte{4: 0xe8, 7: 0x90}, false},      // not where a call's first byte is
		{[8]byte{0x90, 0x90, 0x90}, false},      // nop
		{[8]byte{6: 0x0f, 7: 0x05}, true},       // syscall
		{[8]byte{5: 0xff, 6: 0x25}, false},      // jmp *word(%rip), cut
		{[8]byte{5: 0xff, 6: 0x50, 7: 8}, true}, // call *8(%rax)
	} {
		if got := AMD64.Frame.EndsInCall(c.code); got != c.call {
			t.Errorf("% x: %v", c.code, got)
		}
	}
	if to, ok := AMD64.CallTarget([]byte{0xe8, 0xfb, 0xff, 0xff, 0xff}, 0x1005); !ok || to != 0x1000 {
		t.Errorf("a call leads to %#x, %v", to, ok)
	}
	if _, ok := AMD64.CallTarget([]byte{0xe9, 0, 0, 0, 0}, 0x1005); ok {
		t.Error("a jump is taken for a call")
	}
}
