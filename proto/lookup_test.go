package proto

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"plait/arch"
	"plait/proto/syntax"
)

// TestDescribed adds text piece by piece, and finds prototypes by keys that are not the
// names of their functions.
func TestDescribed(t *testing.T) {
	d, _ := Open(Options{})
	f := d.DerivedFile("somewhere")
	f.Add("struct pair.1 { int a; size_t b; }\nint f.10(pair.1* p);\n")
	f.Add("struct pair.1 { int again; }\nvoid f.20(int n, ...);\n")
	p := f.LookupAs("f.10", "f")
	if p == nil || p.Name != "f" || p.Len() != 1 || p.MoreArgs {
		t.Errorf("f.10: %+v", p)
	}
	if p := f.LookupAs("f.20", "f"); p == nil || !p.MoreArgs {
		t.Errorf("f.20: %+v", p)
	}
	if f.LookupAs("f", "f") != nil {
		t.Error("f has no key")
	}
}

// TestIsOwn distinguishes prototypes for a library from those that only have the name
// of one of its functions.
func TestIsOwn(t *testing.T) {
	user := filepath.Join(t.TempDir(), "mine.conf")
	if err := os.WriteFile(user, []byte("int strdup(int a);\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		files          []string
		object, symbol string
		own            bool
	}{
		{nil, "libc.so.6", "strlen", true},
		{nil, "libpthread.so.0", "pthread_create", true},
		{nil, "libz.so.1", "deflate", true},
		{nil, "libm.so.6", "csqrtf128", true},
		{nil, "libwork.so", "strlen", false},
		{nil, "libwork.so", "deflate", false},
		{nil, "libwork.so", "_Z3addii", false},
		{[]string{user}, "libwork.so", "strdup", true},
	}
	for _, test := range tests {
		d, _ := Open(Options{Files: test.files})
		p := d.Lookup(test.object, test.symbol)
		if p == nil {
			t.Errorf("%s: no prototype", test.symbol)
		} else if got := d.IsOwn(test.object, p); got != test.own {
			t.Errorf("%s of %s: %v", test.symbol, test.object, got)
		}
	}
}

// TestAgrees compares a prototype of another library with the arguments that a function
// of the same name really takes.
func TestAgrees(t *testing.T) {
	d, _ := Open(Options{})
	f := d.DerivedFile("somewhere")
	f.Add("int a(int fd, addr path, int mode);\nint b(int x);\nint c(double x, double y);\nint d(int x, int y);\n")
	tests := []struct {
		symbol, described string
		want              bool
	}{
		{"strncpy", "a", true},
		{"strncpy", "b", false},
		{"strncpy", "c", false},
		{"pow", "c", true},
		{"_Z3addii", "d", false}, // a mangled name says less
	}
	for _, test := range tests {
		p := d.Lookup("libwork.so", test.symbol)
		if got := p.Agrees(f.Lookup(test.described)); got != test.want {
			t.Errorf("%s, %s: %v", test.symbol, test.described, got)
		}
	}
}

// TestSize knows the sizes of the language's types, and of the headers' types that are
// used by name.
func TestSize(t *testing.T) {
	types := Embedded(arch.AMD64)
	for name, want := range map[string]int64{
		"size_t": 8, "mode_t": 4, "time_t": 8, "stat": 144, "timespec": 16, "int32_t": 4,
		"sockaddr": 0, "int": 0, "nonesuch": 0, "O_CREAT": 0,
	} {
		if got, ok := types.Size(name); got != want || ok != (want > 0) {
			t.Errorf("%s: %d, %v", name, got, ok)
		}
	}
}

// TestHeapFunctions: those of the object itself, and those that any object may define; what
// another library has under the same name is another function.
func TestHeapFunctions(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "libpool.so.conf"), []byte("addr pool_get(int n) allocates(n);\nint pool_size(void);\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	d, _ := Open(Options{User: []string{dir}})
	for _, c := range []struct {
		object, symbol string
		want           bool
	}{
		{"libc.so.6", "malloc", true},
		{"libc.so.6", "strdup", true},
		{"libc.so.6", "strlen", false},
		{"libother.so.1", "malloc", true},
		{"libother.so.1", "_Znwm", true},
		{"libother.so.1", "getline", false},
		{"", "free", true},
		{"libstdc++.so.6", "_ZdlPv", true},
		{"libglib-2.0.so.0", "g_strdup", true},
		{"libpool.so.1", "pool_get", true},
		{"libpool.so.1", "pool_size", false},
		{"libother.so.1", "pool_get", false},
	} {
		if got := slices.Contains(d.HeapFunctions(c.object), c.symbol); got != c.want {
			t.Errorf("%s in %s: %v", c.symbol, c.object, got)
		}
	}
}

// TestHeapFunctionsWritten: only files that are written by hand say what allocates.
func TestHeapFunctionsWritten(t *testing.T) {
	types := Embedded(arch.Native)
	types.begin()
	for _, l := range types.everyLibrary() {
		l.read()
		for _, c := range syntax.Split(l.text) {
			if it := (&item{Heading: syntax.HeadingOf(c.Text), Chunk: c, scope: types.scope}); it.changesHeap() {
				t.Errorf("%s: %s", l.name, it.Name)
			}
		}
	}
}
