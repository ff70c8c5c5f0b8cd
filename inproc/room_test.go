package inproc

import (
	"math/rand/v2"
	"testing"

	"plait/inline"
	"plait/ptrace"
)

// TestRanges compares sets of ranges with a set of numbers.
func TestRanges(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		var all []inline.Range
		var set [64]bool
		for range 40 {
			r := inline.Range{Lo: uint64(random.IntN(60))}
			r.Hi = r.Lo + 1 + uint64(random.IntN(4))
			in := random.IntN(2) == 0
			for i := r.Lo; i < r.Hi; i++ {
				set[i] = in
			}
			if in {
				all = add(all, r)
			} else {
				all = cut(all, r)
			}
			var got [64]bool
			for i, r := range all {
				if r.Lo >= r.Hi || i > 0 && all[i-1].Hi >= r.Lo {
					t.Fatalf("%v: empty, not sorted, or two that touch", all)
				}
				for n := r.Lo; n < r.Hi; n++ {
					got[n] = true
				}
			}
			if got != set {
				t.Fatalf("%v is not %v", all, set)
			}
		}
	}
}

// TestLearn: what is left free beside mappings of the program, and nothing beside those of ours.
func TestLearn(t *testing.T) {
	const mb = 1 << 20
	var r room
	r.hold(inline.Range{Lo: 0x5000_0000, Hi: 0x5000_1000})
	r.learn([]ptrace.Mapping{
		{Start: 0x40_0000, End: 0x50_0000, Path: "/bin/program"},
		{Start: 0x60_0000, End: 0x70_0000, Path: "[heap]"},
		{Start: 0x5000_0000, End: 0x5000_1000},
		{Start: 0x7f00_0000_0000, End: 0x7f00_0010_0000, Path: "/lib/library"},
		{Start: 0x7fff_0000_0000, End: 0x7fff_0010_0000, Path: "[stack]"},
		{Start: 0xffff_ffff_ff60_0000, End: 0xffff_ffff_ff60_1000, Path: "[vsyscall]"},
	})
	want := []inline.Range{
		{Lo: lowest, Hi: 0x40_0000 - mb},
		{Lo: 0x70_0000 + 256*mb, Hi: 0x7f00_0000_0000 - mb},
		{Lo: 0x7f00_0010_0000 + 256*mb, Hi: 0x7fff_0000_0000 - 256*mb},
		{Lo: 0x7fff_0010_0000 + 1*mb, Hi: highest},
	}
	if len(r.free) != len(want) {
		t.Fatalf("%x, want %x", r.free, want)
	}
	for i := range want {
		if r.free[i] != want[i] {
			t.Errorf("%x, want %x", r.free[i], want[i])
		}
	}
	page := inline.Range{Lo: 0x5000_0000, Hi: 0x5000_1000}
	if got := r.missing(page); len(got) != 0 {
		t.Errorf("%x is to be mapped, and is", got)
	}
	page.Hi += 5
	if got := r.missing(page); len(got) != 1 || got[0] != (inline.Range{Lo: 0x5000_1000, Hi: 0x5000_2000}) {
		t.Errorf("%x is to be mapped", got)
	}
}
