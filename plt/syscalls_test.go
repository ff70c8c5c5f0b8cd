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

// TestSyscallAddrs compares with objdump's lines, if a number is loaded shortly before
// the instruction.
func TestSyscallAddrs(t *testing.T) {
	const libc = "/lib/x86_64-linux-gnu/libc.so.6"
	f, err := elf.Open(libc)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	found := map[uint64]bool{}
	for _, at := range SyscallAddrs(f, 13, 14, 56, 435) {
		found[at] = true
	}
	out, err := exec.Command("objdump", "-d", "--no-show-raw-insn", libc).Output()
	if err != nil {
		t.Skip(err)
	}
	at := regexp.MustCompile(`(?m)mov +\$0x(?:d|e|38|1b3),%[er]ax\n(?:.*\n){0,3}? *([0-9a-f]+):\tsyscall`)
	matches := at.FindAllSubmatch(out, -1)
	for _, m := range matches {
		addr, _ := strconv.ParseUint(string(m[1]), 16, 64)
		if !found[addr] {
			t.Errorf("%#x is missing", addr)
		}
	}
	if len(matches) < 10 || len(found) > len(matches)+20 {
		t.Errorf("%d instructions, objdump has %d", len(found), len(matches))
	}
}

// TestSyscallAddrsIn checks that the functions which make the calls themselves have
// such instructions, and that SyscallAddrs finds these, too.
func TestSyscallAddrsIn(t *testing.T) {
	f, err := elf.Open("/lib/x86_64-linux-gnu/libc.so.6")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	if !f.Imports(func(name string) bool { return name == "__tls_get_addr" }) || f.Imports(func(name string) bool { return name == "sigaction" }) {
		t.Error("the C library imports __tls_get_addr of the loader, and no sigaction")
	}
	all := SyscallAddrs(f, 13, 14, 56, 435)
	for _, name := range []string{"sigaction", "pthread_sigmask", "setcontext", "swapcontext", "clone", "syscall"} {
		some := SyscallAddrsIn(f, []string{name}, 13, 14, 56, 435)
		if len(some) == 0 || !slices.Contains(all, some[0]) {
			t.Errorf("%s: instructions at %#x, of all %#x", name, some, all)
		}
	}
}

// TestSyscallAddrsReadOnce counts the bytes read from a program that makes no system
// calls itself.
func TestSyscallAddrsReadOnce(t *testing.T) {
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
	f.Lookup("syscall") // reads no code
	if r.n = 0; len(SyscallAddrs(f, 13, 14)) > 0 {
		t.Skip("it makes system calls")
	}
	if r.n < code || r.n > code*3/2 {
		t.Errorf("%d bytes read, the code has %d", r.n, code)
	}
}

// A counter counts the bytes read.
type counter struct {
	r io.ReaderAt
	n int
}

func (c *counter) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(b, off)
	c.n += n
	return n, err
}

func BenchmarkSyscallAddrs(b *testing.B) {
	for b.Loop() {
		f, err := elf.Open("/lib/x86_64-linux-gnu/libc.so.6")
		if err != nil {
			b.Skip(err)
		}
		SyscallAddrs(f, 13, 14, 56, 435)
		f.Close()
	}
}
