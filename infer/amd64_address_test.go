package infer

import (
	"reflect"
	"testing"

	"plait/bound"
)

// TestAddress has functions that return the address of errno, as compilers make them,
// and some that do something else.
func TestAddress(t *testing.T) {
	tests := []struct {
		name string
		code string
		want Sum
		ok   bool
	}{
		{"glibc", "\x48\x8b\x05\x79\xb7\x1a\x00" + "\x64\x48\x03\x04\x25\x00\x00\x00\x00" + "\xc3",
			Sum{Words: []uint64{0x1000 + 7 + 0x1ab779}, Thread: true}, true},
		{"glibc with IBT", "\xf3\x0f\x1e\xfa" + "\x48\x8b\x05\x00\x01\x00\x00" + "\x64\x48\x03\x04\x25\x00\x00\x00\x00" + "\xc3",
			Sum{Words: []uint64{0x1000 + 11 + 0x100}, Thread: true}, true},
		{"glibc, the other way round", "\x64\x48\x8b\x04\x25\x00\x00\x00\x00" + "\x48\x03\x05\x00\x01\x00\x00" + "\xc3",
			Sum{Words: []uint64{0x1000 + 16 + 0x100}, Thread: true}, true},
		{"musl", "\x64\x48\x8b\x04\x25\x00\x00\x00\x00" + "\x48\x83\xc0\x34" + "\xc3", Sum{Const: 0x34, Thread: true}, true},
		{"static", "\x64\x48\x8b\x04\x25\x00\x00\x00\x00" + "\x48\x8d\x80\xc0\xff\xff\xff" + "\xc3", Sum{Const: ^uint64(0x3f), Thread: true}, true},
		{"static, as an immediate", "\x48\xc7\xc0\xc0\xff\xff\xff" + "\x64\x48\x03\x04\x25\x00\x00\x00\x00" + "\xc3", Sum{Const: ^uint64(0x3f), Thread: true}, true},
		{"nothing returned", "\xc3", Sum{}, false},
		{"another register", "\x48\x8b\x1d\x00\x01\x00\x00\xc3", Sum{}, false},
		{"another segment", "\x65\x48\x8b\x04\x25\x00\x00\x00\x00\xc3", Sum{}, false},
		{"by an argument", "\x48\x8b\x07\xc3", Sum{}, false},
		{"of 32 bits", "\xb8\x05\x00\x00\x00\xc3", Sum{}, false},
		{"a call", "\xe8\x00\x00\x00\x00\xc3", Sum{}, false},
		{"no end", "\x90", Sum{}, false},
	}
	for _, test := range tests {
		got, ok := Address(program(test.code), 0x1000)
		if ok != test.ok || ok && !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, %v, want %+v, %v", test.name, got, ok, test.want, test.ok)
		}
	}
}

// program returns a Program with its code at 0x1000.
func program(code string) Program {
	return Program{Code: func(addr uint64, b []byte) int {
		if addr < 0x1000 || addr >= 0x1000+uint64(len(code)) {
			return 0
		}
		return copy(b, code[addr-0x1000:])
	}}
}

func FuzzAddress(f *testing.F) {
	f.Add([]byte("\x64\x48\x8b\x04\x25\x00\x00\x00\x00\x48\x83\xc0\x34\xc3"))
	f.Fuzz(func(t *testing.T, code []byte) {
		bound.Input(t, func() {
			if s, ok := Address(program(string(code)), 0x1000); ok && len(s.Words) > maxAddressInsns {
				t.Errorf("%d words", len(s.Words))
			}
		})
	})
}
