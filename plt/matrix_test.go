package plt

import (
	"encoding/binary"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plait/arch"
	"plait/elf"
)

// calls.c makes eleven different calls. Besides, free's address is taken, and strlen is
// an IFUNC. All other imports of a build come from its start files.
const callsC = `
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
void (*volatile release)(void *);
volatile double two = 2;
int main(int argc, char **argv) {
	char *p = malloc(100);
	strcpy(p, argv[0]);
	size_t n = strlen(p);
	puts(p);
	printf("%d %f\n", (int)n, pow(two, argc));
	release = free;
	if (argc > 100)
		release(p);
	free(p);
	p = getenv("HOME");
	fflush(stdout);
	return rand() % 2 + (int)getpid() * 0;
}
`

var eleven = []string{"fflush", "free", "getenv", "getpid", "malloc", "pow", "printf", "puts", "rand", "strcpy", "strlen"}

// A build is one way to make calls.c into a program.
type build struct {
	name string
	cc   string // and what else must be installed, separated by commas
	args string
	edit func(t *testing.T, path string) // after linking
}

func builds() []build {
	var all []build
	for _, cc := range []string{"gcc", "clang"} {
		for _, ld := range []string{"bfd", "gold", "lld", "mold"} {
			tools := cc + "," + map[string]string{"bfd": "ld.bfd", "gold": "ld.gold", "lld": "ld.lld", "mold": "mold"}[ld]
			use := "-fuse-ld=" + ld
			for kind, args := range map[string]string{
				"pie-lazy": "-fPIE -pie -Wl,-z,lazy", "pie-now": "-fPIE -pie -Wl,-z,relro,-z,now",
				"nopie-lazy": "-fno-pie -no-pie -Wl,-z,lazy", "nopie-now": "-fno-pie -no-pie -Wl,-z,now",
				"noplt": "-fPIE -pie -fno-plt", "noplt-O2": "-O2 -fno-builtin -fPIE -pie -fno-plt",
				"noplt-nopie": "-fno-pie -no-pie -fno-plt",
				"ibt":         "-fPIE -pie -fcf-protection", "ibt-noplt": "-fPIE -pie -fcf-protection -fno-plt",
				"stripped": "-fPIE -pie -s", "norelro": "-Wl,-z,norelro", "sysv": "-Wl,--hash-style=sysv",
			} {
				all = append(all, build{cc + "-" + ld + "-" + kind, tools, use + " " + args, nil})
			}
		}
	}
	return append(all, oddBuilds()...)
}

func oddBuilds() []build {
	return []build{
		{"gcc-ibtplt-lazy", "gcc", "-fcf-protection -Wl,-z,ibtplt -Wl,-z,lazy", nil},
		{"gcc-ibtplt-now", "gcc", "-fcf-protection -Wl,-z,ibtplt -Wl,-z,now", nil},
		{"gcc-ibtplt-nopie", "gcc", "-fcf-protection -Wl,-z,ibtplt -no-pie", nil},
		{"gcc-bndplt", "gcc", "-Wl,-z,bndplt -Wl,-z,lazy", nil},
		{"clang-lld-force-ibt", "clang,ld.lld", "-fuse-ld=lld -fcf-protection -Wl,-z,force-ibt", nil},
		{"clang-lld-retpoline", "clang,ld.lld", "-fuse-ld=lld -Wl,-z,retpolineplt -Wl,-z,lazy", nil},
		{"clang-lld-retpoline-now", "clang,ld.lld", "-fuse-ld=lld -Wl,-z,retpolineplt -Wl,-z,now", nil},
		{"clang-lld-retpoline-nopie", "clang,ld.lld", "-fuse-ld=lld -Wl,-z,retpolineplt -no-pie", nil},
		{"clang-mretpoline-noplt", "clang", "-O2 -fno-builtin -mretpoline -fno-plt", nil},
		{"gcc-thunk-noplt", "gcc", "-O2 -fno-builtin -mindirect-branch=thunk -fno-plt", nil},
		{"gcc-mcmodel-large", "gcc", "-mcmodel=large -no-pie -fno-pie", nil},
		{"gcc-mcmodel-medium", "gcc", "-mcmodel=medium", nil},
		{"gcc-pg", "gcc", "-pg", nil},
		{"gcc-lto", "gcc", "-flto -O1 -fno-builtin", nil},
		{"gcc-O2-sections", "gcc", "-O2 -fno-builtin -ffunction-sections -Wl,--gc-sections", nil},
		{"gcc-nounwind", "gcc", "-fno-asynchronous-unwind-tables -fno-plt", nil},
		{"gcc-noshdr", "gcc", "-Wl,-z,lazy", dropSections},
		{"gcc-noplt-noshdr", "gcc", "-fno-plt -s", dropSections},
		{"gcc-ibt-noshdr", "gcc", "-fcf-protection -Wl,-z,ibtplt -s", dropSections},
		{"clang-lld-noshdr", "clang,ld.lld", "-fuse-ld=lld -s", dropSections},
		{"musl", "musl-gcc", "", nil},
		{"musl-now-s", "musl-gcc", "-Wl,-z,now -s", nil},
		{"musl-noplt", "musl-gcc", "-fno-plt", nil},
	}
}

// dropSections removes a program's section headers, as sstrip does.
func dropSections(t *testing.T, path string) {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	binary.LittleEndian.PutUint64(b[40:], 0) // e_shoff
	clear(b[58:64])                          // e_shentsize, e_shnum, e_shstrndx
	if err := os.WriteFile(path, b, 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestMatrix demands the same calls of one program, however it was built.
func TestMatrix(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "calls.c")
	if err := os.WriteFile(source, []byte(callsC), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, b := range builds() {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			f := b.make(t, dir, source)
			found, err := Find(f)
			if err != nil || found.Unconfirmed != 0 {
				t.Errorf("%v, %d unconfirmed", err, found.Unconfirmed)
			}
			names := map[string]bool{}
			for _, s := range found.Slots {
				names[s.Name] = true
				checkSlot(t, f, s)
			}
			for _, name := range eleven {
				if !names[name] {
					t.Errorf("no slot of %s", name)
				}
				delete(names, name)
			}
			for name := range names {
				if !ofStartFiles(name) {
					t.Errorf("slot of %s, which the program does not call", name)
				}
			}
		})
	}
}

// ofStartFiles reports whether crt1.o or its like calls a function.
func ofStartFiles(name string) bool {
	return strings.HasPrefix(name, "__") || name == "_mcleanup" || name == "mcount" || strings.HasPrefix(name, "_ITM_")
}

func (b build) make(t *testing.T, dir, source string) *elf.File {
	t.Helper()
	tools := strings.Split(b.cc, ",")
	for _, tool := range tools {
		need(t, tool)
	}
	path := filepath.Join(dir, b.name)
	args := append(append([]string{"-O0", "-fno-builtin", "-w"}, strings.Fields(b.args)...), source, "-lm", "-o", path)
	if out, err := exec.Command(tools[0], args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", tools[0], strings.Join(args, " "), err, out)
	}
	if b.edit != nil {
		b.edit(t, path)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// need skips the test if a tool is missing; with PLAIT_REQUIRE set it fails.
func need(t *testing.T, tool string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err == nil {
		return
	}
	if os.Getenv("PLAIT_REQUIRE") != "" {
		t.Fatalf("%s is missing", tool)
	}
	t.Skipf("%s is missing", tool)
}

// checkSlot demands that the instruction at a slot is what its form says.
func checkSlot(t *testing.T, f *elf.File, s Slot) {
	t.Helper()
	code := make([]byte, 15)
	n, _ := f.ReadMem(code, s.Addr)
	in, ok := arch.DecodeAMD64(code[:n])
	if !ok || in.Len != s.Len {
		t.Errorf("%+v: no instruction of that length: % x", s, code)
		return
	}
	switch s.Form {
	case Stub, Jump:
		ok = in.Flow == arch.FlowIndirectJump && operand(code, in, s) == s.GOT
	case Call:
		ok = in.Flow == arch.FlowIndirectCall && operand(code, in, s) == s.GOT
	case LoadStub:
		ok = in.Op == 0x8b && operand(code, in, s) == s.GOT && int(regField(code, in)) == s.Reg
	case RegisterCall:
		ok = in.Flow == arch.FlowCall || in.Flow == arch.FlowIndirectCall && int(rmField(code, in)) == s.Reg
	case RegisterJump:
		ok = in.Flow == arch.FlowJump || in.Flow == arch.FlowIndirectJump && int(rmField(code, in)) == s.Reg
	case SpilledCall:
		ok = in.Flow == arch.FlowIndirectCall && throughFrame(code[in.ModRM:]) && int(rmField(code, in)) == s.Reg
	default:
		ok = false
	}
	if !ok {
		t.Errorf("%+v: not such an instruction: % x", s, code[:in.Len])
	}
	if (s.Form == Stub || s.Form == LoadStub) != (s.Stub != 0) {
		t.Errorf("%+v: form %v", s, s.Form)
	}
}

// operand returns the address of the word that an instruction uses.
func operand(code []byte, in arch.Insn, s Slot) uint64 {
	if in.RIPRel >= 0 {
		return s.Addr + uint64(in.Len) + signed(code[in.RIPRel:])
	}
	return signed(code[in.Disp:])
}

// TestMatrixForms demands the forms that the compilers are known to make, so that
// TestMatrix tests what it claims.
func TestMatrixForms(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "calls.c")
	if err := os.WriteFile(source, []byte(callsC), 0o644); err != nil {
		t.Fatal(err)
	}
	want := map[string]Form{
		"gcc-bfd-pie-lazy": Stub, "gcc-ibtplt-now": Stub, "clang-lld-retpoline": LoadStub,
		"clang-lld-retpoline-now": LoadStub, "gcc-bfd-noplt": Call, "clang-mretpoline-noplt": RegisterCall,
	}
	all := builds()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		t.Run(name, func(t *testing.T) {
			i := slices.IndexFunc(all, func(b build) bool { return b.name == name })
			slots, err := Slots(all[i].make(t, dir, source))
			if err != nil {
				t.Fatal(err)
			}
			i = slices.IndexFunc(slots, func(s Slot) bool { return s.Name == "puts" })
			if i < 0 || slots[i].Form != want[name] {
				t.Errorf("puts: %+v, want %v", slots, want[name])
			}
		})
	}
}
