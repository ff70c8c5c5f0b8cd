package infer

import (
	"strings"
	"testing"

	"plait/bound"
)

// results are compiled and looked at. In the functions that build their result in
// memory, and in those that return what they are given, the first argument is returned.
const results = `
#include <string.h>
#define N __attribute__((noinline))
struct big { long a, b, c; };
extern char *strcpy(char *, const char *);
N struct big maybe_built(const char *a, const long *b) { struct big s = {*a, *b, 3}; return s; }
N struct big maybe_passed(const char *a, const long *b) { return maybe_built(a, b); }
N const char *maybe_itself(const char *a, const char *b) { return *b ? a : b; }
N char *maybe_library(char *a, const char *b) { return strcpy(a, b); }
N int maybe_unknown(int (*f)(void *), void *a) { return f(f); }
N long never_word(const long *a, const long *b) { return *a + *b; }
N long *never_member(long *a, const long *b) { return a + 1 + *b; }
N const char *never_second(const char *a, const char *b) { return *a ? b : 0; }
N long never_call(const long *a, const long *b) { return never_word(b, a) + 1; }
N int never_quotient(int a, int b) { return a / b; }
int main(void) { return 0; }
`

func TestReturnsFirst(t *testing.T) {
	for _, compiler := range []string{"gcc", "clang"} {
		for _, level := range []string{"-O0", "-O1", "-O2", "-Os"} {
			t.Run(compiler+level, func(t *testing.T) {
				f, read := compiled(t, compiler, results, level, "-fcf-protection", "-fno-builtin", "-fPIC")
				symbols, err := f.Symbols()
				if err != nil {
					t.Fatal(err)
				}
				seen := 0
				for _, s := range symbols {
					maybe := strings.HasPrefix(s.Name, "maybe_")
					if !maybe && !strings.HasPrefix(s.Name, "never_") {
						continue
					}
					seen++
					if level == "-O0" && s.Name == "never_second" {
						continue // without optimization all words of the stack are alike
					}
					if got := ReturnsFirst(Program{Code: read}, s.Value); got != maybe {
						t.Errorf("%s: %v", s.Name, got)
					}
				}
				if seen < 10 {
					t.Errorf("%d functions", seen)
				}
			})
		}
	}
}

// FuzzReturnsFirst looks at code that no compiler made: it must end, whatever that is.
func FuzzReturnsFirst(f *testing.F) {
	f.Add([]byte{0xf3, 0x0f, 0x1e, 0xfa, 0x48, 0x89, 0xf8, 0xc3})
	f.Add([]byte{0xeb, 0xfe})
	f.Add([]byte{0xe8, 0xfb, 0xff, 0xff, 0xff, 0x75, 0xf9, 0xc3})
	f.Fuzz(func(t *testing.T, code []byte) {
		bound.Input(t, func() { ReturnsFirst(program(string(code)), 0x1000) })
	})
}
