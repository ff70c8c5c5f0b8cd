package plt

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plait/arch"
	"plait/elf"
)

// TestRegisters analyses small functions. In the code, L0 and L1 stand for a load of
// import 0 and 1: 48 8b 05 (rax), 48 8b 1d (rbx) or 48 8b 0d (rcx) with any
// displacement. The calls are expected as offset, form and import.
func TestRegisters(t *testing.T) {
	const (
		rbxL0, rbxL1 = "488b1d00000000", "488b1d01000000"
		raxL0        = "488b0500000000"
		callOther    = "e800000000"
		callRBX      = "ffd3"
		callRAX      = "ffd0"
		jmpRAX       = "ffe0"
	)
	tests := []struct{ name, code, want string }{
		{"straight", raxL0 + callRAX, "7 register call 0"},
		{"tail call", raxL0 + jmpRAX, "7 register jump 0"},
		{"callee-saved lives over a call", rbxL0 + callOther + callRBX, "12 register call 0"},
		{"caller-saved does not", raxL0 + callOther + callRAX, ""},
		{"nor over the call itself", raxL0 + callRAX + callRAX, "7 register call 0"},
		{"restored by pop", rbxL0 + "5b" + callRBX, ""},
		{"cleared by xor", rbxL0 + "31db" + callRBX, ""},
		{"overwritten from memory", rbxL0 + "488b18" + callRBX, ""},
		{"compared only", rbxL0 + "4885db" + "4839d8" + callRBX, "13 register call 0"},
		{"copied", raxL0 + "4889c3" + callOther + callRBX, "15 register call 0"},
		{"copied by 32 bits", raxL0 + "89c3" + callRBX, ""},
		{"other register", rbxL0 + callRAX, ""},
		{"through memory at the register", rbxL0 + "ff13", ""},
		{"one of two", "7409" + rbxL0 + "eb07" + rbxL1 + callRBX, "18 register call 0, 18 register call 1"},
		{"backward branch", callRBX + rbxL0 + "ebf5", "0 register call 0"},
		{"two rounds", callRAX + "4889d8" + rbxL0 + "7ff2" + "c3", "0 register call 0"},
		{"spilled", raxL0 + "4889442408" + callOther + "488b5c2408" + callRBX, "22 register call 0"},
		{"spilled elsewhere", raxL0 + "4889442408" + callOther + "488b5c2410" + callRBX, ""},
		{"spill slot used again", raxL0 + "4889442408" + "4889542408" + "488b5c2408" + callRBX, ""},
		{"called where it was spilled", raxL0 + "4889442408" + callOther + "ff542408", "17 spilled call 0"},
		{"at rbp", raxL0 + "488945f8" + callOther + "ff55f8", "16 spilled call 0"},
		{"at a distance", raxL0 + "48898424f0000000" + callOther + "ff9424f0000000", "20 spilled call 0"},
		{"at rsp itself", raxL0 + "48890424" + callOther + "ff1424", "16 spilled call 0"},
		{"called where another was spilled", raxL0 + "4889442408" + "4889542408" + "ff542408", ""},
		{"called elsewhere", raxL0 + "4889442408" + callOther + "ff542410", ""},
		{"called in another segment", raxL0 + "4889442408" + "64ff542408", ""},
		{"called at r12", raxL0 + "4889442408" + "41ff542408", ""},
		{"one of two spilled", "7409" + raxL0 + "eb07" + "488b0501000000" + "4889442408" + "ff542408", "23 spilled call 0, 23 spilled call 1"},
		{"landing pad", rbxL0 + callOther + "c3" + callRBX, "13 register call 0"},
		{"landing pad without", raxL0 + callOther + "c3" + callRAX, ""},
		{"case of a table", rbxL0 + "ff24c500000000" + callRBX, "14 register call 0"},
		{"case reached from another", rbxL0 + "ff24c500000000" + "31db" + callRBX, "16 register call 0"},
	}
	for _, test := range tests {
		code, err := hex.DecodeString(test.code)
		if err != nil {
			t.Fatal(test.name, err)
		}
		if got := calls(code); got != test.want {
			t.Errorf("%s (%x): %q, want %q", test.name, code, got, test.want)
		}
	}
}

// calls lists the calls through registers in a function at address 0.
func calls(code []byte) string {
	words := []word{{addr: 0x100, name: "0"}, {addr: 0x200, name: "1"}}
	c := &confirmer{imports: &imports{words: words}}
	fn := function{c: c}
	for pos := 0; pos < len(code); {
		in, ok := arch.DecodeAMD64(code[pos:])
		if !ok {
			return fmt.Sprintf("no instruction at %d", pos)
		}
		var at *candidate
		if in.Op == 0x8b && in.RIPRel >= 0 {
			at = &candidate{word: int(code[pos+in.RIPRel]), load: true}
		}
		fn.record(pos, code[pos:pos+in.Len], in, at)
		pos += in.Len
	}
	fn.follow()
	var all []string
	for _, s := range c.found.Slots {
		all = append(all, fmt.Sprint(s.Addr, " ", s.Form, " ", s.Name))
	}
	return strings.Join(all, ", ")
}

// TestRegistersMany no longer tracks a register that may hold more than three imports,
// and names everything that the function loads.
func TestRegistersMany(t *testing.T) {
	var code []byte
	for range 4 {
		code = append(code, 0x74, 0x07, 0x48, 0x8b, 0x1d, byte(len(code)/9&1), 0, 0, 0) // je over it; mov
	}
	if got, want := calls(append(code, 0xff, 0xd3)), "36 register call 0, 36 register call 1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s := set{}
	for w := range uint8(4) {
		if !s.add(w) {
			t.Errorf("%d was in the set", w)
		}
	}
	if s.n != many || s.add(5) {
		t.Errorf("%+v", s)
	}
}

// TestHoisted demands all calls through registers in loops from which a compiler has
// hoisted the loads. A call of a function parameter is not one of them.
func TestHoisted(t *testing.T) {
	need(t, "clang")
	dir := t.TempDir()
	source, path := filepath.Join(dir, "h.c"), filepath.Join(dir, "h")
	const text = `
int puts(const char *); int rand(void); void free(void *);
int loop(int n) { int s = 0; while (n--) { s += rand(); puts("a"); puts("b"); s ^= rand(); } return s; }
void *taken(int (*f)(int), int n) { f(n); f(f(n)); return free; }
int main(int n, char **argv) { return loop(n); }
`
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"-O2", "-fno-builtin", "-fno-plt", "-fno-inline", source, "-o", path}
	if out, err := exec.Command("clang", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found, err := Find(f)
	if err != nil {
		t.Fatal(err)
	}
	if calls, slots := registerCalls(t, f, "loop"), slotsIn(t, f, found, "loop", RegisterCall); calls != slots || calls < 4 {
		t.Errorf("loop: %d calls through registers, %d slots", calls, slots)
	}
	if calls, slots := registerCalls(t, f, "taken"), slotsIn(t, f, found, "taken", RegisterCall); calls != 3 || slots != 0 {
		t.Errorf("taken: %d calls through registers, %d slots", calls, slots)
	}
}

func extentOf(t *testing.T, f *elf.File, name string) elf.Range {
	t.Helper()
	for _, s := range f.Functions(nil) {
		if s.Name == name {
			return elf.Range{Start: s.Value, End: s.Value + s.Size}
		}
	}
	t.Fatalf("no function %s", name)
	return elf.Range{}
}

func slotsIn(t *testing.T, f *elf.File, found Found, name string, form Form) int {
	n := 0
	for _, s := range found.Slots {
		if s.Form == form && extentOf(t, f, name).Contains(s.Addr) {
			n++
		}
	}
	return n
}

func registerCalls(t *testing.T, f *elf.File, name string) int {
	r := extentOf(t, f, name)
	code := make([]byte, r.End-r.Start)
	if _, err := f.ReadMem(code, r.Start); err != nil {
		t.Fatal(err)
	}
	n := 0
	for len(code) > 0 {
		in, ok := arch.DecodeAMD64(code)
		if !ok {
			t.Fatalf("% x", code)
		}
		if in.Flow == arch.FlowIndirectCall && code[in.ModRM] >= 0xc0 {
			n++
		}
		code = code[in.Len:]
	}
	return n
}

// TestRust finds what a Rust program calls. It has no PLT.
func TestRust(t *testing.T) {
	need(t, "rustc")
	dir := t.TempDir()
	source, path := filepath.Join(dir, "h.rs"), filepath.Join(dir, "h")
	if err := os.WriteFile(source, []byte(`fn main() { println!("{}", std::env::args().count()); }`), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("rustc", "-O", source, "-o", path).CombinedOutput(); err != nil {
		if bytes.Contains(out, []byte("no default toolchain")) && os.Getenv("PLAIT_REQUIRE") == "" {
			t.Skip("rustc has no toolchain")
		}
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found, err := Find(f)
	if err != nil || found.Unconfirmed != 0 {
		t.Errorf("%v, %d unconfirmed", err, found.Unconfirmed)
	}
	for _, s := range found.Slots {
		checkSlot(t, f, s)
	}
	has, lacks := covered(t, f, found.Slots)
	t.Logf("%d imports with a slot; without: %q", has, lacks)
	if has < 40 || len(lacks)*10 > has {
		t.Errorf("%d imports with a slot; without: %q", has, lacks)
	}
}
