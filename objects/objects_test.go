package objects

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"plait/arch"
	"plait/background"
	"plait/debuginfo"
	"plait/elf"
	"plait/objfile"
	"plait/proto"
	"plait/ptrace"
)

// library defines a function, an IFUNC that it also calls itself through its GOT, a
// place of errno, and a standard stream.
const library = `
int plain(int n) { return n + 1; }
static int fast(int n) { return n; }
static void *resolve(void) { return fast; }
int chosen(int) __attribute__((ifunc("resolve")));
int caller(int n) { return chosen(n) + plain(n); }
static _Thread_local int number;
int *__errno_location(void) { return &number; }
void *stdout;
`

// load compiles the library and makes it an object at an address.
func load(t *testing.T, base uint64) *Object {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		if os.Getenv("PLAIT_REQUIRE") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "library.so")
	source := path + ".c"
	if err := os.WriteFile(source, []byte(library), 0o666); err != nil {
		t.Fatal(err)
	}
	args := []string{"-shared", "-fPIC", "-O1", "-Wl,-z,lazy", "-ftls-model=initial-exec", "-fcf-protection=none", "-o", path, source}
	if text, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, text)
	}
	database, _ := proto.Open(proto.Options{Arch: arch.Native})
	opened, err := os.Open(path)
	f, err := objfile.New(background.New(), os.Open, database, debuginfo.Store{}).Open(opened, ptrace.Identity{}, err)
	if err != nil {
		t.Fatal(err)
	}
	return &Object{FileName: "library.so", Path: path, Base: base, Lo: base, Hi: base + 0x10000, File: f}
}

// value returns the link-time address of a symbol.
func value(t *testing.T, o *Object, name string) uint64 {
	t.Helper()
	s, ok := o.File.Lookup(name)
	if !ok {
		t.Fatalf("no symbol %s", name)
	}
	return s.Value
}

// TestList: if two objects have the same symbols, the first one counts. An object that
// could not be opened has none.
func TestList(t *testing.T) {
	first, second := load(t, 0x100000), load(t, 0x200000)
	first.Soname = "libfirst.so.1"
	l := List{{FileName: "unreadable", Lo: 0x1000, Hi: 0x2000}, first, second}
	plain := value(t, first, "plain")
	if o := l.At(0x20ffff); o != second || l.At(0x210000) != nil {
		t.Errorf("got %+v", o)
	}
	if name := l.Symbol(first.Base + plain + 2); name != "plain+0x2" {
		t.Errorf("got %q", name)
	}
	if name := l.Symbol(0x1800) + l.Symbol(0x300000); name != "" {
		t.Errorf("got %q where nothing is known", name)
	}
	if name := l.Definer("plain"); name != "libfirst.so.1" {
		t.Errorf("defined by %q", name)
	}
	if name := l.Definer("nothing") + l.Definer("stdout"); name != "" {
		t.Errorf("no function is defined by %q", name)
	}
	if o, addr := l.Definition("plain"); o != first || addr != plain {
		t.Errorf("defined by %+v at %#x", o, addr)
	}
	if o, addr := l.Definition("chosen"); o != nil || addr != 0 {
		t.Errorf("an IFUNC is foretold: %+v, %#x", o, addr)
	}
	if !second.DefinesAt("plain", second.Base+plain) || second.DefinesAt("plain", first.Base+plain) || second.DefinesAt("nothing", 0) {
		t.Error("DefinesAt is wrong")
	}
}

// TestBound sets the word by which the library reaches its IFUNC to different values.
func TestBound(t *testing.T) {
	o := load(t, 0x100000)
	resolver := value(t, o, "chosen")
	chosen, _ := o.File.Lookup("chosen")
	relocations, err := o.File.Relocations()
	if err != nil {
		t.Fatal(err)
	}
	var slot elf.Relocation
	for _, r := range relocations {
		if r.Symbol.Name == "chosen" {
			slot = r
		}
	}
	if slot.Offset == 0 {
		t.Fatal("the library does not call its IFUNC through the GOT")
	}
	var lazy [8]byte
	if _, err := o.File.ReadMem(lazy[:], slot.Offset); err != nil {
		t.Fatal(err)
	}
	stub := o.Base + o.File.Order.Uint64(lazy[:])
	const vdso = 0x7fff0000
	for _, test := range []struct {
		name string
		word uint64
		want uint64
	}{
		{"in the library", o.Base + 0x1234, o.Base + 0x1234},
		{"in the vDSO", vdso, vdso},
		{"in another object", 0x900000, 0},
		{"not bound yet", stub, 0},
	} {
		m := Memory{
			Word: func(addr uint64) (uint64, error) {
				if addr != o.Base+slot.Offset {
					return 0, errors.New("unreadable")
				}
				return test.word, nil
			},
			VDSO:        func(addr uint64) bool { return addr == vdso },
			Interrupted: func() bool { return false },
		}
		bound, ok := List{o}.Bound(o, []elf.Symbol{chosen}, m)
		if !ok || bound[resolver] != test.want || len(bound) > 1 {
			t.Errorf("%s: bound %#x, %v", test.name, bound, ok)
		}
		m.Interrupted = func() bool { return true }
		if _, ok := (List{o}).Bound(o, []elf.Symbol{chosen}, m); ok {
			t.Errorf("%s: not interrupted", test.name)
		}
	}
	plain, _ := o.File.Lookup("plain")
	if bound, ok := (List{o}).Bound(o, []elf.Symbol{plain}, Memory{}); len(bound) != 0 || !ok {
		t.Errorf("without IFUNCs: bound %v, %v", bound, ok)
	}
}

// TestErrno: errno lies at an offset from the thread pointer, and the GOT has that
// offset.
func TestErrno(t *testing.T) {
	o := load(t, 0x100000)
	thread := func() uint64 { return 0x70000000 }
	var asked uint64
	word := func(addr uint64) (uint64, error) { asked = addr; return ^uint64(15), nil } // -16
	e := List{o}.Errno()
	if addr, ok := e.Address(thread, word); !ok || addr != 0x70000000-16 || asked < o.Lo || asked >= o.Hi {
		t.Errorf("errno at %#x, %v, by the word at %#x", addr, ok, asked)
	}
	unreadable := func(uint64) (uint64, error) { return 0, errors.New("unreadable") }
	if addr, ok := e.Address(thread, unreadable); ok {
		t.Errorf("errno at %#x by a word that can't be read", addr)
	}
	if e.Stale(List{o, o}) {
		t.Error("what was found is looked for again")
	}
	e = List{}.Errno()
	if _, ok := e.Address(thread, word); ok || e.Stale(List{}) || !e.Stale(List{o}) {
		t.Error("without a C library errno is found, or not looked for again")
	}
}

// TestStreams: a stream is known by what its variable holds at the moment.
func TestStreams(t *testing.T) {
	o := load(t, 0x100000)
	variable := o.Base + value(t, o, "stdout")
	memory := map[uint64]uint64{variable: 0x5000}
	word := func(addr uint64) (uint64, error) { return memory[addr], nil }
	var s Streams
	if name := s.Name(List{}, 0x5000, word); name != "" {
		t.Errorf("got %q without a C library", name)
	}
	if name := s.Name(List{o}, 0x5000, word); name != "stdout" {
		t.Errorf("got %q", name)
	}
	memory[variable] = 0x6000
	if name := s.Name(List{o}, 0x5000, word) + s.Name(List{o}, 0x6000, word); name != "stdout" {
		t.Errorf("after a change: got %q", name)
	}
}

func TestNames(t *testing.T) {
	o := Object{Soname: "liba.so.1", FileName: "liba.so.1.2"}
	if o.Name() != "liba.so.1" {
		t.Errorf("got %q", o.Name())
	}
	if o.Main = true; o.Name() != "liba.so.1.2" {
		t.Errorf("as a program: got %q", o.Name())
	}
	for name, want := range map[string]bool{
		"f.cold": true, "f.cold.0": true, "f.__part.1": true, "f.eh": true, "f.warm": true, "f": false, "cold": false, "f.cold2x": false, "f.part.0": false,
	} {
		if IsPart(name) != want {
			t.Errorf("IsPart(%q) is %v", name, !want)
		}
	}
	for name, want := range map[string]string{
		"[heap]": "heap", "[stack]": "stack", "[vdso]": "", "": "", "/usr/lib/libc.so.6": "libc.so.6", "/a (deleted)": "a (deleted)",
	} {
		if got := Region(name); got != want {
			t.Errorf("Region(%q) is %q, want %q", name, got, want)
		}
	}
}

// maps has an object at 0x10000 with .bss behind it, as in /proc/PID/maps.
var maps = []ptrace.Mapping{
	{Start: 0x08000, End: 0x09000, Path: "/other"},
	{Start: 0x10000, End: 0x11000, Path: "/lib", Offset: 0},
	{Start: 0x11000, End: 0x12000, Path: "/lib", Offset: 0x1000, Exec: true},
	{Start: 0x12000, End: 0x13000, Path: "/lib", Offset: 0x2000, Write: true},
	{Start: 0x13000, End: 0x14000},
	{Start: 0x20000, End: 0x21000, Path: "[stack]"},
}

func TestExtent(t *testing.T) {
	for _, at := range []int{1, 2, 3} {
		if lo, hi := Extent(maps, at); lo != 0x10000 || hi != 0x14000 {
			t.Errorf("of mapping %d: %#x-%#x", at, lo, hi)
		}
	}
	if lo, hi := Extent(maps, 0); lo != 0x8000 || hi != 0x9000 {
		t.Errorf("of /other: %#x-%#x", lo, hi)
	}
	twice := []ptrace.Mapping{{Start: 0x1000, End: 0x2000, Path: "/lib"}, {Start: 0x2000, End: 0x3000, Path: "/lib"}}
	if lo, hi := Extent(twice, 0); lo != 0x1000 || hi != 0x2000 {
		t.Errorf("of a file that is mapped twice, the first time: %#x-%#x", lo, hi)
	}
	for addr, want := range map[uint64]int{0x8000: 0, 0x8fff: 0, 0x9000: -1, 0x12345: 3, 0: -1} {
		if got := MappingAt(maps, addr); got != want {
			t.Errorf("MappingAt(%#x) is %d, want %d", addr, got, want)
		}
	}
}

// TestIsMapped: a file belongs to an object only if its dynamic section and its code
// are mapped where the object says.
func TestIsMapped(t *testing.T) {
	code := elf.Segment{Off: 0x1000, Vaddr: 0x1000, Filesz: 0x800, Flags: 5}
	data := elf.Segment{Off: 0x2000, Vaddr: 0x2000, Filesz: 0x400, Flags: 6}
	f := &objfile.File{File: &elf.File{DynamicAddr: 0x2100, Segments: []elf.Segment{code, data}}}
	for _, test := range []struct {
		name   string
		change func(o *Object, maps []ptrace.Mapping)
		want   bool
	}{
		{"as it should be", func(*Object, []ptrace.Mapping) {}, true},
		{"another dynamic section", func(o *Object, _ []ptrace.Mapping) { o.Dynamic++ }, false},
		{"code that is data", func(_ *Object, maps []ptrace.Mapping) { maps[2].Exec = false }, false},
		{"other code", func(_ *Object, maps []ptrace.Mapping) { maps[2].Offset = 0x5000 }, false},
		{"code in huge pages", func(_ *Object, maps []ptrace.Mapping) { maps[2].Path, maps[2].Offset = "", 0 }, true},
		{"other data", func(_ *Object, maps []ptrace.Mapping) { maps[3].Offset = 0 }, false},
		{"not mapped", func(o *Object, maps []ptrace.Mapping) { o.Base, o.Dynamic = 0x50000, 0x52100 }, false},
	} {
		o, m := Object{Base: 0x10000, Dynamic: 0x12100}, append([]ptrace.Mapping(nil), maps...)
		test.change(&o, m)
		if got := o.IsMapped(f, m); got != test.want {
			t.Errorf("%s: got %v", test.name, got)
		}
	}
}

// TestGapNear: a gap lies below a mapping, with room on both sides, and not below the
// stack, which grows into it.
func TestGapNear(t *testing.T) {
	const guard = 1 << 20
	maps := []ptrace.Mapping{
		{Start: 0x10000000, End: 0x10001000}, {Start: 0x10002000, End: 0x10003000},
		{Start: 0x20000000, End: 0x20001000}, {Start: 0x7fff0000, End: 0x7fff1000, Path: "[stack]"},
	}
	if got, want := GapNear(maps, 0x10001000, 0x1000, 1<<31), uint64(0x10000000-0x1000-guard); got != want {
		t.Errorf("near the first: %#x, want %#x", got, want)
	}
	if got, want := GapNear(maps, 0x20000000, 0x1000, 1<<31), uint64(0x20000000-0x1000-guard); got != want {
		t.Errorf("near the last: %#x, want %#x", got, want)
	}
	if got := GapNear(maps, 0x10001000, 0x1000, guard); got != 0 {
		t.Errorf("out of reach: %#x", got)
	}
	if got := GapNear(maps[3:], 0x7fff0000, 0x1000, 1<<31); got != 0 {
		t.Errorf("below the stack: %#x", got)
	}
}
