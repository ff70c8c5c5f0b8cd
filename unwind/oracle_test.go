package unwind

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"plait/elf"
)

// TestOracle compares the rules of every row of every function in the system's
// libraries with what Delve's reader says about them. tools/framerows asks that reader.
func TestOracle(t *testing.T) {
	tool := filepath.Join(t.TempDir(), "framerows")
	build := exec.Command("go", "build", "-o", tool, ".")
	build.Dir = "../tools/framerows"
	if out, err := build.CombinedOutput(); err != nil {
		if os.Getenv("PLAIT_REQUIRE") != "" {
			t.Fatalf("tools/framerows: %v\n%s", err, out)
		}
		t.Skipf("tools/framerows: %v", err)
	}
	for _, pattern := range []string{"/lib*/ld-linux-x86-64.so.2", "libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libcrypto.so.3", "/usr/bin/python3", "/usr/bin/bash"} {
		if !filepath.IsAbs(pattern) {
			pattern = filepath.Join("/usr/lib/*", pattern)
		}
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			t.Run(filepath.Base(path), func(t *testing.T) {
				t.Parallel()
				compareRows(t, tool, path)
			})
		}
	}
}

// compareRows compares the rows of one file.
func compareRows(t *testing.T, tool, path string) {
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if !file.Native() {
		t.Skip("of another machine")
	}
	var at []uint64
	var ours []string
	for line := range strings.Lines(output(t, tool, nil, path)) {
		var begin, end uint64
		if _, err := fmt.Sscanf(line, "%x %x", &begin, &end); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		frame, ok := file.CallFrame(begin)
		if !ok || frame.Start != begin || frame.End != end {
			t.Errorf("the function %#x-%#x is %#x-%#x, %v", begin, end, frame.Start, frame.End, ok)
			continue
		}
		for _, addr := range rowsOf(&frame) {
			at, ours = append(at, addr), append(ours, rowText(&frame, addr))
		}
	}
	var in bytes.Buffer
	for _, addr := range at {
		fmt.Fprintf(&in, "%x\n", addr)
	}
	theirs := strings.Split(strings.TrimSpace(output(t, tool, &in, "-rules", path)), "\n")
	if len(at) < 50 || len(theirs) != len(at) {
		t.Fatalf("%d addresses, %d answers", len(at), len(theirs))
	}
	wrong := 0
	for i, addr := range at {
		if ours[i] != theirs[i] {
			if wrong++; wrong <= 10 {
				t.Errorf("at %#x: %s\n\tDelve: %s", addr, ours[i], theirs[i])
			}
		}
	}
	t.Logf("%d places, %d differ", len(at), wrong)
}

func output(t *testing.T, tool string, in *bytes.Buffer, args ...string) string {
	t.Helper()
	c := exec.Command(tool, args...)
	if c.Stderr = os.Stderr; in != nil {
		c.Stdin = in
	}
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// rowsOf returns the first and the last address of each row of a function.
func rowsOf(frame *elf.CallFrame) []uint64 {
	at := []uint64{frame.Start, frame.End - 1}
	m := &machine{frame: frame, loc: frame.Start, reader: reader{b: frame.Insns, at: frame.InsnsAt}}
	for !m.reader.done() {
		op := m.reader.byte()
		if next, ok := m.advance(op); !ok {
			m.instruction(op)
		} else if m.loc = next; frame.Start < next && next < frame.End {
			at = append(at, next-1, next)
		}
	}
	return at
}

// rowText returns a row as framerows writes it.
func rowText(frame *elf.CallFrame, addr uint64) string {
	u, ok := execute(frame, addr)
	if !ok {
		return "unreadable"
	}
	b := fmt.Appendf(nil, "ra=%d cfa=", u.ret)
	if u.cfaExpr != nil {
		b = fmt.Appendf(b, "%x", u.cfaExpr)
	} else {
		b = fmt.Appendf(b, "r%d%+d", u.cfaReg, u.cfaOffset)
	}
	for n, r := range u.reg {
		switch r.kind {
		case atOffset:
			b = fmt.Appendf(b, " %d=*c%+d", n, r.offset)
		case isOffset:
			b = fmt.Appendf(b, " %d=c%+d", n, r.offset)
		case inRegister:
			b = fmt.Appendf(b, " %d=r%d", n, r.reg)
		case atExpression:
			b = fmt.Appendf(b, " %d=*%x", n, r.expr)
		case isExpression:
			b = fmt.Appendf(b, " %d=%x", n, r.expr)
		case undefined:
			if uint64(n) == u.ret {
				b = fmt.Appendf(b, " %d=undefined", n)
			}
		}
	}
	return string(b)
}
