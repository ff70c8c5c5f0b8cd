package plt

import (
	"os/exec"
	"regexp"
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
