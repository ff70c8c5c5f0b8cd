//go:build linux

package ptrace

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"

	"plait/arch"
)

// Offsets of registers in struct user_regs_struct (sys/user.h).
const (
	atRDX = 12 * wordSize
	atRSI = 13 * wordSize
	atRDI = 14 * wordSize
	atRIP = 16 * wordSize
	atRSP = 19 * wordSize
)

// TestSetRegs writes few and many registers, known and unknown ones, and reads back
// what was written.
func TestSetRegs(t *testing.T) {
	l, pid := launch(t, "/bin/true")
	saved, err := l.Regs(pid, make([]byte, arch.Native.RegsetSize))
	if err != nil || len(saved) != arch.Native.RegsetSize {
		t.Fatal(len(saved), err)
	}
	for _, change := range [][]int{{atRIP}, {atRIP, atRSP}, {atRDI, atRSI, atRDX}, {}} {
		for _, known := range []bool{true, false} {
			writeRegs(t, l, pid, change, known) // not a subtest, which would run in another thread
		}
	}
	if err := l.SetRegs(pid, saved); err != nil {
		t.Fatal(err)
	}
	if kinds, last := run(t, l, Cont); last.Status != 0 {
		t.Errorf("%v: %+v: its registers are not what they were", kinds, last)
	}
}

func writeRegs(t *testing.T, l *Linux, pid int, change []int, known bool) {
	t.Helper()
	want, err := l.Regs(pid, make([]byte, arch.Native.RegsetSize))
	if err != nil {
		t.Fatal(err)
	}
	for _, reg := range change {
		binary.NativeEndian.PutUint64(want[reg:], binary.NativeEndian.Uint64(want[reg:])+16)
	}
	if !known {
		l.regCache.forget()
	}
	if err := l.SetRegs(pid, want); err != nil {
		t.Fatal(err)
	}
	if got, err := l.Regs(pid, make([]byte, arch.Native.RegsetSize)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("registers %v, known %v: wrote\n%x, read\n%x, %v", change, known, want, got, err)
	}
}

// TestRegsForgotten: after a tracee ran, or its call was changed, its registers are
// read anew.
func TestRegsForgotten(t *testing.T) {
	var l Linux
	b := make([]byte, arch.Native.RegsetSize)
	for name, step := range map[string]func(){
		"restart": func() { l.Restart(-1, Restart{}) },
		"call":    func() { l.SetCall(-1, 0) },
		"result":  func() { l.SetResult(-1, 0) },
		"write":   func() { l.SetRegs(-1, b) },
		"other":   func() { l.regCache.learn(-2, b) },
		"short":   func() { l.regCache.learn(-1, b[:68]) },
	} {
		l.regCache.learn(-1, b)
		if _, known := l.regCache.changes(-1, b, nil); !known {
			t.Fatal("what was learned is not known")
		}
		if step(); l.regCache.tid == -1 {
			t.Errorf("%s: the registers are still taken to be known", name)
		}
	}
}

func TestChanges(t *testing.T) {
	var g registerCache
	b := make([]byte, arch.Native.RegsetSize)
	g.learn(7, b)
	b[atRIP], b[atRSP+7] = 1, 1
	if got, known := g.changes(7, b, make([]int, 0, 2)); !known || !slices.Equal(got, []int{atRIP, atRSP}) {
		t.Errorf("changes %v, %v", got, known)
	}
	if _, known := g.changes(7, b, make([]int, 0, 1)); known {
		t.Error("more changes than there is room for")
	}
}
