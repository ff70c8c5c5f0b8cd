package objfile

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plait/arch"
	"plait/background"
	"plait/debuginfo"
	"plait/proto"
	"plait/proto/decode"
	"plait/ptrace"
)

// library calls functions of another file. Debugging information, or otherwise machine
// code, distinguishes its functions.
const library = `#include <stdlib.h>
struct point { int x, y; };
int distance(const struct point *from, struct point *to) { return from->x - to->x; }
char *copy(unsigned long size) { char *p = malloc(size); return p; }
int process(void) { return system("true"); }
`

// compile builds the library with additional options of gcc.
func compile(t *testing.T, options ...string) string {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		if os.Getenv("PLAIT_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	source, out := filepath.Join(dir, "library.c"), filepath.Join(dir, "library.so")
	if err := os.WriteFile(source, []byte(library), 0o666); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"-shared", "-fPIC", "-O1", "-o", out, source}, options...)
	if text, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, text)
	}
	return out
}

// newFiles returns Files without a store, and their worker.
func newFiles() (*Files, *background.Worker) {
	w := background.New()
	database, _ := proto.Open(proto.Options{Arch: arch.Native})
	return New(w, os.Open, database, debuginfo.Store{}), w
}

// open is like ptrace.Linux's Open, on any system.
func open(path string) (*os.File, ptrace.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, ptrace.Identity{}, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, ptrace.Identity{}, err
	}
	return f, ptrace.Identity{Size: info.Size(), Changed: info.ModTime().UnixNano()}, nil
}

func openFile(t *testing.T, fs *Files, path string) *File {
	t.Helper()
	f, err := fs.Open(open(path))
	if err != nil {
		t.Fatal(err)
	}
	f.Rename(path)
	return f
}

// address returns the address of a function of the file.
func address(t *testing.T, f *File, name string) uint64 {
	t.Helper()
	s, ok := f.Lookup(name)
	if !ok {
		t.Fatalf("no function %s", name)
	}
	return s.Value
}

// TestOnce: one file that is opened twice is one File; another file is another File.
func TestOnce(t *testing.T) {
	fs, _ := newFiles()
	path := compile(t)
	f := openFile(t, fs, path)
	if openFile(t, fs, path) != f {
		t.Error("it was read twice")
	}
	if openFile(t, fs, compile(t)) == f {
		t.Error("two files are one")
	}
	refused := errors.New("refused")
	if _, err := fs.Open(nil, ptrace.Identity{}, refused); err != refused {
		t.Errorf("got error %v", err)
	}
	if _, err := fs.Open(open(filepath.Join(filepath.Dir(path), "library.c"))); err == nil {
		t.Error("C source is taken for ELF")
	}
}

// TestQuestions asks what can be answered without debugging information.
func TestQuestions(t *testing.T) {
	fs, _ := newFiles()
	f := openFile(t, fs, compile(t, "-s"))
	at := address(t, f, "distance")
	if name := f.NameAt(at + 3); name != "distance+0x3" {
		t.Errorf("distance+3 is %q", name)
	}
	if name := f.NameAt(at); name != "distance" {
		t.Errorf("distance is %q", name)
	}
	if name := f.NameAt(1 << 40); name != "" {
		t.Errorf("there is %q outside of the file", name)
	}
	found, err, ok := f.Slots()
	calls := ""
	for _, s := range found.Slots {
		calls += s.Name + " "
	}
	if err != nil || !ok || !strings.Contains(calls, "malloc ") || !strings.Contains(calls, "system ") {
		t.Errorf("slots %q, %v, %v", calls, err, ok)
	}
	if f.IsGo() || !f.MayFork() || f.CodeSize() == 0 || !f.Unwindable() {
		t.Errorf("Go %v, fork %v, %d bytes of code", f.IsGo(), f.MayFork(), f.CodeSize())
	}
	asked := 0
	find := func() []uint64 { asked++; return []uint64{7} }
	if f.SyscallAddrs(find); len(f.SyscallAddrs(find)) != 1 || asked != 1 {
		t.Errorf("addresses were looked for %d times", asked)
	}
	if self := openFile(t, fs, "/proc/self/exe"); !self.IsGo() {
		t.Error("this test is not Go's")
	}
}

// TestPrototypes: debugging information knows the types. Without it, machine code gives
// the number of arguments.
func TestPrototypes(t *testing.T) {
	fs, _ := newFiles()
	described := openFile(t, fs, compile(t, "-g"))
	p := described.Prototype("distance", address(t, described, "distance"))
	if p == nil || registers(p) != 2 {
		t.Fatalf("prototype %+v", p)
	}
	if source, line := described.Line(address(t, described, "copy")); !strings.HasSuffix(source, "library.c") || line != 4 {
		t.Errorf("copy is at %s:%d", source, line)
	}
	if p := described.Prototype("nothing", 0); p != nil {
		t.Errorf("a prototype of nothing: %+v", p)
	}
	stripped := openFile(t, fs, compile(t, "-s"))
	at := address(t, stripped, "distance")
	if p := stripped.Prototype("distance", at); p != nil {
		t.Errorf("a prototype without debugging information: %+v", p)
	}
	if g := stripped.Guess(at); g == nil || registers(g) != 2 {
		t.Errorf("guessed %+v", g)
	}
	var none *File
	if none.Prototype("x", 0) != nil || none.Declared("x", 0) != nil || none.Guess(0) != nil {
		t.Error("a file that could not be opened has prototypes")
	}
}

// TestInspect asks what --prototypes shows of a function in a file.
func TestInspect(t *testing.T) {
	path := compile(t, "-g")
	database, _ := proto.Open(proto.Options{Arch: arch.Native})
	found, err := Inspect(path, os.Open, "distance", database)
	if err != nil || len(found.Described) != 1 || found.Guessed == nil {
		t.Fatalf("found %+v, %v", found, err)
	}
	found, err = Inspect(path, os.Open, "nothing", database)
	if err != nil || found.Described != nil || found.Guessed != nil {
		t.Errorf("of nothing: found %+v, %v", found, err)
	}
	if _, err = Inspect(path+".not", os.Open, "distance", database); err == nil {
		t.Error("no error without a file")
	}
}

// TestInterrupted: while plait is interrupted, a big file gives no answers. It does
// once the interruption is over.
func TestInterrupted(t *testing.T) {
	fs, w := newFiles()
	f := openFile(t, fs, compile(t, "-g"))
	f.big = true
	at := address(t, f, "distance")
	never := make(chan struct{})
	go func() { w.Interrupt(); close(never) }()
	<-never
	blocked := make(chan struct{})
	if _, ok := Read(f, func() int { <-blocked; return 1 }); ok {
		t.Fatal("work that blocks has ended")
	}
	if _, ok := f.Symbol(at); ok {
		t.Error("a function was found while other work was still running")
	}
	if _, err := read(fs, true, func() int { return 1 }); err {
		t.Error("more work was done at a time")
	}
	close(blocked)
	w.Reset()
	if s, ok := f.Symbol(at); !ok || s.Name != "distance" {
		t.Errorf("after it: %q, %v", s.Name, ok)
	}
}

// registers returns how many integers and pointers a function takes.
func registers(p *decode.Prototype) int { ints, _ := p.Registers(); return ints }
