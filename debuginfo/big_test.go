package debuginfo

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plait/elf"
)

// A repeated is the same bytes again and again, up to size. It counts what is read of
// them. Each copy of the unit has another address, at the same place in the unit.
type repeated struct {
	unit  []byte
	pc    int // where in the unit its address is
	size  int64
	moved int64
}

func (r *repeated) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	for n < len(b) && off+int64(n) < r.size {
		at := off + int64(n)
		i := at / int64(len(r.unit))
		unit := bytes.Clone(r.unit)
		unit[r.pc+2], unit[r.pc+3], unit[r.pc+4] = byte(i), byte(i>>8), byte(i>>16)
		n += copy(b[n:], unit[at%int64(len(unit)):])
	}
	r.moved += int64(n)
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// TestBig asks for a function in the last of so many units that they take 500 MB. That
// must read a small part of .debug_info, and visit few entries.
func TestBig(t *testing.T) {
	dir := t.TempDir()
	source := "struct pair { int a, b; };\n"
	for i := range 100 {
		source += fmt.Sprintf("static int f%d(struct pair *p, const char *s) { return p->a + %d; }\nvoid *g%d = f%d;\n", i, i, i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.c"), []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	if !build(t, dir, "gcc -g -shared -fPIC -o $OUT a.c", out) {
		t.Skip("needs gcc")
	}
	object, err := elf.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer object.Close()
	d, err := object.OpenDebug()
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	all := object.Functions(nil)
	f := all[slices.IndexFunc(all, func(s elf.Symbol) bool { return s.Name == "f50" })]
	in, info := openRepeated(t, d)
	last := info.size/int64(len(info.unit)) - 1
	text := in.Function(f.Name, f.Value+uint64(last)<<16)
	if !strings.Contains(text, "(=pair.") || !strings.Contains(text, "* p, string s);") {
		t.Errorf("%s: %q", f.Name, text)
	}
	if info.moved > info.size/10 || in.budget < maxEntries/2 {
		t.Errorf("%d bytes of %d read, %d entries visited", info.moved, info.size, maxEntries-in.budget)
	}
	t.Logf("%d units: %d of %d bytes read, %d entries visited", last+1, info.moved, info.size, maxEntries-in.budget)
}

// openRepeated opens debugging information as if there were 500 MB of its unit.
func openRepeated(t *testing.T, d *elf.DebugFile) (*Info, *repeated) {
	t.Helper()
	r, size := d.Section(".debug_info")
	unit := make([]byte, size)
	r.ReadAt(unit, 0)
	first := newInfo(d.Section).units[0].rootEntry()
	low, _ := first.address(0x11) // DW_AT_low_pc
	var b [8]byte
	for i := range b {
		b[i] = byte(low >> (8 * i))
	}
	info := &repeated{unit: unit, pc: bytes.Index(unit, b[:]), size: 500 << 20 / size * size}
	sections := func(name string) (io.ReaderAt, int64) {
		switch name {
		case ".debug_info":
			return info, info.size
		case ".debug_aranges":
			return nil, 0
		}
		return d.Section(name)
	}
	return Open(sections, Options{}), info
}
