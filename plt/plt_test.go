package plt

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"plait/bound"
	"plait/elf"
)

const testdata = "../testdata/elf/"

// TestSlots shows every field for the prebuilt files. testdata/elf/make.sh has their
// making.
func TestSlots(t *testing.T) {
	tests := []struct {
		name, why string
		slots     []Slot
	}{
		{"calls-pie", "", []Slot{
			{"puts", "GLIBC_2.2.5", 0x380, 0x2000, Stub, 6, 0, 0, 0x380},
			{"chosen", "", 0x390, 0x2008, Stub, 6, 0, 0, 0x390},
		}},
		{"calls-nosections", "", []Slot{
			{"puts", "GLIBC_2.2.5", 0x380, 0x2000, Stub, 6, 0, 0, 0x380},
			{"IREL.0x3a6", "", 0x390, 0x2008, Stub, 6, 0, 0, 0x390}, // its name went with the sections
		}},
		{"calls-now-stripped", "", []Slot{
			{"free", "GLIBC_2.2.5", 0x400380, 0x401fe8, Stub, 6, 0, 0, 0x400380},
			{"puts", "GLIBC_2.2.5", 0x400390, 0x401ff0, Stub, 6, 0, 0, 0x400390},
			{"IREL.0x4003b6", "", 0x4003a0, 0x401ff8, Stub, 6, 0, 0, 0x4003a0},
		}},
		{"calls-noplt", "", []Slot{
			{"puts", "GLIBC_2.2.5", 0x37e, 0x1fd8, Call, 6, 0, 0, 0},
			{"IREL.0x36e", "", 0x385, 0x1fe0, Jump, 6, 0, 0, 0},
		}},
		{"static", "statically linked: no dynamic symbols", nil},
		{"static-pie", "statically linked (static-pie): no imported functions", nil},
		{"versions-gnu.so", "no imported functions", nil},
		{"i386", "32-bit EM_386: only 64-bit amd64 code is traced", nil},
		{"aarch64", "64-bit EM_AARCH64: only 64-bit amd64 code is traced", nil},
		{"powerpc64", "64-bit EM_PPC64, big-endian: only 64-bit amd64 code is traced", nil},
	}
	for _, test := range tests {
		f, err := elf.Open(testdata + test.name)
		if err != nil {
			t.Fatal(err)
		}
		slots, err := Slots(f)
		if err != nil || fmt.Sprint(slots) != fmt.Sprint(test.slots) {
			t.Errorf("%s: %+v, %v, want %+v", test.name, slots, err, test.slots)
		}
		if why := Why(f); why != test.why {
			t.Errorf("%s: why %q, want %q", test.name, why, test.why)
		}
		f.Close()
	}
}

// TestInsideInstruction puts the bytes of a call through puts' word into the constant
// of another instruction. That is not a call.
func TestInsideInstruction(t *testing.T) {
	b, err := os.ReadFile(testdata + "calls-noplt")
	if err != nil {
		t.Fatal(err)
	}
	// 36e: lea, ret (resolve); 376: push, lea, call *puts, pop, jmp *chosen.
	// Now resolve begins with movabs $imm64,%rax.
	call := []byte{0x48, 0xb8, 0xff, 0x15, 0, 0, 0, 0}
	rel := uint32(0x1fd8 - (0x36e + 8))
	call[4], call[5], call[6], call[7] = byte(rel), byte(rel>>8), byte(rel>>16), byte(rel>>24)
	copy(b[0x36e:], call)
	f, err := elf.NewFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	imports, err := importsOf(f)
	if err != nil {
		t.Fatal(err)
	}
	scanned, err := scan(f, &imports)
	if err != nil || len(scanned.candidates) != 4 || scanned.candidates[0].addr != 0x370 {
		t.Fatalf("the scan does not see it: %+v, %v", scanned.candidates, err)
	}
	found, err := Find(f)
	if err != nil || len(found.Slots) != 2 || found.Slots[0].Addr != 0x37e {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestUnconfirmed removes what says where functions begin. The calls in the text are
// counted, but none is believed.
func TestUnconfirmed(t *testing.T) {
	b, err := os.ReadFile(testdata + "calls-noplt")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte{0x50, 0xe5, 0x74, 0x64}) // PT_GNU_EH_FRAME
	copy(b[at:], []byte{0, 0, 0, 0})
	clear(b[40:48]) // e_shoff
	f, err := elf.NewFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if found, err := Find(f); err != nil || len(found.Slots) != 0 || found.Unconfirmed != 2 {
		t.Errorf("%+v, %v", found, err)
	}
}

// TestStubShapes recognizes each stub of amd64_stub.go, and nothing that only looks
// like one.
func TestStubShapes(t *testing.T) {
	tests := []struct {
		name        string
		code        []byte // at a multiple of 16; jumps are FF 25 to anywhere
		jump, start int    // -1: no stub
	}{
		{"lazy", []byte{0xff, 0x25, 0, 0, 0, 0, 0x68, 0, 0, 0, 0, 0xe9, 0, 0, 0, 0}, 0, 0},
		{".plt.got", []byte{0xff, 0x25, 0, 0, 0, 0, 0x66, 0x90}, 0, 0},
		{"bnd", []byte{0xf2, 0xff, 0x25, 0, 0, 0, 0, 0x90}, 0, 0},
		{"endbr64 bnd", []byte{0xf3, 0x0f, 0x1e, 0xfa, 0xf2, 0xff, 0x25, 0, 0, 0, 0, 0x0f, 0x1f, 0x44, 0, 0}, 4, 0},
		{"endbr64", []byte{0xf3, 0x0f, 0x1e, 0xfa, 0xff, 0x25, 0, 0, 0, 0, 0x66, 0x0f, 0x1f, 0x44, 0, 0}, 4, 0},
		{"mold", []byte{0xf3, 0x0f, 0x1e, 0xfa, 0x41, 0xbb, 1, 0, 0, 0, 0xff, 0x25, 0, 0, 0, 0}, 10, 0},
		{"absolute", []byte{0xff, 0x24, 0x25, 0, 0, 0, 0, 0x90}, 0, 0},
		{"second in a row", []byte{0xff, 0x25, 0, 0, 0, 0, 0x66, 0x90, 0xff, 0x25, 0, 0, 0, 0, 0x66, 0x90}, 8, 8},
		{"not aligned", []byte{0x90, 0xff, 0x25, 0, 0, 0, 0, 0x90}, -1, 0},
		{"followed by code", []byte{0xff, 0x25, 0, 0, 0, 0, 0x31, 0xc0, 0xc3, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc}, -1, 0},
		{"call", []byte{0xff, 0x15, 0, 0, 0, 0, 0x66, 0x90}, -1, 0},
	}
	for _, test := range tests {
		const base = 0x1000
		around := bytes.Repeat([]byte{0xcc}, 64)
		code := append(append(around[:16:16], test.code...), around...)
		c := &confirmer{insn: codeReader{view: code, at: base - 16}}
		op := max(bytes.LastIndex(test.code, []byte{0xff, 0x25}), bytes.LastIndex(test.code, []byte{0xff, 0x24}), 0)
		start, jump, ok := c.stubAt(base + uint64(op))
		if ok != (test.jump >= 0) || ok && (start != base+uint64(test.start) || jump != base+uint64(test.jump)) {
			t.Errorf("%s: start %#x jump %#x %v", test.name, start, jump, ok)
		}
	}
}

// FuzzSlots demands, in any bytes, that every slot found is such an instruction.
func FuzzSlots(f *testing.F) {
	names, _ := filepath.Glob(testdata + "*")
	for _, name := range names {
		if b, err := os.ReadFile(name); err == nil && bytes.HasPrefix(b, []byte("\x7fELF")) {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		bound.Input(t, func() {
			file, err := elf.NewFile(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				return
			}
			Why(file)
			found, _ := Find(file)
			for _, s := range found.Slots {
				checkSlot(t, file, s)
			}
		})
	})
}

// BenchmarkSlots opens the biggest objects of the machine and finds their slots.
func BenchmarkSlots(b *testing.B) {
	for _, path := range []string{"/usr/bin/node", "/usr/lib/x86_64-linux-gnu/libLLVM-14.so.1", "/usr/bin/git"} {
		b.Run(filepath.Base(path), func(b *testing.B) {
			info, err := os.Stat(path)
			if err != nil {
				b.Skip(err)
			}
			b.SetBytes(info.Size())
			for b.Loop() {
				f, err := elf.Open(path)
				if err != nil {
					b.Fatal(err)
				}
				if slots, err := Slots(f); err != nil || len(slots) == 0 {
					b.Fatal(len(slots), err)
				}
				f.Close()
			}
		})
	}
}
