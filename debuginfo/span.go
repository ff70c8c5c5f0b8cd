package debuginfo

import (
	"cmp"
	"debug/dwarf"
	"slices"
)

// A span is an address range whose code is described by a unit.
type span struct {
	start, end uint64
	u          *unit
}

// maxSpans is the most spans of an object.
const maxSpans = 1 << 21

// unitOf returns the unit that describes the code at an address, or nil.
func (in *Info) unitOf(pc uint64) *unit {
	if !in.spansRead {
		in.spansRead = true
		in.readSpans()
	}
	i, _ := slices.BinarySearchFunc(in.spans, pc, func(s span, pc uint64) int {
		if s.end <= pc {
			return -1
		}
		return 1
	})
	if i < len(in.spans) && in.spans[i].start <= pc {
		return in.spans[i].u
	}
	return nil
}

// readSpans reads the spans in .debug_aranges, and those of units that are not in it from
// their own entries.
func (in *Info) readSpans() {
	listed := in.readAranges()
	in.info.withSmallPages(func() {
		for _, u := range in.units {
			if !listed[u] && len(in.spans) < maxSpans {
				u.addSpans()
			}
		}
	})
	slices.SortFunc(in.spans, func(a, b span) int { return cmp.Compare(a.end, b.end) })
}

// readAranges reads .debug_aranges: for each unit a header and pairs of address and length,
// aligned to their size. It returns the units that are listed there.
func (in *Info) readAranges() map[*unit]bool {
	listed := map[*unit]bool{}
	for off := int64(0); off < in.aranges.size; {
		c := in.aranges.at(off)
		n, wide := c.length()
		end := c.off + int64(n)
		if c.failed || n > uint64(in.aranges.size-c.off) || end <= off {
			return listed
		}
		c.uint(2)
		u := in.unitAt(c.offset(wide))
		addrSize, segSize := c.byte(), c.byte()
		if u != nil && addrSize == 8 && segSize == 0 {
			c.off = off + (c.off-off+15)/16*16
			listed[u] = in.readRanges(&c, end, u)
		}
		off = end
	}
	return listed
}

func (in *Info) readRanges(c *cursor, end int64, u *unit) bool {
	some := false
	for c.off < end && len(in.spans) < maxSpans {
		start, n := c.uint(8), c.uint(8)
		if c.failed || start == 0 && n == 0 {
			break
		}
		some = u.add(start, start+n) || some
	}
	return some
}

func (u *unit) add(start, end uint64) bool {
	if start >= end || len(u.in.spans) >= maxSpans {
		return false
	}
	u.in.spans = append(u.in.spans, span{start, end, u})
	return true
}

// addSpans adds the ranges in the unit's own entry.
func (u *unit) addSpans() {
	u.in.budget = max(u.in.budget, 1)
	u.rootEntry().eachRange(func(start, end uint64) bool {
		u.add(start, end)
		return len(u.in.spans) < maxSpans
	})
}

// eachRange calls f for the address ranges of an entry until f returns false.
func (e *entry) eachRange(f func(start, end uint64) bool) {
	low, known := e.address(dwarf.AttrLowpc)
	if v, ok := e.val(dwarf.AttrRanges); ok {
		base, _ := e.u.rootEntry().address(dwarf.AttrLowpc)
		if e.u.version >= 5 {
			e.u.eachInList(v, base, f)
		} else {
			e.u.eachInRanges(v.n, base, f)
		}
		return
	}
	high, ok := e.address(dwarf.AttrHighpc)
	if n, isLength := e.number(dwarf.AttrHighpc); !ok && isLength {
		high = low + uint64(n)
	}
	if known {
		f(low, high)
	}
}

// eachInRanges reads a list of .debug_ranges: pairs of addresses relative to base.
func (u *unit) eachInRanges(off, base uint64, f func(start, end uint64) bool) {
	if off > uint64(u.in.ranges.size) {
		return
	}
	c := u.in.ranges.at(int64(off))
	for {
		start, end := c.uint(8), c.uint(8)
		switch {
		case c.failed || start == 0 && end == 0:
			return
		case start == ^uint64(0):
			base = end
		case !f(base+start, base+end):
			return
		}
	}
}

// eachInList reads a list of .debug_rnglists (DWARF 5, 7.25).
func (u *unit) eachInList(v val, base uint64, f func(start, end uint64) bool) {
	off, ok := u.listOffset(v, formRnglistx, u.in.rngLists, dwarf.AttrRnglistsBase)
	if !ok || off > uint64(u.in.rngLists.size) {
		return
	}
	c := u.in.rngLists.at(int64(off))
	for !c.failed {
		start, end, ok := u.rangeEntry(c.byte(), &c, &base)
		if !ok || start < end && !f(start, end) {
			return
		}
	}
}

// listOffset returns the offset of a list in a section. If v has the form indexed, its
// value is an index into the table that the attribute base refers to.
func (u *unit) listOffset(v val, indexed uint32, sec *section, base dwarf.Attr) (off uint64, ok bool) {
	if v.form != indexed {
		return v.n, true
	}
	size := uint64(u.offsetSize())
	from := u.base(base, 0)
	limit := uint64(sec.size)
	if from > limit || v.n > limit {
		return 0, false
	}
	c := sec.at(int64(from + v.n*size))
	off = from + c.uint(int(size))
	return off, !c.failed
}

// rangeEntry reads a list entry of the given kind (DW_RLE_*). ok is false at the end.
func (u *unit) rangeEntry(kind byte, c *cursor, base *uint64) (start, end uint64, ok bool) {
	switch kind {
	case 1: // DW_RLE_base_addressx
		*base, ok = u.addressAt(c.uleb())
		return 0, 0, ok
	case 2: // DW_RLE_startx_endx
		start, ok = u.addressAt(c.uleb())
		end, _ = u.addressAt(c.uleb())
		return start, end, ok
	case 3: // DW_RLE_startx_length
		start, ok = u.addressAt(c.uleb())
		return start, start + c.uleb(), ok
	case 4: // DW_RLE_offset_pair
		start = *base + c.uleb()
		return start, *base + c.uleb(), true
	case 5: // DW_RLE_base_address
		*base = c.uint(8)
		return 0, 0, true
	case 6: // DW_RLE_start_end
		start = c.uint(8)
		return start, c.uint(8), true
	case 7: // DW_RLE_start_length
		start = c.uint(8)
		return start, start + c.uleb(), true
	}
	return 0, 0, false
}
