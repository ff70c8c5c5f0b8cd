package ring

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"plait/bound"
)

const testBase = 0x7f00_0000_0000

// A writer is a thread as the code in the traced program makes one.
type writer struct {
	memory     []byte
	pos, limit uint64
	clock      uint64
	lengths    []int // by ID
	freed      int
	err        error
}

func newWriter(lengths ...int) *writer {
	w := &writer{memory: make([]byte, RingSize), lengths: lengths}
	w.pos, w.limit = HalfStart(testBase, 0), HalfLimit(testBase, 0)
	return w
}

func (w *writer) Pos() (uint64, error) { return w.pos, w.err }
func (w *writer) Freed()               { w.freed++ }

func (w *writer) Words(kind Kind, id uint32) int {
	if kind != Entered || int(id) >= len(w.lengths) {
		return 0
	}
	return w.lengths[id]
}

func (w *writer) put(offset uint64, word uint64) {
	binary.LittleEndian.PutUint64(w.memory[offset:], word)
}

// write writes a record of number id whose last word is mark. It reports false if plait has to
// free the other half first.
func (w *writer) write(id uint32, mark uint64) bool {
	if w.pos >= w.limit {
		half := HalfOf(testBase, w.pos)
		if binary.LittleEndian.Uint64(w.memory[EndOf(1-half):]) != 0 {
			return false
		}
		w.put(uint64(EndOf(half)), w.pos)
		w.pos, w.limit = HalfStart(testBase, 1-half), HalfLimit(testBase, 1-half)
	}
	words := w.lengths[id]
	w.put(w.pos-testBase, Head(Entered, id, words))
	w.clock++
	w.put(w.pos-testBase+At, w.clock)
	w.put(w.pos-testBase+uint64(8*(words-1)), mark)
	w.pos += uint64(8 * words)
	return true
}

// TestReader: every record is read once and in order, whenever plait looks.
func TestReader(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	w := newWriter(3, 5, 17, MaxWords)
	r := NewReader(testBase, w.memory)
	var wrote, read uint64
	drain := func() {
		err := r.Drain(w, func(rec *Record) {
			if got := rec.Word(len(rec.Data) - 8); got != read {
				t.Fatalf("record %d comes as number %d", got, read)
			}
			read++
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 200_000 {
		if !w.write(uint32(random.IntN(4)), wrote) {
			drain()
			continue
		}
		wrote++
		if random.IntN(3000) == 0 {
			drain()
		}
	}
	drain()
	if read != wrote || w.freed < 50 {
		t.Errorf("read %d of %d records, freed %d halves", read, wrote, w.freed)
	}
}

// TestBroken: what a thread cannot have written ends the ring with an error.
func TestBroken(t *testing.T) {
	for name, spoil := range map[string]func(w *writer){
		"pos in no half":         func(w *writer) { w.pos = testBase + 8 },
		"pos in the other half":  func(w *writer) { w.pos = HalfStart(testBase, 1) },
		"pos not aligned":        func(w *writer) { w.pos++ },
		"end before the records": func(w *writer) { w.put(End0, HalfStart(testBase, 0)-8) },
		"end behind the half":    func(w *writer) { w.put(End0, HalfStart(testBase, 1)+8) },
		"length 0":               func(w *writer) { w.put(Half0, Head(Entered, 1, 0)) },
		"another length":         func(w *writer) { w.put(Half0, Head(Entered, 1, 4)) },
		"longer than what is":    func(w *writer) { w.put(Half0, Head(Entered, 2, 17)) },
		"unknown number":         func(w *writer) { w.put(Half0, Head(Entered, 99, 5)) },
		"unknown kind":           func(w *writer) { w.put(Half0, Head(3, 1, 5)) },
	} {
		w := newWriter(3, 5, 17)
		w.write(1, 0)
		spoil(w)
		r := NewReader(testBase, w.memory)
		first := r.Drain(w, func(*Record) {})
		var want *BrokenError
		if !errors.As(first, &want) {
			t.Errorf("%s: %v", name, first)
		}
		w2 := newWriter(3)
		if again := r.Drain(w2, func(*Record) { t.Errorf("%s: a record of a broken ring", name) }); again != first {
			t.Errorf("%s: then %v", name, again)
		}
	}
}

// TestPosError: a thread that is gone says so, and its ring is not broken.
func TestPosError(t *testing.T) {
	w := newWriter(3)
	w.write(0, 0)
	r := NewReader(testBase, w.memory)
	w.err = errors.New("gone")
	if err := r.Drain(w, func(*Record) { t.Error("a record") }); err != w.err {
		t.Error(err)
	}
	w.err = nil
	n := 0
	if err := r.Drain(w, func(*Record) { n++ }); err != nil || n != 1 {
		t.Error(n, err)
	}
}

// TestMoving: a thread that has handed a half over, and not yet moved on, is no error; that it
// never moves on is.
func TestMoving(t *testing.T) {
	w := newWriter(3)
	w.write(0, 0)
	w.put(End0, w.pos)
	r, n := NewReader(testBase, w.memory), 0
	count := func(*Record) { n++ }
	if err := r.Drain(w, count); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	w.pos, w.limit = HalfStart(testBase, 1), HalfLimit(testBase, 1)
	w.write(0, 0)
	if err := r.Drain(w, count); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	w.pos = HalfStart(testBase, 0)
	if err := r.Drain(w, count); err == nil {
		t.Error("back in a half that was not handed over")
	}
}

// TestRest: of a dead thread, all records are read that are newer than the last one read.
func TestRest(t *testing.T) {
	for _, written := range []int{1, 100, 6000, 16_000, 25_000} {
		w := newWriter(3, 5)
		r, n := NewReader(testBase, w.memory), 0
		count := func(*Record) { n++ }
		for i := range written {
			for !w.write(uint32(i%2), 0) {
				if err := r.Drain(w, count); err != nil {
					t.Fatal(err)
				}
			}
		}
		r.Rest(w, count)
		if n != written {
			t.Errorf("%d records of %d", n, written)
		}
		r.Rest(w, count)
		if n != written {
			t.Errorf("%d records of %d, read twice", n, written)
		}
	}
}

// FuzzReader: no bytes make a Reader panic, read forever, or return a record that is not whole.
func FuzzReader(f *testing.F) {
	f.Add([]byte{}, uint64(Half0), uint64(0), uint64(0))
	w := newWriter(3, 5, 17)
	for i := range 12 {
		w.write(uint32(i%3), uint64(i))
	}
	f.Add(w.memory[Half0:][:1024], w.pos-testBase, uint64(0), uint64(0))
	f.Add(w.memory[Half0:][:1024], w.pos-testBase, w.pos, w.pos)
	f.Fuzz(func(t *testing.T, data []byte, pos, end0, end1 uint64) {
		w := newWriter(3, 5, 17)
		w.pos = testBase + pos
		copy(w.memory[Half0:], data)
		copy(w.memory[Half1:], data)
		w.put(End0, end0)
		w.put(End1, end1)
		r := NewReader(testBase, w.memory)
		bound.Input(t, func() {
			check := func(rec *Record) {
				if len(rec.Data) != 8*w.Words(rec.Kind, rec.ID) || rec.Word(0)&0xffff_ffff != uint64(rec.ID) {
					t.Fatalf("%+v", rec)
				}
			}
			for range 3 {
				_ = r.Drain(w, check)
			}
			r.Rest(w, check)
		})
	})
}

// TestLayout: the words of arena, ring, area and records do not overlap, and the longest record
// fits.
func TestLayout(t *testing.T) {
	for name, words := range map[string][]int{
		"arena": {Owner, Doorbell, Waiting, Waiting + 4},
		"ring":  {End0, End1, Request, CommandNr, CommandArgs, CommandArgs + 48, CommandResult + 8, Turn + 8, Half0, Half1, RingSize},
		"area":  {AreaPos, AreaLimit, AreaResume, AreaRequest, AreaRing, AreaTable, AreaSaved, AreaRoutine, AreaSavedMore, AreaSavedMore + 48, AreaSize},
	} {
		if !slices.IsSorted(words) || len(slices.Compact(slices.Clone(words))) != len(words) {
			t.Errorf("%s: %v", name, words)
		}
	}
	all := Enter{Words: MaxArgs, Stack: MaxStack, Floats: true, Errno: true, Texts: make([]int, MaxTexts-MaxBlocks)}
	for range MaxBlocks {
		all.Blocks = append(all.Blocks, Block{Size: BlockSize})
	}
	l, ok := all.Layout()
	if !ok || l.Words != MaxWords {
		t.Errorf("the longest record has %d words, not %d", l.Words, MaxWords)
	}
	want := Layout{Args: 40, Stack: 40 + 48, Floats: 88 + 256, Errno: 344 + 64, Text: 416, Block: 416 + 4*48, Words: MaxWords}
	if l != want {
		t.Errorf("%+v, want %+v", l, want)
	}
	sizes := Enter{Blocks: []Block{{Size: 3}, {Size: 8}, {Size: 9}, {Size: 1}}}
	l, _ = sizes.Layout()
	for i, want := range []int{40, 48, 56, 72} {
		if got := sizes.BlockAt(l, i); got != want {
			t.Errorf("block %d is at %d, not %d", i, got, want)
		}
	}
	if l := (Return{Float: true, Text: true}).Layout(); l != (Layout{Floats: 48, Text: 56, Words: 13}) {
		t.Errorf("%+v", l)
	}
	for _, e := range []Enter{{Words: 7}, {Words: -1}, {Stack: MaxStack + 1}, {Texts: []int{MaxArgs + MaxStack}}, {Texts: make([]int, 9)},
		{Blocks: []Block{{Size: 0}}}, {Blocks: []Block{{Size: 129}}}, {Blocks: []Block{{Arg: 6, Size: 1}}}, {Blocks: []Block{{Len: 7, Size: 1}}},
		{Texts: make([]int, 7), Blocks: []Block{{Size: 1}, {Size: 1}}}} {
		if _, ok := e.Layout(); ok {
			t.Errorf("%+v has a layout", e)
		}
	}
}

// TestKnown: an address is found in its set, and the oldest goes when that is full.
func TestKnown(t *testing.T) {
	k := Known(make([]byte, TableSize))
	var same []uint64 // of one set
	for ret := uint64(0x401000); len(same) < Ways+1; ret++ {
		if SetOf(ret) == SetOf(0x401000) {
			same = append(same, ret)
		}
	}
	has := func(ret uint64) bool {
		set := k[SetOf(ret):][:SetSize]
		for i := range Ways {
			if binary.LittleEndian.Uint64(set[8*i:]) == ret {
				return true
			}
		}
		return false
	}
	for _, ret := range same {
		k.Add(ret)
		k.Add(ret)
	}
	for i, ret := range same {
		if has(ret) != (i > 0) {
			t.Errorf("address %d of %d known: %v", i, len(same), has(ret))
		}
	}
	k.Remove(same[2])
	if has(same[2]) || !has(same[3]) {
		t.Error("the wrong address is gone")
	}
}
