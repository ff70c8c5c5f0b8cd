package elf

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestAltLink follows what .gnu_debugaltlink says beside and below the object and among
// separate files, and nowhere else.
func TestAltLink(t *testing.T) {
	dir := t.TempDir()
	program := withDebug(t, dir)
	for _, test := range []struct {
		link string
		want bool // to be opened
	}{
		{"/proc/kmsg", false},
		{"/dev/tty", false},
		{dir + "/../other", false},
		{dir + "x/other", false},
		{"../other", false},
		{dir + "/common", true},
		{dir + "/deep/common", true},
		{"common", true},
		{"/usr/lib/debug/.dwz/x86_64-linux-gnu/common", true},
		{"/usr/lib/debug/../secret", false},
	} {
		link := filepath.Join(dir, "link")
		if err := os.WriteFile(link, []byte(test.link+"\x00aaaabbbbccccdddd"), 0o666); err != nil {
			t.Fatal(err)
		}
		run(t, "objcopy", "--add-section", ".gnu_debugaltlink="+link, program, program+"2")
		want := test.link
		if !filepath.IsAbs(want) {
			want = filepath.Join(dir, want)
		}
		opened := openedBy(t, program+"2")
		if slices.Contains(opened, want) != test.want {
			t.Errorf("%s: opened %q", test.link, opened)
		}
		if !slices.Contains(opened, "/usr/lib/debug/.dwz/"+filepath.Base(test.link)) && !test.want {
			t.Errorf("%s: not among those of distributions: %q", test.link, opened)
		}
	}
}

// withDebug builds a program with debugging information.
func withDebug(t *testing.T, dir string) string {
	t.Helper()
	for _, name := range []string{"gcc", "objcopy"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
	source, program := filepath.Join(dir, "a.c"), filepath.Join(dir, "a")
	if err := os.WriteFile(source, []byte("int main(void) { return 0; }\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	run(t, "gcc", "-g", "-o", program, source)
	return program
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// openedBy lists the paths that are opened for the debugging information of a program.
func openedBy(t *testing.T, program string) []string {
	t.Helper()
	var opened []string
	file, err := os.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	f, err := New(file, &Reader{Open: func(path string) (*os.File, error) {
		opened = append(opened, path)
		return nil, os.ErrNotExist
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := f.OpenDebug()
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	return opened
}
