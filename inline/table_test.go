package inline

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"plait/arch"
	"plait/bound"
)

// A space is memory from base on.
type space struct {
	base    uint64
	bytes   []byte
	guarded uint64 // a page that cannot be written
	history [][]byte
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
		return errors.New("read-only")
	}
	if addr < s.base || addr+uint64(len(b)) > s.base+uint64(len(s.bytes)) {
		return errors.New("unmapped")
	}
	copy(s.bytes[addr-s.base:], b)
	s.history = append(s.history, bytes.Clone(s.bytes[0x10:0x20]))
	return nil
}

func newSpace() *space {
	s := &space{base: 0x1000, bytes: make([]byte, 2*pageSize)}
	for i := range s.bytes {
		s.bytes[i] = byte(i)
	}
	return s
}

// jumpAt is a jump of n bytes that relies on relies more.
func jumpAt(addr uint64, n, relies int) Jump {
	b := []byte{jumpOp, 0xf1, 0xf2, 0xf3, 0xf4}
	return Jump{Addr: addr, Bytes: b[:n:n], Relies: relies}
}

// TestTransition: other bytes than the first change only while that is a breakpoint, when a
// jump is planted and when it is removed.
func TestTransition(t *testing.T) {
	s := newSpace()
	before := bytes.Clone(s.bytes)
	table := New(s)
	must(t, table.Insert(jumpAt(0x1010, 3, 2), before[0x10:], nil))
	must(t, table.Remove(0x1010))
	if !bytes.Equal(s.bytes, before) {
		t.Error("not as it was")
	}
	states := append([][]byte{before[0x10:0x20]}, s.history...)
	if len(states) != 7 {
		t.Errorf("%d writes", len(states)-1)
	}
	for i := 1; i < len(states); i++ {
		was, is := states[i-1], states[i]
		if !bytes.Equal(was[1:], is[1:]) && (was[0] != arch.AMD64.Breakpoint[0] || is[0] != arch.AMD64.Breakpoint[0]) {
			t.Errorf("from % x to % x", was, is)
		}
	}
}

// TestPromotion: a jump takes the place of a breakpoint, and only where that is its first byte.
func TestPromotion(t *testing.T) {
	s := newSpace()
	before := bytes.Clone(s.bytes)
	table := New(s)
	s.bytes[0x10], s.bytes[0x23] = 0xcc, 0xcc
	if err := table.Insert(jumpAt(0x1020, 3, 2), before[0x20:], nil); !errors.Is(err, errChanged) {
		t.Errorf("over a breakpoint that it relies on: %v", err)
	}
	must(t, table.Insert(jumpAt(0x1010, 5, 0), before[0x10:], nil))
	s.bytes[0x23] = before[0x23]
	must(t, table.Remove(0x1010))
	if !bytes.Equal(s.bytes, before) {
		t.Error("not as it was")
	}
}

// TestStuck: a jump that cannot be planted is not there; one that cannot be removed is still
// known, until it can be; one that the program has written over is left alone.
func TestStuck(t *testing.T) {
	s := newSpace()
	before := bytes.Clone(s.bytes)
	table := New(s)
	s.guarded = 0x1000
	if table.Insert(jumpAt(0x1010, 5, 0), before[0x10:], nil) == nil || table.Busy(0x1010, 0x1015) || !bytes.Equal(s.bytes, before) {
		t.Error("it is planted where nothing can be written")
	}
	s.guarded = 0x2000
	if table.Insert(jumpAt(0x1ffe, 5, 0), before[0xffe:], nil) == nil || !bytes.Equal(s.bytes, before) {
		t.Error("half a jump is planted")
	}
	s.guarded = 0
	c := &Code{Addr: 0x9000}
	must(t, table.Insert(jumpAt(0x1010, 5, 0), before[0x10:], c))
	s.guarded = 0x1000
	if table.Remove(0x1010) == nil || table.RemoveAll() == nil || len(table.Forget(0x1000, 0x2000)) != 0 || table.At(0x1010) != c {
		t.Error("it is gone, and is still there")
	}
	s.guarded = 0
	s.bytes[0x12] = 0x90
	must(t, table.RemoveAll())
	if s.bytes[0x12] != 0x90 || table.At(0x1010) != nil {
		t.Error("what the program wrote is gone")
	}
}

// TestForget: of what is not mapped any more nothing is known; the code is returned.
func TestForget(t *testing.T) {
	s := newSpace()
	own := bytes.Clone(s.bytes)
	table := New(s)
	first, second := &Code{Addr: 0x9000}, &Code{Addr: 0xa000}
	must(t, table.Insert(jumpAt(0x1ff0, 5, 0), own[0xff0:], first))
	must(t, table.Insert(jumpAt(0x2000, 2, 3), own[0x1000:], second))
	s.bytes = s.bytes[:pageSize]
	if got := table.Forget(0x2000, 0x3000); !slices.Equal(got, []*Code{second}) || table.Busy(0x2000, 0x2005) || table.At(0x1ff0) != first {
		t.Errorf("%+v", got)
	}
}

// TestSpans: things are found by every byte that they have, over page ends.
func TestSpans(t *testing.T) {
	table := New(newSpace())
	a, b := &Code{Addr: 0x1ff0, Bytes: make([]byte, 100)}, &Code{Addr: 0x2054, Bytes: make([]byte, 10)}
	table.AddCode(b)
	table.AddCode(a)
	for pc, want := range map[uint64]*Code{0: nil, 0x1fef: nil, 0x1ff0: a, 0x2053: a, 0x2054: b, 0x205d: b, 0x205e: nil, ^uint64(0): nil} {
		if got := table.Code(pc); got != want {
			t.Errorf("%#x is in %+v", pc, got)
		}
	}
	table.DropCode(a)
	if table.Code(0x2000) != nil || table.Code(0x2054) != b {
		t.Error("the wrong code is gone")
	}
}

// FuzzTable: whatever is planted and removed, in whatever order: every jump that is planted
// has all of its bytes, a reader of the memory sees the program's own, and in the end they are
// back. A copy of the space has its own jumps.
func FuzzTable(f *testing.F) {
	f.Add([]byte{0x10, 5, 0x13, 5, 0x10, 5, 0x13, 5})
	f.Add([]byte{0x10, 1, 0x11, 1, 0x15, 3, 0xf0, 2, 0xf3, 5, 0x10, 1, 0xff, 4})
	random := rand.New(rand.NewPCG(1, 2))
	long := make([]byte, 400)
	for i := range long {
		long[i] = byte(random.Uint32())
	}
	f.Add(long)
	f.Fuzz(func(t *testing.T, ops []byte) {
		bound.Input(t, func() { fuzzTable(t, ops) })
	})
}

func fuzzTable(t *testing.T, ops []byte) {
	s := newSpace()
	own := bytes.Clone(s.bytes)
	table := New(s)
	planted := map[uint64]Jump{}
	for ; len(ops) >= 2; ops = ops[2:] {
		addr, n := 0x1f80+uint64(ops[0]), 1+int(ops[1])%5
		table.Still = ops[1] >= 0x80
		if _, ok := planted[addr]; ok {
			must(t, table.Remove(addr))
			delete(planted, addr)
		} else if j := jumpAt(addr, n, 5-n); table.Insert(j, own[addr-s.base:], nil) == nil {
			planted[addr] = j
		} else if !table.Busy(addr, addr+5) {
			t.Fatalf("no jump at %#x", addr)
		}
		checkPlanted(t, s, own, planted)
		seen := bytes.Clone(s.bytes)
		if table.Hide(s.base, seen); !bytes.Equal(seen, own) {
			t.Fatal("a reader sees jumps")
		}
	}
	child := &space{base: s.base, bytes: bytes.Clone(s.bytes)}
	must(t, table.Clone(child).RemoveAll())
	checkPlanted(t, s, own, planted)
	must(t, table.RemoveAll())
	if !bytes.Equal(s.bytes, own) || !bytes.Equal(child.bytes, own) {
		t.Fatal("not as it was")
	}
}

// checkPlanted demands that every planted jump is whole, with the bytes that it relies on.
func checkPlanted(t *testing.T, s *space, own []byte, planted map[uint64]Jump) {
	t.Helper()
	for addr, j := range planted {
		off := addr - s.base
		whole := append(bytes.Clone(j.Bytes), own[off+uint64(len(j.Bytes)):off+5]...)
		if !bytes.Equal(s.bytes[off:off+5], whole) {
			t.Fatalf("% x at %#x, not % x", s.bytes[off:off+5], addr, whole)
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
