package infer

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"plait/bound"
)

// functions are compiled and looked at. The comment behind each has what its
// declaration says.
const functions = `
#include <stdarg.h>
#include <string.h>
struct s { int a, b; };
extern int other(int, int, int);
int none(void) { return 42; }
int one(int a) { return a + 1; }
long two(const char *s, long n) { return s[n]; }
int skipped(int a, int b, int c) { return a + c; }
void six(int *p, int a, int b, int c, int d, int e) { *p = a + b + c + d + e; }
double real(double x, double y) { return x * y; }
double mixed(int n, double x, char *s) { return s[n] + x; }
int branches(int a, int b, int c) { return a > 3 ? b : c; }
int loop(const int *p, int n) { int s = 0; for (int i = 0; i < n; i++) s += p[i]; return s; }
int passes(int a, int b) { return one(a) + (int)two("x", b); }
int tail(int a, int b, int c) { return skipped(c, b, a); }
void keeps(char *to, const char *from, unsigned long n) { memcpy(to, from, n); }
int variadic(const char *f, int n, ...) { va_list v; va_start(v, n); int s = *f; while (n--) s += va_arg(v, int); va_end(v); return s; }
float single(float x) { return x + 1; }
int division(int a, int b) { return a / b; }
unsigned long high(unsigned long a, unsigned long b) { return (unsigned __int128)a * b >> 64; }
void fill(char *p, int n) { for (int i = 0; i < n; i++) p[i] = 0; }
int by_switch(int k, int a, int b) { switch (k) { case 1: return a; case 2: return b; case 3: return a * b; case 4: return 7; default: return 0; } }
int above(double x, double y) { return x > y; }
void raw(void);
__asm__(".globl raw\n.type raw, @function\nraw: mov $1, %eax\n syscall\n ret\n.size raw, . - raw");
void counted(void);
__asm__(".globl counted\n.type counted, @function\ncounted: jrcxz 1f\n1: mov $1, %eax\n ret\n.size counted, . - counted");
int main(void) { return 0; }
`

var declared = map[string]Signature{
	"none": {}, "one": {Ints: 1}, "two": {Ints: 2}, "skipped": {Ints: 3}, "six": {Ints: 6}, "real": {Floats: 2},
	"mixed": {Ints: 2, Floats: 1}, "branches": {Ints: 3}, "loop": {Ints: 2}, "passes": {Ints: 2}, "tail": {Ints: 3},
	"variadic": {Ints: 2, More: true}, "single": {Floats: 1}, "division": {Ints: 2}, "high": {Ints: 2},
	"fill": {Ints: 2}, "by_switch": {Ints: 3}, "above": {Floats: 2}, "raw": {More: true}, "counted": {Ints: 4},
}

// TestCompiled infers the arguments of functions from gcc and clang.
func TestCompiled(t *testing.T) {
	for _, compiler := range []string{"gcc", "clang"} {
		for _, level := range []string{"-O0", "-O1", "-O2", "-Os", "-O3"} {
			t.Run(compiler+level, func(t *testing.T) {
				f, read := compiled(t, compiler, functions, level, "-fno-inline", "-mavx2", "-fcf-protection", "-fno-jump-tables")
				symbols, err := f.Symbols()
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range symbols {
					want, ok := declared[s.Name]
					if !ok {
						continue
					}
					if got, ok := Function(Program{Code: read, Import: memory}, s.Value); !ok || got != want {
						t.Errorf("%s: %+v, %v; want %+v", s.Name, got, ok, want)
					}
				}
			})
		}
	}
}

// memory stands for the imported functions, memcpy and memset.
func memory(uint64) (Signature, bool) { return Signature{Ints: 3}, true }

// compiled compiles a text. It skips the test if the compiler is missing, which is a
// failure under PLAIT_REQUIRE=1.
func compiled(t *testing.T, compiler, text string, flags ...string) (*elf.File, func(uint64, []byte) int) {
	t.Helper()
	if _, err := exec.LookPath(compiler); err != nil {
		if os.Getenv("PLAIT_REQUIRE") == "1" {
			t.Fatalf("%s is not installed", compiler)
		}
		t.Skipf("%s is not installed", compiler)
	}
	dir := t.TempDir()
	source, program := filepath.Join(dir, "f.c"), filepath.Join(dir, "f")
	if err := os.WriteFile(source, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(compiler, append(flags, "-w", "-o", program, source)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, func(addr uint64, b []byte) int {
		for _, p := range f.Progs {
			if p.Type == elf.PT_LOAD && p.Vaddr <= addr && addr < p.Vaddr+p.Filesz {
				n, _ := p.ReadAt(b, int64(addr-p.Vaddr))
				return n
			}
		}
		return 0
	}
}

// FuzzFunction looks at code that no compiler made: it must end, whatever that is.
func FuzzFunction(f *testing.F) {
	f.Add([]byte{0xf3, 0x0f, 0x1e, 0xfa, 0x48, 0x89, 0xf8, 0xc3})
	f.Add([]byte{0xeb, 0xfe})
	f.Add([]byte{0x84, 0xc0, 0x74, 0x02, 0x0f, 0x29, 0xc3})
	f.Fuzz(func(t *testing.T, code []byte) {
		bound.Input(t, func() {
			s, _ := Function(Program{Code: func(addr uint64, b []byte) int {
				if addr >= uint64(len(code)) {
					return 0
				}
				return copy(b, code[addr:])
			}}, 0)
			if s.Ints < 0 || s.Ints > 6 || s.Floats < 0 || s.Floats > 8 {
				t.Errorf("%+v", s)
			}
		})
	})
}
