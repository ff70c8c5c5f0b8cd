package proto

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"plait/arch"
	"plait/bound"
	"plait/event"
)

// TestErrors demands exactly the errors that the file announces, and that what
// is right beside them is used.
func TestErrors(t *testing.T) {
	const name = "testdata/errors/errors.conf"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]string{}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if _, msg, ok := strings.Cut(line, "### "); ok && line[0] != '#' {
			want[n] = strings.TrimSpace(msg)
		}
	}
	f, errs := Parse(name, string(text), nil)
	for _, err := range errs {
		e := err.(*SyntaxError)
		got := strconv.Itoa(e.Col) + ": " + e.Msg
		if msg, ok := want[e.Line]; !ok || !strings.HasPrefix(got, msg) {
			t.Errorf("%v\nwant %q", err, want[e.Line])
		}
		delete(want, e.Line)
	}
	for line, msg := range want {
		t.Errorf("%s:%d: no error, want %q", name, line, msg)
	}
	for _, ok := range []string{"ok1", "ok2", "ok3"} {
		if f.Lookup(ok) == nil {
			t.Errorf("%s was lost", ok)
		}
	}
}

// TestSyntax has one example of each construct of ltrace.conf(5) and of C's
// spellings, and how it is formatted.
func TestSyntax(t *testing.T) {
	for _, test := range syntaxTests {
		got := strings.TrimSpace(Format(test.in + "\n"))
		if got != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.in, got, test.want)
		}
		if again := strings.TrimSpace(Format(got + "\n")); again != got {
			t.Errorf("%s\nformatted again: %s", got, again)
		}
	}
}

var syntaxTests = []struct{ in, want string }{
	{"int f(void)", "int f(void);"},
	{"int f();", "int f(void);"},
	{" function hex(int) f ( string2 , + string0 ) ; remark", "hex(int) f(string[arg2], +string[arg0]);"},
	{"void f(int,+array(char,arg1))", "void f(int, +array(char, arg1));"},
	{"itn f(octal, ulong*)", "int f(octal, ulong*);"},
	{"enum[char](A=-1,B) f(enum(X,Y=0x3))", "enum[char](A=-1, B) f(enum(X, Y=0x3));"},
	{"struct(int,struct(long*))* f()", "struct(int, struct(long*))* f(void);"},
	{"int f(string[zero(arg2)], array(int,zero)*, string(array(char, elt2))*)", "int f(string[zero(arg2)], array(int, zero)*, string(array(char, elt2))*);"},
	{"typedef a = b;", "typedef a = b;"},
	{"typedef a = struct;", "typedef a = struct;"},
	{"import \"libc.so-types\";", "import \"libc.so-types\";"},
	{"unsigned long long f(unsigned, signed char, unsigned char, unsigned short int, long double, long unsigned int)", "ullong f(uint, schar, uchar, ushort, ldouble, ulong);"},
	{"const char *f(const struct tm *a, char *const *b, volatile int x, enum op y)", "string f(tm* a, char** b, int x, op y);"},
	{"long main_f(long a) go errno", "long main_f(long a) go errno;"},
	{"int f(int a, =int *b if a & 3 | 4, ...) noreturn fails(!0)", "int f(int a, =int* b if a & 3 | 4, ...) noreturn fails(!0);"},
	{"int f(buffer[(a+b)*c>>1], buffer[a-(b-c)], buffer[*n])", "int f(buffer[(a + b) * c >> 1], buffer[a - (b - c)], buffer[*n]);"},
	{"const X 017 arm64:-1", "const X 017 arm64:-1;"},
	{"struct a size 16 as b { at 0 string [ c ] b; more at 8 bits(uint,0,3) c; at d; }", "struct a size 16 as b {\n\tat 0 string[c] b;\n\tmore at 8 bits(uint, 0, 3) c;\n\tat d;\n}"},
	{"flags f :ulong octal F_??? { mask 3 {A 0;B} mask 0xf e; shift 3 1 S; include g; C 4 arm64:8 }",
		"flags f : ulong octal F_??? {\n\tmask 3 { A 0; B; };\n\tmask 0xf e;\n\tshift 3 1 S;\n\tinclude g;\n\tC 4 arm64:8;\n}"},
	{"struct s packed { more int a if b; struct{int x;} b; }", "struct s packed {\n\tmore int a if b;\n\tstruct { int x; } b;\n}"},
	{"struct s from 64 {int a;}", "struct s from 64 {\n\tint a;\n}"},
	{"int f(=becomes(a,b[n])x,+after(516,t*)y,int n) fails(-1) named(n,x,y)", "int f(=becomes(a, b[n]) x, +after(516, t*) y, int n) fails(-1) named(n, x, y);"},
	{"also(int,\"flags\",f) g(switch(a&1){1,2:+int*;default:none})", "also(int, \"flags\", f) g(switch(a & 1) { 1, 2: +int*; default: none; });"},
}

// TestItems shows where items end.
func TestItems(t *testing.T) {
	tests := []struct {
		in   string
		want []heading
	}{
		{"# c\n; c\n\nint a();\n  int b(\n    int x);\n", []heading{{"prototype", "a"}, {"prototype", "b"}}},
		{"int a(\nint b();\n", []heading{{"prototype", "a"}, {"prototype", "b"}}},
		{"flags f {\n\tA 1;\nint b();", []heading{{"flags", "f"}, {"prototype", "b"}}},
		{"enum e X_??? { A }\nenum(A, B) f(int);\nenum[int](A) g();", []heading{{"enum", "e"}, {"prototype", "f"}, {"prototype", "g"}}},
		{"struct s { int a; }\nstruct(int) f();\nstruct s *g();", []heading{{"struct", "s"}, {"prototype", "f"}, {"prototype", "g"}}},
		{"const A 1\nconst char *f(int);", []heading{{"const", "A"}, {"prototype", "f"}}},
		{"switch(x) { 1: hex(int); } f(int x) fails(-1);", []heading{{"prototype", "f"}}},
		{"int f@@GLIBC_2.2.5(int); ( ( (\nint g();", []heading{{"prototype", "f@@GLIBC_2.2.5"}, {"prototype", "g"}}},
		{"array(char, 3)* f(int); # int g(\nint h();", []heading{{"prototype", "f"}, {"prototype", "h"}}},
	}
	for _, test := range tests {
		var got []heading
		for _, c := range split(test.in) {
			got = append(got, headingOf(c.text))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: got %v, want %v", test.in, got, test.want)
		}
	}
}

// FuzzParse demands that nothing is so broken that it stops the parser, and
// that what it accepts can be formatted, parsed and used.
func FuzzParse(f *testing.F) {
	// Small seeds: the fuzzer spends its time on making large ones smaller.
	text, err := os.ReadFile("testdata/errors/errors.conf")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f.Add(line)
	}
	for _, test := range syntaxTests {
		f.Add(test.in)
	}
	f.Add("typedef t = struct;\ntypedef t = struct(int, t*, array(t*, elt1));\nint f(t*, hex(t*), bitvec(t));\nt g(t);")
	f.Add("int f(at(string) a, +at(string)* b, pairs(evident));\nat(int*) g(system);\nlong h(syscall_number n, system);\nint i(string(uint), format(wstring), pairs(t*));")
	f.Add("struct a { b x; b y; }\nstruct b { c x; c y; }\nstruct c { array(int, 0) z; }\nint f(a);")
	f.Fuzz(func(t *testing.T, text string) {
		bound.Input(t, func() {
			if len(text) > 1<<16 {
				return
			}
			once := Format(text)
			if twice := Format(once); twice != once && utf8.ValidString(text) {
				t.Errorf("formatted %q\nagain     %q", once, twice)
			}
			file, _ := Parse("fuzz", text, nil)
			w := newWorld()
			w.mem[0x1000] = make([]byte, 64)
			w.words = []uint64{0x1000, 0x1008, 3, 0x1010, 0x1000, 8}
			for _, name := range file.Names() {
				if p := file.Lookup(name); p != nil {
					args, _ := p.Enter(&w.s)
					p.Return(&w.s, args, Result{Int: [2]uint64{0x1000, 1}})
				}
			}
		})
	})
}

// FuzzFormat decodes hostile formats of all four kinds over hostile words.
func FuzzFormat(f *testing.F) {
	f.Add("%d %s %*.*f %3$s %Lf %n %hhx %[^]a-z] %m %", uint64(0x1000), false)
	f.Add("%99999999999999999999d%1$*2$.*3$ls%%%c%C%S%wf64x", uint64(1)<<63, true)
	f.Add(strings.Repeat("%s", 4000), ^uint64(0), false)
	protos := map[string]*Prototype{}
	for _, text := range []string{"int printf(format f, ...);", "int wprintf(wformat f, ...);",
		"int scanf(scanf f, ...);", "int wscanf(wscanf f, ...);", "int vprintf(format f, va_list ap);"} {
		file, errs := Parse("f", text, nil)
		if len(errs) > 0 {
			f.Fatal(errs)
		}
		protos[text] = file.Lookup(file.Names()[0])
	}
	f.Fuzz(func(t *testing.T, format string, word uint64, wide bool) {
		bound.Input(t, func() {
			w := newWorld()
			w.mem[0x1000] = []byte(format + "\x00\x00\x00\x00")
			w.words = []uint64{0x1000, 0x1000, word, word + 8}
			w.stack = []uint64{word, 0x1000}
			for text, p := range protos {
				args, _ := p.Enter(&w.s)
				if len(args) > maxVarargs+1 {
					t.Errorf("%s: %d arguments", text, len(args))
				}
				args, v := p.Return(&w.s, args, Result{Int: [2]uint64{3}})
				for _, a := range args {
					if s, ok := a.Value.(event.Str); ok && len(s.Text) > maxCode*defaultString {
						t.Errorf("%s: a text of %d bytes", text, len(s.Text))
					}
				}
				if v == nil {
					t.Errorf("%s: no result", text)
				}
			}
		})
	})
}

// TestArch shows the column of another architecture and its pointers.
func TestArch(t *testing.T) {
	small := *arch.AMD64
	small.Name, small.PtrSize = "386", 4
	types := &Types{arch: &small, scope: newScope(nil, &small), protos: map[string]*item{}}
	f, errs := Parse("t", "flags f { A 1 386:2; B 4; }\nint g(f a, struct(long, char*)* s);", types)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	w := newWorld()
	w.words = []uint64{2, 0x1000}
	w.mem[0x1000] = []byte{5, 0, 0, 0, 8, 0x10, 0, 0, 'x'}
	args, _ := f.Lookup("g").Enter(&w.s)
	if got, want := renderArgs(args), "A, {5, ['x']}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
