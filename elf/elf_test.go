package elf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plait/bound"
)

const testdata = "../testdata/elf/"

func open(t testing.TB, name string) *File {
	t.Helper()
	f, err := Open(testdata + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// describe says in words what the fields and methods of a file say.
func describe(f *File) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %v entry %#x\n", f.Kind(), f.Type, f.Entry)
	fmt.Fprintf(&b, "native %v static %v build %s\n", f.Native(), f.Static(), f.BuildID)
	if f.Interp != "" {
		fmt.Fprintf(&b, "interp %s\n", f.Interp)
	}
	if f.Dynamic {
		fmt.Fprintf(&b, "dynamic %#x debug %#x soname %q needed %q\n", f.DynamicAddr, f.Debug, f.Soname, f.Needed)
	}
	for _, s := range f.Segments {
		fmt.Fprintf(&b, "load %#x+%#x off %#x+%#x exec %v\n", s.Vaddr, s.Memsz, s.Off, s.Filesz, s.Executable())
	}
	relocs, err := f.Relocations()
	if err != nil {
		fmt.Fprintf(&b, "relocations: %v\n", err)
	}
	for _, r := range relocs {
		fmt.Fprintf(&b, "reloc %d at %#x %s@%s of %s + %#x\n", r.Kind, r.Offset, r.Symbol.Name, r.Symbol.Version, r.Symbol.From, r.Addend)
	}
	for _, s := range f.Functions(nil) {
		extent, _ := f.Extent(s.Value)
		fmt.Fprintf(&b, "function %#x+%d %s@%s hidden %v indirect %v extent %#x..%#x\n", s.Value, s.Size, s.Name, s.Version, s.Hidden, s.IsIndirect(), extent.Start, extent.End)
	}
	return b.String()
}

func TestFiles(t *testing.T) {
	tests := []struct{ name, want string }{
		{"calls-pie", `
64-bit EM_X86_64 ET_DYN entry 0x3c1
native true static false build 0102030405060708
interp /lib64/ld-linux-x86-64.so.2
dynamic 0x1e60 debug 0x1ec8 soname "" needed ["libc.so.6"]
load 0x0+0x4a4 off 0x0+0x4a4 exec true
load 0x1e60+0x1b8 off 0xe60+0x1b0 exec false
reloc 2 at 0x1fe0 free@GLIBC_2.2.5 of libc.so.6 + 0x0
reloc 1 at 0x2000 puts@GLIBC_2.2.5 of libc.so.6 + 0x0
reloc 3 at 0x2008 @ of  + 0x3a6
function 0x3a0+6 one@ hidden false indirect false extent 0x3a0..0x3a6
function 0x3a6+8 chosen@ hidden false indirect true extent 0x3a6..0x3ae
function 0x3a6+8 resolve@ hidden false indirect false extent 0x3a6..0x3ae
function 0x3ae+19 inner.constprop.0.isra.0@ hidden false indirect false extent 0x3ae..0x3c1
function 0x3c1+22 _start@ hidden false indirect false extent 0x3c1..0x3d7
`},
		{"calls-nosections", `
64-bit EM_X86_64 ET_DYN entry 0x3c1
native true static false build 0102030405060708
interp /lib64/ld-linux-x86-64.so.2
dynamic 0x1e60 debug 0x1ec8 soname "" needed ["libc.so.6"]
load 0x0+0x4a4 off 0x0+0x4a4 exec true
load 0x1e60+0x1b8 off 0xe60+0x1b0 exec false
reloc 2 at 0x1fe0 free@GLIBC_2.2.5 of libc.so.6 + 0x0
reloc 1 at 0x2000 puts@GLIBC_2.2.5 of libc.so.6 + 0x0
reloc 3 at 0x2008 @ of  + 0x3a6
`},
		{"versions-gnu.so", `
64-bit EM_X86_64 ET_DYN entry 0x0
native true static false build 0102030405060708
dynamic 0x1f10 debug 0x0 soname "libversions.so.1" needed []
load 0x0+0x3e4 off 0x0+0x3e4 exec true
load 0x1f10+0xf4 off 0xf10+0xf4 exec false
function 0x354+6 f@V1 hidden true indirect false extent 0x354..0x35a
function 0x354+6 f_old@ hidden false indirect false extent 0x354..0x35a
function 0x35a+6 f@V2 hidden false indirect false extent 0x35a..0x360
function 0x35a+6 f_new@ hidden false indirect false extent 0x35a..0x360
function 0x360+5 g@V1 hidden false indirect false extent 0x360..0x365
`},
		{"static", `
64-bit EM_X86_64 ET_EXEC entry 0x400100
native true static true build 0102030405060708
load 0x400000+0x134 off 0x0+0x134 exec true
`},
		{"i386", `
32-bit EM_386 ET_DYN entry 0x1220
native false static false build 0102030405060708
interp /lib/ld-linux.so.2
`},
		{"powerpc64", `
64-bit EM_PPC64, big-endian ET_EXEC entry 0x100032b8
native false static true build 0102030405060708
`},
		{"aarch64", `
64-bit EM_AARCH64 ET_EXEC entry 0x2011f4
native false static true build 0102030405060708
`},
	}
	for _, test := range tests {
		got := describe(open(t, test.name))
		if !open(t, test.name).Native() { // plait promises no more than this about foreign files
			got = strings.Join(keep(strings.SplitAfter(got, "\n"), "dynamic", "load"), "")
		}
		if want := strings.TrimPrefix(test.want, "\n"); got != want {
			t.Errorf("%s:\n%swant:\n%s", test.name, got, want)
		}
	}
}

// keep returns the lines that begin with none of the prefixes.
func keep(lines []string, prefixes ...string) []string {
	var kept []string
	for _, line := range lines {
		word, _, _ := strings.Cut(line, " ")
		if word != prefixes[0] && word != prefixes[1] {
			kept = append(kept, line)
		}
	}
	return kept
}

func TestLookup(t *testing.T) {
	// The layout depends on the size of the hash table.
	for name, shift := range map[string]uint64{"versions-gnu.so": 0, "versions-sysv.so": 0x10} {
		f := open(t, name)
		tests := []struct {
			symbol, version string
			value           uint64
			found, exported bool
		}{
			{"f", "V2", 0x35a - shift, true, true}, // the default one of two
			{"g", "V1", 0x360 - shift, true, true},
			{"data", "V1", 0x2000, true, false}, // found, but not a function
			{"f_old", "", 0, false, false},      // local
			{"absent", "", 0, false, false},
			{"", "", 0, false, false},
		}
		for _, test := range tests {
			s, ok := f.Lookup(test.symbol)
			if ok != test.found || s.Version != test.version || s.Value != test.value {
				t.Errorf("%s: Lookup(%q) = %+v, %v", name, test.symbol, s, ok)
			}
			if f.Exports(test.symbol) != test.exported {
				t.Errorf("%s: Exports(%q) = %v", name, test.symbol, !test.exported)
			}
		}
	}
}

// TestLookupWithoutHash finds symbols in a file that does not say where its hash table
// is.
func TestLookupWithoutHash(t *testing.T) {
	b := read(t, "versions-sysv.so")
	f := mustNew(t, b)
	for at := f.DynamicAddr - 0x1000; ; at += 16 { // the segment's file offset is its address less a page
		if tag := binary.LittleEndian.Uint64(b[at:]); tag == 4 { // DT_HASH
			binary.LittleEndian.PutUint64(b[at:], 0x6fffff00)
			break
		}
	}
	if s, ok := mustNew(t, b).Lookup("f"); !ok || s.Version != "V2" || s.Value != 0x34a {
		t.Errorf("%+v, %v", s, ok)
	}
}

func TestHashes(t *testing.T) {
	// The values come from the gABI and from GNU's own description.
	if h := sysvHashOf("printf"); h != 0x077905a6 {
		t.Errorf("sysv %#x", h)
	}
	if h := gnuHashOf("printf"); h != 0x156b2bb8 {
		t.Errorf("gnu %#x", h)
	}
}

func TestSpanAndExtent(t *testing.T) {
	f := open(t, "calls-pie")
	if r, ok := f.Span(0x3b0); !ok || r != (Range{0x3ae, 0x3c1}) {
		t.Errorf("Span: %#x, %v", r, ok)
	}
	if _, ok := f.Extent(0x3d7); ok {
		t.Error("an address behind the last function is in a function")
	}
}

// TestUnwindWithoutTable reads .eh_frame itself if the header has no table.
func TestUnwindWithoutTable(t *testing.T) {
	b := read(t, "calls-pie")
	b[mustNew(t, b).ehFrame.Start+3] = encOmit
	f := mustNew(t, b)
	if f.unwind().pairs != nil {
		t.Fatal("the table is still used")
	}
	if r, ok := f.Extent(0x3b0); !ok || r != (Range{0x3ae, 0x3c1}) {
		t.Errorf("%#x, %v", r, ok)
	}
}

func TestReadMem(t *testing.T) {
	f := open(t, "calls-pie")
	tests := []struct {
		addr uint64
		size int
		n    int
		ok   bool
	}{
		{0, 4, 4, true}, {0x4a0, 4, 4, true}, {0x4a0, 8, 4, false}, {0x4a4, 1, 0, false},
		{0x1e60, 8, 8, true}, {0x2010, 8, 0, false}, // .bss is not in the file
		{^uint64(0), 8, 0, false},
	}
	for _, test := range tests {
		n, err := f.ReadMem(make([]byte, test.size), test.addr)
		if n != test.n || (err == nil) != test.ok {
			t.Errorf("ReadMem(%d bytes at %#x) = %d, %v", test.size, test.addr, n, err)
		}
	}
}

func TestFormatErrors(t *testing.T) {
	edit := func(at int, bytes ...byte) func([]byte) []byte {
		return func(b []byte) []byte { copy(b[at:], bytes); return b }
	}
	tests := []struct {
		name string
		edit func([]byte) []byte
		want string // "": opens
	}{
		{"empty", func([]byte) []byte { return nil }, "too short for an ELF header at 0x0"},
		{"cut in the header", func(b []byte) []byte { return b[:40] }, "too short for an ELF header at 0x0"},
		{"magic", edit(0, 'x'), "no ELF magic number at 0x0"},
		{"class", edit(4, 3), "unknown ELF class at 0x4"},
		{"byte order", edit(5, 0), "unknown byte order at 0x5"},
		{"program headers behind the end", edit(32, 0xff, 0xff, 0xff), "program headers outside the file at 0xffffff"},
		{"program headers far away", edit(32, 0, 0, 0, 0, 0, 0, 0, 0xff), "program headers outside the file at 0xff00000000000000"},
		{"small program headers", edit(54, 8), "program headers of a wrong size or number at 0x40"},
		{"many program headers", edit(56, 0xff, 0xff), "program headers of a wrong size or number at 0x40"},
		{"section headers far away", edit(40, 0, 0, 0, 0, 0, 0, 0, 0xff), ""},
		{"cut in the dynamic section", func(b []byte) []byte { return b[:0xe70] }, ""},
	}
	for _, test := range tests {
		b := test.edit(read(t, "calls-pie"))
		f, err := NewFile(bytes.NewReader(b), int64(len(b)))
		if test.want == "" {
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
			} else {
				describe(f)
			}
			continue
		}
		var format *FormatError
		if !errors.As(err, &format) || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("directory: %v", err)
	}
}

// TestRelocationsOutside demands an error, not silence, if a relocation table lies
// outside of the file.
func TestRelocationsOutside(t *testing.T) {
	b := read(t, "calls-pie")
	f := mustNew(t, b)
	for at := f.DynamicAddr - 0x1000; ; at += 16 {
		if tag := binary.LittleEndian.Uint64(b[at:]); tag == 23 { // DT_JMPREL
			binary.LittleEndian.PutUint64(b[at+8:], 0x500000)
			break
		}
	}
	relocs, err := mustNew(t, b).Relocations()
	if len(relocs) != 1 || err == nil || err.Error() != "relocations outside the file at 0x500000" {
		t.Errorf("%d relocations, %v", len(relocs), err)
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(testdata + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustNew(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := NewFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestSystemFiles opens every program and library of the machine. What their tables say
// must agree.
func TestSystemFiles(t *testing.T) {
	files, _ := filepath.Glob("/usr/bin/*")
	libs, _ := filepath.Glob("/usr/lib/x86_64-linux-gnu/*.so.*")
	opened, extents := 0, 0
	for _, path := range append(files, libs...) {
		f, err := Open(path)
		if err != nil {
			continue
		}
		opened++
		if _, err := f.Relocations(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		dynamic := f.dynsyms()
		for i := range dynamic.len() {
			s := dynamic.at(i)
			if !s.IsFunction() || i > 500 {
				continue
			}
			if found, ok := f.Lookup(s.Name); !ok || found.Value != s.Value && !s.Hidden && found.Hidden {
				t.Errorf("%s: Lookup(%q) = %+v, %v, want %+v", path, s.Name, found, ok, s)
			}
			if r, ok := f.Extent(s.Value); ok && r.Start == s.Value && s.Size > 0 {
				extents++
			}
		}
		f.Close()
	}
	if (opened < 100 || extents < 1000) && os.Getenv("PLAIT_REQUIRE") != "" {
		t.Errorf("only %d files, %d extents", opened, extents)
	}
	t.Logf("%d files, %d extents", opened, extents)
}

// starts lists the addresses at which something says that a function begins.
func starts(f *File) []uint64 {
	var all []uint64
	for i := range len(f.unwind().pairs) / 8 {
		start, _ := f.unwind().pair(i)
		all = append(all, start)
	}
	for _, r := range f.unwind().ranges {
		all = append(all, r.Start)
	}
	x := f.functions()
	for i := range x.entries {
		all = append(all, x.value(i))
	}
	return all
}

// FuzzFile asks every question about any bytes.
func FuzzFile(f *testing.F) {
	names, _ := filepath.Glob(testdata + "*")
	for _, name := range names {
		if b, err := os.ReadFile(name); err == nil && bytes.HasPrefix(b, []byte("\x7fELF")) {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		bound.Input(t, func() {
			file, err := NewFile(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				return
			}
			describe(file)
			for _, r := range file.unwind().ranges {
				if r.End < r.Start {
					t.Fatalf("range %#x", r)
				}
			}
			for _, name := range []string{"f", "puts", "_r_debug", ""} {
				file.Lookup(name)
				file.Exports(name)
			}
			for _, addr := range starts(file) {
				if r, ok := file.Span(addr); ok && !r.Contains(addr) {
					t.Fatalf("Span(%#x) = %#x", addr, r)
				}
				file.EnclosingFunction(addr)
				file.FunctionAt(addr)
				if r, ok := file.Extent(addr); ok && !r.Contains(addr) {
					t.Fatalf("Extent(%#x) = %#x", addr, r)
				}
			}
			if d, err := file.OpenDebug(); err == nil {
				for _, name := range []string{".debug_info", ".debug_str", ".debug_line"} {
					if r, size := d.Section(name); r != nil {
						r.ReadAt(make([]byte, 1), size-1)
					}
				}
				d.Close()
			}
		})
	})
}

// TestAround: EnclosingFunction finds in the raw tables what Functions has in its list.
func TestAround(t *testing.T) {
	f := open(t, "calls-pie")
	checked := 0
	for _, s := range f.Functions(nil) {
		if s.Size == 0 {
			continue
		}
		got, ok := f.EnclosingFunction(s.Value + s.Size - 1)
		if !ok || got.Value < s.Value {
			t.Errorf("last byte of %s: %s, %v", s.Name, got.Name, ok)
		}
		checked++
	}
	if checked == 0 {
		t.Error("no function to look for")
	}
	if _, ok := f.EnclosingFunction(1); ok {
		t.Error("a function at address 1")
	}
}

// TestManyAliases asks for functions of a file with fifty thousand symbols at one
// address. A question about one relocation must not look at all of them.
func TestManyAliases(t *testing.T) {
	x := &index{}
	f := open(t, "calls-pie")
	for range 50_000 {
		x.entries = append(x.entries, 0x3a6<<32|uint64(f.functions().ref(1)))
	}
	f.functions = func() *index { return x }
	begun := time.Now()
	for range 2_000 {
		if r, ok := f.Span(0x3a6); !ok || r.Start != 0x3a6 || len(f.FunctionAt(0x3a6)) != 1 {
			t.Fatal("not found")
		}
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
