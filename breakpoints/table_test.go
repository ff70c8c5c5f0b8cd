package breakpoints

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"plait/arch"
	"plait/bound"
)

// A space is memory from base on.
type space struct {
	base    uint64
	bytes   []byte
	writes  int
	guarded uint64 // a page that cannot be written
}

func (s *space) Read(addr uint64, b []byte) error {
	if addr < s.base || addr+uint64(len(b)) > s.base+uint64(len(s.bytes)) {
		return errors.New("unmapped")
	}
	copy(b, s.bytes[addr-s.base:])
	return nil
}

func (s *space) Write(addr uint64, b []byte) error {
	if g := s.guarded / pageSize; addr/pageSize <= g && g <= (addr+uint64(len(b))-1)/pageSize {
		return errors.New("a shared mapping, read-only")
	}
	if addr < s.base || addr+uint64(len(b)) > s.base+uint64(len(s.bytes)) {
		return errors.New("unmapped")
	}
	copy(s.bytes[addr-s.base:], b)
	s.writes++
	return nil
}

func newSpace() *space {
	s := &space{base: 0x1000, bytes: make([]byte, 2*pageSize)}
	for i := range s.bytes {
		s.bytes[i] = byte(i)
	}
	return s
}

func never() bool { return false }

func TestInsertCountsAndRemoveRestores(t *testing.T) {
	s := newSpace()
	before := bytes.Clone(s.bytes)
	table := New(arch.AMD64, s)
	for range 2 {
		if err := table.Insert(0x1010); err != nil {
			t.Fatal(err)
		}
	}
	if s.bytes[0x10] != 0xcc {
		t.Fatal("not planted")
	}
	table.Remove(0x1010)
	if s.bytes[0x10] != 0xcc {
		t.Fatal("removed although used once more")
	}
	table.Remove(0x1010)
	if !bytes.Equal(s.bytes, before) {
		t.Fatal("not restored")
	}
	if table.Remove(0x1010) == nil {
		t.Fatal("removed what was not there")
	}
}

func TestInsertAllWritesAPageAtOnce(t *testing.T) {
	s := newSpace()
	table := New(arch.AMD64, s)
	failed, rest := table.InsertAll([]uint64{0x1ff0, 0x1010, 0x1011, 0x2fff, 0x9000}, never)
	if len(rest) != 0 || len(failed) != 1 || failed[0] != 0x9000 {
		t.Fatalf("failed at %#x", failed)
	}
	if s.writes != 2 {
		t.Errorf("%d writes for two pages", s.writes)
	}
	if got := len(table.At(0x2fff).Original); got != 1 {
		t.Errorf("kept %d bytes at the end of the mapping, want 1", got)
	}
	if got := table.At(0x1010).Original[:2]; !bytes.Equal(got, []byte{0x10, 0x11}) {
		t.Errorf("original bytes %x contain a breakpoint", got)
	}
}

func TestHide(t *testing.T) {
	s := newSpace()
	before := bytes.Clone(s.bytes)
	table := New(arch.AMD64, s)
	table.InsertAll([]uint64{0x1000, 0x1007, 0x1008, 0x2000}, never)
	got := make([]byte, 64)
	for _, from := range []uint64{0x1000, 0x1007, 0x1ff8} {
		if err := s.Read(from, got); err != nil {
			t.Fatal(err)
		}
		table.Hide(from, got)
		if want := before[from-0x1000:][:64]; !bytes.Equal(got, want) {
			t.Errorf("at %#x: read %x, want %x", from, got, want)
		}
	}
}

func TestForkForgetAndRemoveAll(t *testing.T) {
	parent := newSpace()
	before := bytes.Clone(parent.bytes)
	table := New(arch.AMD64, parent)
	table.InsertAll([]uint64{0x1010, 0x2010}, never)
	child := &space{base: parent.base, bytes: bytes.Clone(parent.bytes)}
	copied := table.Clone(child)
	if err := copied.RemoveAll(); err != nil || !bytes.Equal(child.bytes, before) {
		t.Errorf("child's memory is not as it was: %v", err)
	}
	if table.Len() != 2 || parent.bytes[0x10] != 0xcc {
		t.Error("the parent lost its breakpoints with the child's")
	}
	table.Forget(0x2000, 0x3000)
	if table.At(0x2010) != nil || table.At(0x1010) == nil {
		t.Error("Forget dropped the wrong breakpoints")
	}
}

func TestLiftAndReplant(t *testing.T) {
	s := newSpace()
	before := bytes.Clone(s.bytes)
	table := New(arch.AMD64, s)
	table.InsertAll([]uint64{0x1010, 0x2010}, never)
	if err := table.Lift(); err != nil || !bytes.Equal(s.bytes, before) {
		t.Fatalf("not lifted: %v", err)
	}
	if err := table.Replant(); err != nil || s.bytes[0x10] != 0xcc || s.bytes[0x1010] != 0xcc || table.Len() != 2 {
		t.Fatalf("not planted again: %v", err)
	}
}

func TestRemoveLeavesWhatTheProgramWrote(t *testing.T) {
	s := newSpace()
	table := New(arch.AMD64, s)
	table.Insert(0x1010)
	s.bytes[0x10] = 0x90 // self-modifying code
	table.Remove(0x1010)
	if s.bytes[0x10] != 0x90 {
		t.Error("overwrote the program's own byte")
	}
}

// TestInsertUnwritable: JIT code that is mapped twice, shared, cannot be
// written. Each call from there tries again, and must fail again.
func TestInsertUnwritable(t *testing.T) {
	s := newSpace()
	s.guarded = 0x2000
	before := bytes.Clone(s.bytes)
	table := New(arch.AMD64, s)
	for _, addrs := range [][]uint64{{0x2010}, {0x2010}, {0x2010, 0x2018}, {0x2011}} {
		if failed, _ := table.InsertAll(addrs, never); len(failed) != len(addrs) {
			t.Fatalf("%#x: only %#x failed", addrs, failed)
		}
	}
	if table.Len() != 0 || !bytes.Equal(s.bytes, before) {
		t.Error("something was planted")
	}
}

// TestHideTransient: breakpoints that come and go one at a time are still
// hidden, and only they are.
func TestHideTransient(t *testing.T) {
	s := newSpace()
	before := bytes.Clone(s.bytes)
	table := New(arch.AMD64, s)
	table.InsertAll([]uint64{0x1010, 0x1020, 0x1030}, never)
	page := make([]byte, pageSize)
	for i, addr := range []uint64{0x1018, 0x1028, 0x1008, 0x1018, 0x1030, 0x1010, 0x1040} {
		if table.At(addr) != nil {
			table.Remove(addr)
		} else if err := table.Insert(addr); err != nil {
			t.Fatal(err)
		}
		copy(page, s.bytes)
		if got := bytes.Count(page[:0x80], arch.AMD64.Breakpoint); got != table.Len() {
			t.Errorf("step %d: %d are planted, the table has %d", i, got, table.Len())
		}
		if table.Hide(0x1000, page); !bytes.Equal(page, before[:pageSize]) {
			t.Errorf("step %d: not hidden", i)
		}
	}
}

// TestInsertAllInterrupted: planting that is interrupted goes on to a page's end, and
// returns what is left.
func TestInsertAllInterrupted(t *testing.T) {
	s := newSpace()
	before := bytes.Clone(s.bytes)
	table := New(arch.AMD64, s)
	pages := 0
	failed, rest := table.InsertAll([]uint64{0x2010, 0x1010, 0x1020}, func() bool { pages++; return pages > 1 })
	if len(failed) != 0 || !slices.Equal(rest, []uint64{0x2010}) || table.Len() != 2 {
		t.Errorf("failed at %#x, left %#x, planted %d", failed, rest, table.Len())
	}
	if err := table.RemoveAll(); err != nil || !bytes.Equal(s.bytes, before) {
		t.Errorf("not as it was: %v", err)
	}
}

// TestPlantingIsLinear: big programs have hundreds of thousands of sites, and more
// return addresses come one by one. Sorting all of them for each page would take
// minutes here.
func TestPlantingIsLinear(t *testing.T) {
	const n = 200_000
	s := &space{base: 0x1000, bytes: make([]byte, 25*n/pageSize*pageSize)}
	before := bytes.Clone(s.bytes)
	table := New(arch.AMD64, s)
	var addrs, returns []uint64
	for i := range uint64(n) {
		addrs = append(addrs, s.base+24*i)
		returns = append(returns, s.base+24*i+7)
	}
	bound.Within(t, 5*time.Second, 4<<30, func() {
		table.InsertAll(addrs, never)
		for _, addr := range returns {
			if err := table.Insert(addr); err != nil {
				t.Fatal(err)
			}
		}
		if table.Len() != 2*n {
			t.Errorf("%d are planted", table.Len())
		}
		if err := table.RemoveAll(); err != nil || !bytes.Equal(s.bytes, before) {
			t.Errorf("not as it was: %v", err)
		}
	})
}

// TestStuck keeps a breakpoint that cannot be removed, whoever tries, until it can be.
func TestStuck(t *testing.T) {
	for name, take := range map[string]func(*Table) error{
		"remove": func(t *Table) error { return t.Remove(0x1010) },
		"all":    func(t *Table) error { return t.RemoveAll() },
		"forget": func(t *Table) error { t.Forget(0x1000, 0x2000); return nil },
	} {
		s := newSpace()
		before := bytes.Clone(s.bytes)
		table := New(arch.AMD64, s)
		table.InsertAll([]uint64{0x1010, 0x2010}, never)
		s.guarded = 0x1000
		if err := take(table); err == nil && name != "forget" {
			t.Errorf("%s: no error", name)
		}
		if table.At(0x1010) == nil || s.bytes[0x10] != 0xcc {
			t.Errorf("%s: it is there and not known", name)
		}
		seen := make([]byte, len(s.bytes))
		s.Read(s.base, seen)
		table.Hide(s.base, seen)
		if !bytes.Equal(seen, before) {
			t.Errorf("%s: the program's bytes are not what they were", name)
		}
		s.guarded = 0
		if err := table.RemoveAll(); err != nil || !bytes.Equal(s.bytes, before) {
			t.Errorf("%s: %v, or not as before", name, err)
		}
	}
}

// TestRemoveAllAroundBadPage: one page that can't be read or written does not
// prevent restoring the others.
func TestRemoveAllAroundBadPage(t *testing.T) {
	s := &space{base: 0x1000, bytes: make([]byte, 5*pageSize)}
	before := bytes.Clone(s.bytes)
	table := New(arch.AMD64, s)
	table.InsertAll([]uint64{0x1010, 0x2010, 0x3010, 0x4010, 0x5010}, never)
	s.guarded = 0x3000
	if err := table.RemoveAll(); err == nil || table.Len() != 1 || table.At(0x3010) == nil {
		t.Errorf("%d are left, %v", table.Len(), err)
	}
	s.guarded = 0
	if err := table.RemoveAll(); err != nil || !bytes.Equal(s.bytes, before) {
		t.Errorf("not as it was: %v", err)
	}
	table.InsertAll([]uint64{0x4010, 0x5010}, never)
	s.bytes = s.bytes[:4*pageSize]
	if err := table.RemoveAll(); err != nil || table.Len() != 0 || !bytes.Equal(s.bytes, before[:4*pageSize]) {
		t.Errorf("not as it was, with a page unmapped: %v", err)
	}
}
