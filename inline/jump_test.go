package inline

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"plait/arch"
	"plait/bound"
)

// goodJump complains if a jump does not do what it should: with the program's bytes behind
// it, it leads to the entry of the place, and it changes bytes of the first instruction only.
func goodJump(t *testing.T, site uint64, own []byte, j Jump, p Place, room Room, size, entry int) {
	t.Helper()
	patched := append([]byte(nil), own...)
	copy(patched, j.Bytes)
	in, ok := arch.DecodeAMD64(patched)
	if !ok || in.Flow != arch.FlowJump || in.Len-in.Imm != 4 {
		t.Fatalf("% x at %#x is no jump", patched, site)
	}
	to := site + uint64(in.Len) + uint64(int64(int32(binary.LittleEndian.Uint32(patched[in.Imm:]))))
	if to != j.To || p.Lo+uint64(entry) != to || p.Hi != p.Lo+uint64(size) {
		t.Errorf("% x at %#x leads to %#x, not %#x, in %#x", patched, site, to, j.To, p.Range)
	}
	if n, _ := arch.AMD64.Length(own); len(j.Bytes) > n || len(j.Bytes)+j.Relies != in.Len || j.Addr != site {
		t.Errorf("%+v over % x, %d bytes", j, own, n)
	}
	ranges := room.Gaps
	if p.Mapped {
		ranges = room.Held
	}
	for _, r := range ranges {
		if r.Lo <= p.Lo && p.Hi <= r.Hi {
			return
		}
	}
	t.Errorf("%#x is not free", p.Range)
}

// TestFind: which jump there is for an instruction.
func TestFind(t *testing.T) {
	const site = 0x7f00_0000_0000
	all := []Range{{site - 1<<31, site - 0x10_0000}, {site + 0x10_0000, site + 1<<31}}
	held := []Range{{site + 0x20_0000, site + 0x20_0400}}
	for _, c := range []struct {
		name   string
		own    string
		room   Room
		relies int // -1: there is no jump
		shift  int
		mapped bool
	}{
		{"five bytes", "\xe8\x00\x00\x00\x00" + "\x90\x90\x90", Room{Gaps: all}, 0, 0, false},
		{"five bytes, held", "\xe8\x00\x00\x00\x00" + "\x90\x90\x90", Room{Held: held, Gaps: all}, 0, 0, true},
		{"four bytes", "\x48\x8d\x04\x07" + "\x12\x34\x56\x78", Room{Held: held, Gaps: all}, 1, 0, false},
		{"three bytes", "\x48\x89\xc3" + "\x12\x34\x56\x78", Room{Gaps: all}, 2, 0, false},
		{"two bytes, into held memory", "\x89\xc3" + "\x02\x20\x00\x78", Room{Held: held, Gaps: all}, 3, 0, true},
		{"one byte", "\xc3" + "\x12\x34\x56\x78", Room{Gaps: all}, 4, 0, false},
		{"one byte, nothing there", "\xc3" + "\x12\x34\x56\x78", Room{Held: held}, -1, 0, false},
		{"three bytes, by a prefix", "\x48\x89\xc3" + "\x00\x00\x34\x12", Room{Gaps: []Range{{site + 0x3400_0000, site + 0x3500_0000}}}, 3, 1, false},
		{"what follows is missing", "\x89\xc3\x12", Room{Gaps: all}, -1, 0, false},
		{"no instruction", "\x06\x00\x00\x00\x00\x00\x00", Room{Gaps: all}, -1, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			j, p, err := Find(site, []byte(c.own), c.room, 300, 100)
			if c.relies < 0 {
				if !errors.Is(err, ErrNoJump) {
					t.Errorf("%+v, %v", j, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			goodJump(t, site, []byte(c.own), j, p, c.room, 300, 100)
			if shift := strings.Count(string(j.Bytes), "\x67"); j.Relies != c.relies || p.Mapped != c.mapped || shift != c.shift {
				t.Errorf("%+v relies on %d bytes, shifted by %d, %+v", j, j.Relies, shift, p)
			}
		})
	}
}

// FuzzFind: a jump that is found leads where it should, whatever the bytes are.
func FuzzFind(f *testing.F) {
	f.Add([]byte("\x48\x89\xc3\x12\x34\x56\x78\x90"), uint64(0x7f0000000000), uint64(1<<20), uint64(1<<30), uint16(300), uint16(100))
	f.Add([]byte("\xc3\x12\x34\x56\x78"), uint64(0x400000), uint64(0), uint64(1<<31), uint16(5), uint16(0))
	f.Add([]byte("\x89\xc3\x12\x34\x56\xf8"), uint64(0x400), uint64(0), uint64(1<<31), uint16(5), uint16(5))
	f.Fuzz(func(t *testing.T, own []byte, site, gap, length uint64, size, entry uint16) {
		site &= 1<<47 - 1
		size = max(size, 1)
		entry %= size
		room := Room{Gaps: []Range{{site - min(site, gap+length), site - min(site, gap)}, {site + gap, site + gap + length}}}
		room.Held = []Range{{site + gap + length/2, site + gap + length/2 + 1000}}
		if gap >= 1<<40 || length >= 1<<40 {
			return
		}
		bound.Input(t, func() {
			if j, p, err := Find(site, own, room, int(size), int(entry)); err == nil {
				goodJump(t, site, own, j, p, room, int(size), int(entry))
			}
		})
	})
}

// A filled room is where the islands of one file go: 5 bytes each, in pages of their own.
type filledRoom struct {
	Room
	pages int
}

// take takes the bytes of a place.
func (r *filledRoom) take(p Place) {
	if !p.Mapped {
		pages := Range{p.Lo / pageSize * pageSize, (p.Hi + pageSize - 1) / pageSize * pageSize}
		r.pages += int((pages.Hi - pages.Lo) / pageSize)
		r.Gaps = cutRange(r.Gaps, pages)
		i := sort.Search(len(r.Held), func(i int) bool { return r.Held[i].Lo >= pages.Lo })
		r.Held = slices.Insert(r.Held, i, pages)
	}
	r.Held = cutRange(r.Held, p.Range)
}

// cutRange cuts out a range that is within one of ranges.
func cutRange(ranges []Range, out Range) []Range {
	i := sort.Search(len(ranges), func(i int) bool { return ranges[i].Hi > out.Lo })
	var left []Range
	for _, r := range []Range{{ranges[i].Lo, out.Lo}, {out.Hi, ranges[i].Hi}} {
		if r.Lo < r.Hi {
			left = append(left, r)
		}
	}
	return slices.Replace(ranges, i, i+1, left...)
}

// importReturns calls each for every return address of a call of another object, by a stub or
// through the GOT, that a linear sweep finds in a file.
func importReturns(path string, each func(addr uint64, own []byte)) (size uint64, ok bool) {
	file, err := elf.Open(path)
	if err != nil || file.Machine != elf.EM_X86_64 {
		return 0, false
	}
	defer file.Close()
	var stubs []Range
	for _, s := range file.Sections {
		size = max(size, s.Addr+s.Size)
		if strings.HasPrefix(s.Name, ".plt") {
			stubs = append(stubs, Range{s.Addr, s.Addr + s.Size})
		}
	}
	text := file.Section(".text")
	if text == nil {
		return 0, false
	}
	code, err := text.Data()
	if err != nil {
		return 0, false
	}
	for off := 0; off < len(code); {
		in, ok := arch.DecodeAMD64(code[off:])
		if !ok {
			off++
			continue
		}
		ret := text.Addr + uint64(off+in.Len)
		imported := in.Flow == arch.FlowIndirectCall && in.RIPRel >= 0
		if in.Flow == arch.FlowCall {
			to := ret + uint64(int64(int32(binary.LittleEndian.Uint32(code[off+in.Imm:]))))
			for _, s := range stubs {
				imported = imported || to >= s.Lo && to < s.Hi
			}
		}
		off += in.Len
		if imported && off < len(code) {
			each(ret, code[off:min(off+15, len(code))])
		}
	}
	return size, true
}

// BenchmarkShares measures by which jumps the return addresses of all calls of imports in
// the installed programs and libraries can be caught, in percent. Each file lies alone in its
// space, and all islands of a file are in use at once.
func BenchmarkShares(b *testing.B) {
	for range b.N {
		count := map[string]int{}
		for _, dir := range []string{"/usr/lib/x86_64-linux-gnu", "/usr/bin"} {
			filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err == nil && d.Type().IsRegular() {
					countShares(path, count)
				}
				return nil
			})
		}
		for name, n := range count {
			switch name {
			case "files", "sites", "pages":
				b.ReportMetric(float64(n), name)
			default:
				b.ReportMetric(100*float64(n)/float64(count["sites"]), name+"-%")
			}
		}
	}
}

// countShares adds the return addresses of one file.
func countShares(path string, count map[string]int) {
	const base, far = 0x7f00_0000_0000, 1 << 32
	size, ok := importReturns(path, func(uint64, []byte) {})
	if !ok {
		return
	}
	count["files"]++
	end := uint64(base) + (size+pageSize-1)/pageSize*pageSize
	room := filledRoom{Room: Room{Gaps: []Range{{base - far, base}, {end, end + far}}}}
	importReturns(path, func(addr uint64, own []byte) {
		count["sites"]++
		if n, ok := arch.AMD64.Length(own); ok && n >= jumpSize {
			count["plain"]++
			return
		}
		j, place, err := Find(base+addr, own, room.Room, 5, 0)
		switch {
		case err != nil:
			count["none"]++
			return
		case j.Bytes[0] == noMeaning:
			count["prefixed"]++
		default:
			count["punned"]++
		}
		room.take(place)
	})
	count["pages"] += room.pages
}
