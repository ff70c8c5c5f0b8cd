package proto

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"plait/arch"
	"plait/bound"
	"plait/event"
	"plait/proto/decode"
	"plait/proto/syntax"
)

// TestErrors demands exactly the errors that the file announces, and that everything
// correct around them is used.
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
		e := err.(*syntax.Error)
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

// FuzzParse demands that no text stops the parser, and that what it accepts can be
// formatted, parsed again and used.
func FuzzParse(f *testing.F) {
	// Small seeds, since the fuzzer spends its time on making large ones smaller.
	text, err := os.ReadFile("testdata/errors/errors.conf")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f.Add(line)
	}
	constructs, err := os.ReadFile("syntax/testdata/constructs.conf")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(constructs)) {
		f.Add(strings.TrimSuffix(line, "\n"))
	}
	f.Add("typedef t = struct;\ntypedef t = struct(int, t*, array(t*, elt1));\nint f(t*, hex(t*), bitvec(t));\nt g(t);")
	f.Add("int f(at(string) a, +at(string)* b, pairs(evident));\nat(int*) g(system);\nlong h(syscall_number n, system);\nint i(string(uint), format(wstring), pairs(t*));")
	f.Add("struct a { b x; b y; }\nstruct b { c x; c y; }\nstruct c { array(int, 0) z; }\nint f(a);")
	f.Fuzz(func(t *testing.T, text string) {
		bound.Input(t, func() {
			if len(text) > 1<<16 {
				return
			}
			once := syntax.Format(text)
			if twice := syntax.Format(once); twice != once && utf8.ValidString(text) {
				t.Errorf("formatted %q\nagain     %q", once, twice)
			}
			file, _ := Parse("fuzz", text, nil)
			w := newWorld()
			w.mem[0x1000] = make([]byte, 64)
			w.words = []uint64{0x1000, 0x1008, 3, 0x1010, 0x1000, 8}
			for _, name := range file.Names() {
				if p := file.Lookup(name); p != nil {
					args, _ := p.Enter(&w.s)
					p.Return(&w.s, args, decode.Result{Int: [2]uint64{0x1000, 1}})
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
	protos := map[string]*decode.Prototype{}
	for _, text := range []string{"int printf(format f, ...);", "int wprintf(wformat f, ...);",
		"int scanf(scanf f, ...);", "int wscanf(wscanf f, ...);", "int vprintf(format f, va_list ap);"} {
		file, errs := Parse("f", text, nil)
		if len(errs) > 0 {
			f.Fatal(errs)
		}
		protos[text] = file.Lookup(file.Names()[0])
	}
	const most, longest = 64, 7 * 32 // arguments; bytes of a text with the most characters that are shown
	f.Fuzz(func(t *testing.T, format string, word uint64, wide bool) {
		bound.Input(t, func() {
			w := newWorld()
			w.mem[0x1000] = []byte(format + "\x00\x00\x00\x00")
			w.words = []uint64{0x1000, 0x1000, word, word + 8}
			w.stack = []uint64{word, 0x1000}
			for text, p := range protos {
				args, _ := p.Enter(&w.s)
				if len(args) > most+2 { // with the format, and three dots for the rest
					t.Errorf("%s: %d arguments", text, len(args))
				}
				args, v := p.Return(&w.s, args, decode.Result{Int: [2]uint64{3}})
				for _, a := range args {
					if s, ok := a.Value.(event.Str); ok && len(s.Text) > longest {
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

// TestArch shows a column of another architecture, and its pointers.
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
