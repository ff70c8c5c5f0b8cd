package arch

import (
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"plait/bound"
)

func TestDisplaceAMD64(t *testing.T) {
	const from, to = 0x401000, 0x411000
	tests := []struct {
		name, code string
		want       Step
		hex        string
	}{
		{"push %rbp", "55", Step{Len: 1}, "55 e9fbfffeff"},
		{"nop", "90", Step{Len: 1, Jump: from + 1}, ""},
		{"endbr64", "f30f1efa", Step{Len: 4, Jump: from + 4}, ""},
		{"nopw 0(%rax,%rax)", "660f1f440000", Step{Len: 6, Jump: from + 6}, ""},
		{"call rel32", "e8fb0f0000", Step{Len: 5, Push: true, Jump: from + 0x1000}, ""},
		{"jmp rel8", "eb0e", Step{Len: 2, Jump: from + 0x10}, ""},
		{"ret", "c3", Step{Len: 1}, "c3"},
		{"int3", "cc", Step{Len: 1, Trap: true}, ""},
		{"ud2", "0f0b", Step{Len: 2}, "0f0b"},
		{"lea 0x10(%rip),%rax", "488d0510000000", Step{Len: 7}, "488d051000ffff e9fbfffeff"},
		{"call *8(%rip)", "ff1508000000", Step{Len: 6, Push: true}, "ff250800ffff"},
		{"call *%rax", "ffd0", Step{Len: 2, Push: true}, "ffe0"},
		{"call *%r12", "41ffd4", Step{Len: 3, Push: true}, "41ffe4"},
		{"call *(%r12)", "41ff1424", Step{Len: 4, Push: true}, "41ff2424"},
		{"syscall", "0f05", Step{Len: 2, Link: 2}, "0f05 488d0df9fffeff e9f4fffeff"},
		{"int $0x80", "cd80", Step{Len: 2}, "cd80 e9fbfffeff"},
		{"jmp *%rax", "ffe0", Step{Len: 2}, "ffe0"},
		{"je rel8", "7410", Step{Len: 2}, "7405 e9fbfffeff e90600ffff"},
		{"jne rel32", "0f8510000000", Step{Len: 6}, "7505 e9fffffeff e90a00ffff"},
		{"jrcxz rel8", "e310", Step{Len: 2}, "e305 e9fbfffeff e90600ffff"},
	}
	for _, test := range tests {
		code, _ := hex.DecodeString(test.code)
		got, err := displaceAMD64(code, from, to)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		want := strings.ReplaceAll(test.hex, " ", "")
		if hex.EncodeToString(got.Code) != want {
			t.Errorf("%s: code %x, want %s", test.name, got.Code, want)
		}
		got.Code, got.marks = nil, nil
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

// TestPlace: if a signal finds the tracee on a jump back, the tracee is behind the
// instruction.
func TestPlace(t *testing.T) {
	code, _ := hex.DecodeString("7410")
	s, err := displaceAMD64(code, 0x401000, 0x411000)
	if err != nil {
		t.Fatal(err)
	}
	for off, want := range map[int]uint64{2: 0x401002, 7: 0x401012} {
		if got, began := s.OriginalPC(off); got != want || !began {
			t.Errorf("offset %d: %#x, %v, want %#x", off, got, began, want)
		}
	}
	if _, began := s.OriginalPC(0); began {
		t.Error("the instruction began before it ran")
	}
}

func TestDisplaceAMD64Refuses(t *testing.T) {
	tests := []struct {
		name, code string
		to         uint64
	}{
		{"call *8(%rsp)", "ff542408", 0x411000},
		{"call *%rsp", "ffd4", 0x411000},
		{"xbegin", "c7f810000000", 0x411000},
		{"RIP-relative, too far", "488d0510000000", 0x7f0000000000},
		{"too far to come back", "55", 0x7f0000000000},
		{"cut short", "48", 0x411000},
	}
	for _, test := range tests {
		code, _ := hex.DecodeString(test.code)
		if got, err := displaceAMD64(code, 0x401000, test.to); !errors.Is(err, errDisplace) {
			t.Errorf("%s: %+v, %v", test.name, got, err)
		}
	}
}

func FuzzDisplaceAMD64(f *testing.F) {
	f.Add([]byte{0x48, 0x8d, 0x05, 0x10, 0, 0, 0})
	f.Fuzz(func(t *testing.T, code []byte) {
		bound.Input(t, func() {
			s, err := displaceAMD64(code, 0x401000, 0x411000)
			if err == nil && (s.Len < 1 || s.Len > len(code) || len(s.Code) > MaxStep) {
				t.Errorf("%x: %+v", code, s)
			}
		})
	})
}
