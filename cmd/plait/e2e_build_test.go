package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"plait/internal/cli/clitest"
)

const traceeDir = "../../testdata/tracees"

// A builder compiles tracees, each only once with the same flags.
type builder struct {
	dir   string
	mu    sync.Mutex
	built map[string]func() (string, error)
}

func newBuilder(t *testing.T) *builder {
	return &builder{dir: t.TempDir(), built: map[string]func() (string, error){}}
}

// compilerOf returns the usual compiler of a source file.
func compilerOf(source string) string {
	switch filepath.Ext(source) {
	case ".cpp":
		return "g++"
	case ".rs":
		return "rustc"
	}
	return "gcc"
}

// compile returns the path of the program (or library) built from a tracee. Flags that
// begin with "plait:" are applied to the file afterwards.
func (b *builder) compile(compiler, source string, flags []string) (string, error) {
	key := strings.Join(append([]string{compiler, source}, flags...), "\x00")
	b.mu.Lock()
	build, ok := b.built[key]
	if !ok {
		build = sync.OnceValues(func() (string, error) { return b.build(key, compiler, source, flags) })
		b.built[key] = build
	}
	b.mu.Unlock()
	return build()
}

func (b *builder) build(key, compiler, source string, flags []string) (string, error) {
	path := filepath.Join(traceeDir, source)
	// Reading the source here tells the test cache that we depend on it.
	if _, err := os.ReadFile(path); err != nil {
		return "", err
	}
	dir := filepath.Join(b.dir, fmt.Sprintf("%x", sha256.Sum256([]byte(key)))[:12])
	if err := os.Mkdir(dir, 0o777); err != nil {
		return "", err
	}
	out := filepath.Join(dir, strings.TrimSuffix(source, filepath.Ext(source)))
	args, noHeaders := []string{"-o", out, path}, false
	if compiler != "rustc" {
		args = append(args, "-w")
	}
	for _, flag := range flags {
		if flag == "plait:nosections" {
			noHeaders = true
			continue
		}
		args = append(args, flag)
	}
	if text, err := exec.Command(compiler, args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", compiler, strings.Join(args, " "), err, text)
	}
	if noHeaders {
		return out, dropSections(out)
	}
	return out, nil
}

// dropSections removes what an ELF file needs to find its section headers (elf(5):
// e_shoff, e_shentsize, e_shnum, e_shstrndx), as sstrip does.
func dropSections(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if _, err := file.WriteAt(make([]byte, 8), 40); err != nil {
		return err
	}
	if _, err := file.WriteAt(binary.LittleEndian.AppendUint32(nil, 0), 58); err != nil {
		return err
	}
	if _, err := file.WriteAt(make([]byte, 2), 62); err != nil {
		return err
	}
	return file.Close()
}

// A buildKind is one way to make a program out of calls.c.
type buildKind struct {
	name     string
	compiler string
	needs    string // a program that it needs beside the compiler
	flags    []string
}

// buildKinds returns every compiler with every linker, position-independent or not,
// lazy or not, with and without PLT; then the kinds that cannot be combined freely.
func buildKinds() []buildKind {
	var kinds []buildKind
	linkers := []struct{ name, program string }{{"bfd", "ld.bfd"}, {"gold", "ld.gold"}, {"lld", "ld.lld"}, {"mold", "mold"}}
	models := []struct{ name, flags string }{
		{"lazy", "-Wl,-z,lazy"}, {"now", "-Wl,-z,now"}, {"noplt", "-fno-plt -Wl,-z,now"},
		{"lazy-nopie", "-no-pie -fno-pie -Wl,-z,lazy"}, {"now-nopie", "-no-pie -fno-pie -Wl,-z,now"},
		{"noplt-nopie", "-no-pie -fno-pie -fno-plt"},
	}
	for _, compiler := range []string{"gcc", "clang"} {
		for _, linker := range linkers {
			for _, model := range models {
				flags := append([]string{"-fuse-ld=" + linker.name}, strings.Fields(model.flags)...)
				kinds = append(kinds, buildKind{compiler + "-" + linker.name + "-" + model.name, compiler, linker.program, flags})
			}
		}
	}
	for _, k := range []struct{ name, compiler, needs, flags string }{
		{"gcc-default", "gcc", "gcc", ""},
		{"gcc-O2", "gcc", "gcc", "-O2"},
		{"gcc-O2-noplt", "gcc", "gcc", "-O2 -fno-plt"},
		{"gcc-ibt-lazy", "gcc", "gcc", "-fcf-protection -Wl,-z,ibtplt -Wl,-z,lazy"},
		{"gcc-ibt-now", "gcc", "gcc", "-fcf-protection -Wl,-z,ibtplt -Wl,-z,now"},
		{"gcc-ibt-nopie", "gcc", "gcc", "-fcf-protection -Wl,-z,ibtplt -no-pie -fno-pie"},
		{"gcc-mold-ibt", "gcc", "mold", "-fcf-protection -fuse-ld=mold -Wl,-z,ibtplt"},
		{"clang-lld-ibt", "clang", "ld.lld", "-fcf-protection -fuse-ld=lld -Wl,-z,force-ibt"},
		{"clang-lld-retpoline", "clang", "ld.lld", "-fuse-ld=lld -Wl,-z,retpolineplt -Wl,-z,lazy"},
		{"clang-lld-retpoline-now", "clang", "ld.lld", "-fuse-ld=lld -Wl,-z,retpolineplt -Wl,-z,now"},
		{"gcc-bndplt", "gcc", "gcc", "-Wl,-z,bndplt"},
		{"gcc-stripped", "gcc", "strip", "-s"},
		{"gcc-nosections", "gcc", "gcc", "-s plait:nosections"},
		{"gcc-nosections-noplt", "gcc", "gcc", "-s -fno-plt plait:nosections"},
		{"gcc-ibt-nosections", "gcc", "gcc", "-s -fcf-protection -Wl,-z,ibtplt -Wl,-z,now plait:nosections"},
		{"clang-lld-nosections", "clang", "ld.lld", "-s -fuse-ld=lld plait:nosections"},
		{"gcc-sysvhash", "gcc", "gcc", "-Wl,--hash-style=sysv"},
		{"gcc-gnuhash", "gcc", "gcc", "-Wl,--hash-style=gnu"},
		{"gcc-norelro", "gcc", "gcc", "-Wl,-z,norelro"},
		{"gcc-separate-code", "gcc", "gcc", "-Wl,-z,noseparate-code"},
		{"gcc-mcmodel-large", "gcc", "gcc", "-mcmodel=large"},
		{"gcc-lto", "gcc", "gcc", "-flto -O2"},
		{"gcc-pg", "gcc", "gcc", "-pg"},
		{"gcc-g", "gcc", "gcc", "-g"},
		{"musl-lazy", "musl-gcc", "gcc", "-Wl,-z,lazy"},
		{"musl-now", "musl-gcc", "gcc", "-Wl,-z,now"},
		{"musl-noplt", "musl-gcc", "gcc", "-fno-plt"},
		{"musl-nopie", "musl-gcc", "gcc", "-no-pie -fno-pie"},
	} {
		kinds = append(kinds, buildKind{k.name, k.compiler, k.needs, strings.Fields(k.flags)})
	}
	return kinds
}

// callsOfCalls is what calls.c calls, in order.
const callsOfCalls = "malloc memcpy strcpy free strlen pow getenv puts fflush exit"

// TestBuilds finds the same library calls in every kind of build.
func TestBuilds(t *testing.T) {
	build := newBuilder(t)
	for _, kind := range buildKinds() {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			clitest.Need(t, kind.compiler)
			clitest.Need(t, kind.needs)
			flags := append([]string{"-fno-builtin"}, append(kind.flags, "-lm")...)
			program, err := build.compile(kind.compiler, "calls.c", flags)
			if err != nil {
				t.Fatal(err)
			}
			testBuild(t, program)
		})
	}
}

func testBuild(t *testing.T, program string) {
	trace := filepath.Join(t.TempDir(), "trace.txt")
	// -pg writes its profile to the working directory, so that must be one of ours.
	got := runIn(t, filepath.Dir(trace), "plait", "-o", trace, "--", program)
	if want := (ran{"plait\n", "", "3"}); got != want {
		t.Errorf("traced, the program did %q, not %q", got, want)
	}
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkTrace(string(text)); err != nil {
		t.Error(err)
	}
	if calls := strings.Join(entered(string(text), strings.Fields(callsOfCalls)), " "); calls != callsOfCalls {
		t.Errorf("calls are %q, not %q in\n%s", calls, callsOfCalls, text)
	}
}
