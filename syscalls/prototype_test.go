package syscalls

import (
	"testing"

	"plait/arch"
	"plait/proto"
)

// TestEveryCallHasAPrototype: every number has a prototype, so no argument is a mere
// guess.
func TestEveryCallHasAPrototype(t *testing.T) {
	table := For(arch.AMD64, 0)
	for nr := range uint64(table.Len()) {
		name, ok := table.Name(nr)
		if p := table.Prototype(nr); ok != (p != nil) {
			t.Errorf("%d %s: prototype %v", nr, name, p)
		}
	}
}

func TestCallsParse(t *testing.T) {
	file, errs := proto.Parse("calls.conf", callsText, proto.Embedded(arch.AMD64))
	for _, err := range errs {
		t.Error(err)
	}
	for _, name := range file.Names() {
		if _, ok := amd64().Number(name); !ok {
			t.Errorf("calls.conf: there is no call %q", name)
		}
	}
}

// TestCallsAreAllPrototypes: each is found as it is among items of all kinds.
func TestCallsAreAllPrototypes(t *testing.T) {
	types := proto.Embedded(arch.AMD64)
	scanned, prototypes := proto.Scan("calls.conf", callsText, types), proto.Prototypes("calls.conf", callsText, types)
	for _, name := range scanned.Names() {
		want, _ := scanned.Describe(name)
		got, ok := prototypes.Describe(name)
		if !ok || got.Text != want.Text || got.Line != want.Line {
			t.Errorf("%s: line %d: %s, want line %d: %s", name, got.Line, got.Text, want.Line, want.Text)
		}
	}
}

func TestCallsOf386Parse(t *testing.T) {
	file, errs := proto.Parse("calls_386.conf", calls386Text, proto.Embedded(arch.I386))
	for _, err := range errs {
		t.Error(err)
	}
	inner := map[string]bool{}
	for _, r := range innerRows() {
		inner[innerPrefix+r.name] = true
	}
	for _, name := range file.Names() {
		if _, ok := i386().Number(name); !ok && !inner[name] {
			t.Errorf("calls_386.conf: there is no call %q", name)
		}
	}
	table := For(arch.AMD64, arch.I386.Audit)
	for _, name := range []string{"openat", "stat64", "mmap2", "clone3", "futex_time64", "rt_sigaction"} {
		if nr, _ := table.Number(name); table.Prototype(nr) == nil {
			t.Errorf("%s has no prototype", name)
		}
	}
}

func TestCallsOfX32Parse(t *testing.T) {
	_, errs := proto.Parse("calls_x32.conf", callsX32Text, proto.Embedded(arch.X32))
	for _, err := range errs {
		t.Error(err)
	}
	table := For(arch.AMD64, 0)
	for nr, e := range x32Rows() {
		if p := table.Prototype(uint64(nr) | x32Bit); (p == nil) != (e.name == "") {
			t.Errorf("x32 %d %s: prototype %v", nr, e.name, p)
		}
	}
}

// BenchmarkFirstPrototype: starting to decode must cost little, because nothing is
// parsed that is not used.
func BenchmarkFirstPrototype(b *testing.B) {
	for b.Loop() {
		if For(arch.AMD64, 0).Prototype(0) == nil {
			b.Fatal("no prototype")
		}
	}
}

// BenchmarkFirstSharedPrototype uses types that the library calls' database has already
// loaded.
func BenchmarkFirstSharedPrototype(b *testing.B) {
	types := proto.Embedded(arch.AMD64)
	for b.Loop() {
		table := For(arch.AMD64, 0)
		table.ShareTypes(types)
		if table.Prototype(0) == nil {
			b.Fatal("no prototype")
		}
	}
}

func BenchmarkAllPrototypes(b *testing.B) {
	for b.Loop() {
		table := For(arch.AMD64, 0)
		for nr := range uint64(table.Len()) {
			table.Prototype(nr)
		}
	}
}
