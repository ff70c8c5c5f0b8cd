package plt

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"plait/elf"
)

// TestGates compares with objdump, by whose lines a number is loaded shortly before.
func TestGates(t *testing.T) {
	const libc = "/lib/x86_64-linux-gnu/libc.so.6"
	f, err := elf.Open(libc)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	gates := map[uint64]bool{}
	for _, at := range Gates(f, 13, 14, 56, 435) {
		gates[at] = true
	}
	out, err := exec.Command("objdump", "-d", "--no-show-raw-insn", libc).Output()
	if err != nil {
		t.Skip(err)
	}
	at := regexp.MustCompile(`(?m)mov +\$0x(?:d|e|38|1b3),%[er]ax\n(?:.*\n){0,3}? *([0-9a-f]+):\tsyscall`)
	matches := at.FindAllSubmatch(out, -1)
	for _, m := range matches {
		addr, _ := strconv.ParseUint(string(m[1]), 16, 64)
		if !gates[addr] {
			t.Errorf("%#x is missing", addr)
		}
	}
	if len(matches) < 10 || len(gates) > len(matches)+20 {
		t.Errorf("%d gates, objdump has %d", len(gates), len(matches))
	}
}

// TestGatesIn looks that what a few functions lead to is some of all gates, in each of
// the functions that make the calls themselves.
func TestGatesIn(t *testing.T) {
	f, err := elf.Open("/lib/x86_64-linux-gnu/libc.so.6")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	if !f.Imports(func(name string) bool { return name == "__tls_get_addr" }) || f.Imports(func(name string) bool { return name == "sigaction" }) {
		t.Error("the C library imports __tls_get_addr of the loader, and no sigaction")
	}
	all := Gates(f, 13, 14, 56, 435)
	for _, name := range []string{"sigaction", "pthread_sigmask", "setcontext", "swapcontext", "clone", "syscall"} {
		some := GatesIn(f, []string{name}, 13, 14, 56, 435)
		if len(some) == 0 || !slices.Contains(all, some[0]) {
			t.Errorf("%s: gates at %#x, of all %#x", name, some, all)
		}
	}
}

// TestGatesReadOnce counts what is read of a program that makes no system calls itself.
func TestGatesReadOnce(t *testing.T) {
	b, err := os.ReadFile("/bin/true")
	if err != nil {
		t.Skip(err)
	}
	r := &counter{r: bytes.NewReader(b)}
	f, err := elf.NewFile(r, int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	code := 0
	for _, seg := range f.Segments {
		if seg.Executable() {
			code += int(seg.Filesz)
		}
	}
	f.Lookup("syscall") // what this reads is no code
	if r.n = 0; len(Gates(f, 13, 14)) > 0 {
		t.Skip("it makes system calls")
	}
	if r.n < code || r.n > code*3/2 {
		t.Errorf("%d bytes read, of code there are %d", r.n, code)
	}
}

// A counter counts what is read.
type counter struct {
	r io.ReaderAt
	n int
}

func (c *counter) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(b, off)
	c.n += n
	return n, err
}

func BenchmarkGates(b *testing.B) {
	for b.Loop() {
		f, err := elf.Open("/lib/x86_64-linux-gnu/libc.so.6")
		if err != nil {
			b.Skip(err)
		}
		Gates(f, 13, 14, 56, 435)
		f.Close()
	}
}
