package pagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// plait builds plait, once, and returns its path or why it can't be built.
var plait = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pagetest")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "plait")
	return path, command("go", "build", "-C", "../..", "-ldflags", "-E plait_start", "-o", path, "./cmd/plait")
})

// command runs a command. Its error has what the command wrote.
func command(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return &failure{name, err, out}
	}
	return nil
}

type failure struct {
	name string
	err  error
	out  []byte
}

func (f *failure) Error() string { return f.name + ": " + f.err.Error() + "\n" + string(f.out) }

// compile compiles a C program, without functions that the compiler would replace.
func compile(t testing.TB, source string, options ...string) string {
	t.Helper()
	dir := t.TempDir()
	file, program := filepath.Join(dir, "prog.c"), filepath.Join(dir, "prog")
	if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := command("gcc", append([]string{"-g", "-w", "-O0", "-fno-builtin", "-o", program, file}, options...)...); err != nil {
		t.Fatal(err)
	}
	return program
}

// live traces a command line, which may begin with options of plait, and returns the path
// of the page.
func live(t testing.TB, words ...string) string {
	t.Helper()
	program, err := plait()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "trace.html")
	if err := command(program, append([]string{"-o", path}, words...)...); err != nil {
		t.Fatal(err)
	}
	return path
}
