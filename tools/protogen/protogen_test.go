package main

import (
	"strings"
	"testing"
)

// TestPrototype shows the prototypes that declarations become. The last function of the
// C text is the one that is written.
func TestPrototype(t *testing.T) {
	for _, test := range []struct{ c, want string }{
		// Numbers.
		{"int f(void);", "int f(void);"},
		{"int f();", "int f(void);"},
		{"unsigned long f(signed char a, unsigned char b, short c, long long d, _Bool e);",
			"ulong f(schar a, uchar b, short c, long d, bool e);"},
		{"long double f(float a, _Float128 b, _Complex double c, double _Complex d, unsigned __int128 e);",
			"ldouble f(float a, float128 b, double complex c, double complex d, unsigned __int128 e);"},
		{"typedef unsigned long size_t; typedef int gboolean; typedef int wchar_t; gboolean f(size_t n, wchar_t c);", "bool(int) f(size_t n, wchar_t c);"},
		{"typedef unsigned int wint_t; typedef unsigned short char16_t; wint_t f(wint_t c, char16_t *d);", "wint_t f(wint_t c, +char16_t* d);"},
		// Words with a meaning.
		{"int f(int fd, int flags, int __signum);", "int f(fd fd, hex(int) flags, signum signum);"},
		// Text, buffers and what is filled in.
		{"char *f(const char *s, char *t, const char *path);", "at(string) f(string s, =guess(string) t, path path);"},
		{"int f(const void *p, int n, void *buf, unsigned long size);", "int f(buffer[n] p, int n, +buffer[size] buf, ulong size);"},
		{"int f(char *buf, int len, const char *s, int slen);", "int f(+string[len] buf, int len, string[slen] s, int slen);"},
		{"int f(void *a, long n) __attribute__((__access__(__write_only__, 1, 2)));", "int f(+buffer[n] a, long n);"},
		{"int f(int *x, const long *y, char **error, char **argv, void **p);", "int f(+int* x, long* y, +string* error, strings argv, addr p);"},
		{"typedef struct _IO_FILE FILE; FILE *f(void (*g)(int), int h(void), double a[3]);", "file f(func g, func h, =array(double, 3) a);"},
		{"const char *f(void);", "string f(void);"},
		// Attributes: formats, sentinels, functions that stay away; asm labels.
		{"void f(int n, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));", "void f(int n, format fmt, ...) noreturn;"},
		{"typedef __builtin_va_list va_list; int f(const char *s, const char *fmt, va_list ap) __attribute__((__format__(__scanf__, 2, 0)));",
			"int f(string s, scanf fmt, va_list ap);"},
		{"char *f(const char *first, ...) __attribute__((__sentinel__));", "at(string) f(string first, sentinel(string));"},
		{"extern _Noreturn void g(int) __asm__(\"\" \"f\");", "void f(int) noreturn;"},
		// Enumerations, structures by value, function pointers as results.
		{"enum colour { RED, GREEN = 1 << 4, BLUE = GREEN | 1 }; int f(enum colour c);", "int f(colour c);"},
		{"typedef struct { int a; struct { float x, y; } b[2]; } pair; pair f(pair p);",
			"struct(int, array(struct(float, float), 2)) f(struct(int, array(struct(float, float), 2)) p);"},
		{"void (*f(int sig, void (*func)(int)))(int);", "func f(int sig, func func);"},
		// What the language can't express is left out.
		{"struct s { int a : 3; }; int f(struct s x);", ""},
		// What can't be parsed spoils nothing else.
		{"int g(nothing x) { return 1; } static int h(void) { if (1) { return 2; } } int f(int x);", "int f(int x);"},
	} {
		d := parse(test.c).functions["f"]
		if d == nil {
			t.Errorf("%s\ndeclares no f", test.c)
			continue
		}
		w := &writer{manual: &manual{}, sets: map[string]string{}}
		if got, _ := w.prototype(d, "f"); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.c, got, test.want)
		}
	}
}

// TestUnclear finds functions that two libraries define differently.
func TestUnclear(t *testing.T) {
	p := parse("int f(int a); int f(); int f(int); int g(int); int g(int, long); int h(int a, ...);")
	if got := strings.Join(p.unclear, " "); got != "g" {
		t.Errorf("got %q", got)
	}
}

// TestRandom demands that random bytes are not shown as text.
func TestRandom(t *testing.T) {
	d := parse("int RAND_bytes(unsigned char *buf, int num);").functions["RAND_bytes"]
	w := &writer{manual: &manual{}, sets: map[string]string{}}
	if got, want := must(w.prototype(d, "RAND_bytes")), "int RAND_bytes(+hex(buffer[num]) buf, int num);"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func must(line string, _ bool) string { return line }

// TestSet shows how enumerations are written.
func TestSet(t *testing.T) {
	for _, test := range []struct{ c, want string }{
		{"enum e { A, B = 5, C, D = C };", "enum e : uint { A 0; B 5; C 6; }"},
		{"enum e { A = -1, B = sizeof(int) * 2 };", "enum e { A -1; B 8; }"},
		{"enum e { A = 1 << 0, B = 1 << 1, C = 1 << 9, ALL = A | B | C };", "flags e : uint { A 1; B 2; C 0x200; ALL 0x203; }"},
		{"enum e { A = 'x', B = 1 ? 2 : 3, C = (unsigned char)~0, D = unknown, E, F = 0x10u };", "enum e : uint { A 120; B 2; C 255; F 16; }"},
	} {
		b := parse(test.c).tags["enum e"]
		if got := set("e", b); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.c, got, test.want)
		}
	}
}

func TestPrefixes(t *testing.T) {
	for _, test := range []struct{ names, want string }{
		{"g_free g_list_new g_malloc g_strdup", "g_"},
		{"BIO_free BIO_gets BIO_new BIO_puts SSL_a SSL_b SSL_c SSL_d set_x set_y set_z", "BIO_ SSL_"},
		{"clear filter move refresh", ""},
		{"XOpen XClose XMap XSync", "X"},
		{"LLVMAdd LLVMBuild LLVMCall LLVMDispose", "LLVM"},
		{"new_a new_b new_c new_d", ""},
	} {
		if got := strings.Join(prefixes(strings.Fields(test.names)), " "); got != test.want {
			t.Errorf("%s: %q, want %q", test.names, got, test.want)
		}
	}
}

func TestFunctionName(t *testing.T) {
	for line, want := range map[string]string{
		"int read(fd fd);":              "read",
		"hex(ulong) XIntern(addr d);":   "XIntern",
		"enum(A, B=2) mode(void);":      "mode",
		"string* _ZNSs(int x);":         "_ZNSs",
		"struct(func, func) f(void);":   "f",
		"# int read(fd fd);":            "",
		"typedef uid_t = uid;":          "",
		"	mask 3 { O_RDONLY 0; }":       "",
		"int fcntl(fd fd, switch(op) {": "fcntl",
	} {
		if got := functionName(line); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

// FuzzParse parses any text as C.
func FuzzParse(f *testing.F) {
	f.Add("typedef struct a { int x; } a; int f(a *b, ...) __attribute__((x(1)));")
	f.Add("enum { A = sizeof(long[3]) << 1 }; void (*g(int))(char *[A]);")
	f.Fuzz(func(t *testing.T, text string) {
		w := &writer{manual: &manual{}, sets: map[string]string{}}
		for name, d := range parse(text).functions {
			w.prototype(d, name)
		}
	})
}
