package seccomp

import (
	"encoding/binary"
	"slices"
	"testing"
)

const (
	audit64 = 0xc000003e // AUDIT_ARCH_X86_64
	audit32 = 0x40000003 // AUDIT_ARCH_I386
	x32     = 1 << 30    // __X32_SYSCALL_BIT
)

// run returns the kernel's answer to a call. It interprets the few instructions of
// classic BPF that a Program has.
func run(t *testing.T, prog Program, audit, nr uint32) uint32 {
	t.Helper()
	var data [64]byte // struct seccomp_data
	binary.LittleEndian.PutUint32(data[dataNr:], nr)
	binary.LittleEndian.PutUint32(data[dataArch:], audit)
	var acc uint32
	for pc := 0; pc < len(prog); pc++ {
		in := prog[pc]
		holds := false
		switch in.code {
		case loadWord:
			acc = binary.LittleEndian.Uint32(data[in.k:])
			continue
		case result:
			return in.k
		case jumpEqual:
			holds = acc == in.k
		case jumpGreater:
			holds = acc > in.k
		case jumpAtLeast:
			holds = acc >= in.k
		default:
			t.Fatalf("instruction %d: unknown code %#x", pc, in.code)
		}
		if holds {
			pc += int(in.jt)
		} else {
			pc += int(in.jf)
		}
	}
	t.Fatal("the program runs past its end")
	return 0
}

// TestFor runs the filter for every number. It stops at the wanted ones, and at those
// that the tracer must decide about itself.
func TestFor(t *testing.T) {
	for _, numbers := range [][]uint64{
		nil,
		{0},
		{59, 0, 1, 2, 257, 4095},
		{3, 4, 5, 7, 9, 9, 8},
		{1, x32 + 1, firstUnknown, 1 << 40}, // numbers that stop anyway add nothing
	} {
		prog := For(audit64, slices.Clone(numbers))
		for nr := range uint32(firstUnknown + 8) {
			want := uint32(allow)
			if nr >= firstUnknown || slices.Contains(numbers, uint64(nr)) {
				want = trace
			}
			if got := run(t, prog, audit64, nr); got != want {
				t.Errorf("%v: call %d: got %#x, want %#x", numbers, nr, got, want)
			}
		}
		for _, nr := range []uint32{x32, x32 + 1, ^uint32(0)} {
			if got := run(t, prog, audit64, nr); got != trace {
				t.Errorf("%v: call %#x: got %#x, want a stop", numbers, nr, got)
			}
		}
		if got := run(t, prog, audit32, 3); got != trace {
			t.Errorf("%v: a call of another convention: got %#x, want a stop", numbers, got)
		}
	}
}

// TestSpans: neighbours share one span, so that few sets come near the kernel's limit.
func TestSpans(t *testing.T) {
	got := spans([]uint64{9, 2, 1, 3, 7, 8, 3, firstUnknown, 20})
	if want := []span{{1, 3}, {7, 9}, {20, 20}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTooLong(t *testing.T) {
	if (make(Program, maxLen)).TooLong() || !(make(Program, maxLen+1)).TooLong() {
		t.Errorf("the bound is not %d", maxLen)
	}
	var odd []uint64
	for nr := uint64(1); nr < firstUnknown; nr += 2 {
		odd = append(odd, nr)
	}
	if !For(audit64, odd).TooLong() {
		t.Error("a set without neighbours fits")
	}
}

// TestEncode reads struct sock_fprog (linux/filter.h) back: its length, and a pointer
// to the instructions right behind it. All of it is below the stack pointer and its red
// zone.
func TestEncode(t *testing.T) {
	const sp = 0x7ffc00001238
	prog := For(audit64, []uint64{1, 5})
	addr, b := prog.Encode(sp)
	if addr%16 != 0 || addr+uint64(len(b)) > sp-128 {
		t.Errorf("%d bytes at %#x, below %#x", len(b), addr, uint64(sp))
	}
	n, at := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint64(b[8:])
	if int(n) != len(prog) || at != addr+16 || len(b) != 16+8*len(prog) {
		t.Fatalf("%d instructions at %#x in %d bytes at %#x", n, at, len(b), addr)
	}
	for i, in := range prog {
		e := b[16+8*i:]
		got := insn{binary.LittleEndian.Uint16(e), e[2], e[3], binary.LittleEndian.Uint32(e[4:])}
		if got != in {
			t.Errorf("instruction %d: got %v, want %v", i, got, in)
		}
	}
}
