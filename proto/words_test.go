package proto

import (
	"slices"
	"testing"

	"plait/event"
	"plait/proto/decode"
)

// TestWords: the words of a call are those that registers and stack had, in the order of
// the parameters.
func TestWords(t *testing.T) {
	const types = "typedef pair = struct(long, double);\ntypedef big = struct(long, long, long);\n"
	garbage := uint64(0xdead_0000_0000_0000)
	for _, test := range []struct {
		proto string
		want  []uint64
	}{
		{"int f(void);", nil},
		{"int f(int, char, addr);", []uint64{garbage | 1, 2, 3}},
		{"int f(double, int, float);", []uint64{0x100, garbage | 1, 0x101}},
		{"int f(pair, int);", []uint64{garbage | 1, 0x100, 2}},
		{"big f(int);", []uint64{2}}, // behind the address of the result
		{"int f(big, int);", []uint64{0x200, 0x201, 0x202, garbage | 1}},
		{"int f(long, long, long, long, long, long, long);", []uint64{garbage | 1, 2, 3, 4, 5, 6, 0x200}},
		{"int f(int, format);", []uint64{garbage | 1, 2}},
		{"int f(int, sentinel(addr));", []uint64{garbage | 1, 2, 3, 4, 5, 6, 0}},
	} {
		w := newWorld()
		w.words = []uint64{garbage | 1, 2, 3, 4, 5, 6}
		w.vecs = []uint64{0x100, 0x101}
		w.stack = []uint64{0x200, 0x201, 0x202}
		if test.proto == "int f(int, sentinel(addr));" {
			w.stack[0] = 0
		}
		parseOne(t, types, test.proto).Enter(&w.s)
		if got := w.s.Words(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %#x, want %#x", test.proto, got, test.want)
		}
	}
}

// TestManyWords: a struct has any number of words; not all of them are kept.
func TestManyWords(t *testing.T) {
	w := newWorld()
	parseOne(t, "typedef huge = struct(array(char, 65536));\n", "int f(huge);").Enter(&w.s)
	if n := len(w.s.Words()); n != 64 {
		t.Errorf("%d words", n)
	}
}

// TestResultWord: a result is extended as its type says.
func TestResultWord(t *testing.T) {
	for _, test := range []struct {
		proto string
		want  int64
		known bool
	}{
		{"int f(void);", -1, true},
		{"uint f(void);", 1<<32 - 1, true},
		{"char f(void);", -1, true},
		{"ulong f(void);", 0xdead_0000_ffff_ffff - 1<<64, true},
		{"addr f(void);", 0xdead_0000_ffff_ffff - 1<<64, true},
		{"void f(void);", 0, false},
		{"double f(void);", 0, false},
		{"struct(long, long) f(void);", 0, false},
	} {
		p := parseOne(t, "", test.proto)
		got, known := p.Word(&decode.Result{Int: [2]uint64{0xdead_0000_ffff_ffff}})
		if got != test.want || known != test.known {
			t.Errorf("%s: %#x, %t, want %#x, %t", test.proto, got, known, test.want, test.known)
		}
	}
	if _, known := decode.Unknown(event.Library).Word(&decode.Result{}); !known {
		t.Error("a result of unknown type has no word")
	}
}
