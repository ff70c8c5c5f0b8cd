package inproc

import (
	"slices"

	"plait/inline"
	"plait/ptrace"
)

// A room is the memory for code in one space. All ranges are sorted and do not overlap; held
// ranges that touch are one.
type room struct {
	owned []inline.Range // mapped by the engine, for whatever
	code  []inline.Range // free, for code that may be anywhere
	held  []inline.Range // free, in pages that are mapped for islands
	free  []inline.Range // held, or nothing is mapped there as far as is known
	known bool           // free was learned, and no mapping has failed since
	pages int            // mapped for islands
}

func (r *room) clone() room {
	return room{owned: slices.Clone(r.owned), code: slices.Clone(r.code), held: slices.Clone(r.held), free: slices.Clone(r.free), known: r.known, pages: r.pages}
}

// find returns the index of the first range that ends behind addr.
func find(all []inline.Range, addr uint64) int {
	i, _ := slices.BinarySearchFunc(all, addr, func(r inline.Range, addr uint64) int {
		if r.Hi > addr {
			return 1
		}
		return -1
	})
	return i
}

// add adds a range, which may touch others and overlap them.
func add(all []inline.Range, r inline.Range) []inline.Range {
	from := find(all, max(r.Lo, 1)-1)
	to := from
	for to < len(all) && all[to].Lo <= r.Hi {
		r.Lo, r.Hi = min(r.Lo, all[to].Lo), max(r.Hi, all[to].Hi)
		to++
	}
	return slices.Replace(all, from, to, r)
}

// cut takes a range out.
func cut(all []inline.Range, r inline.Range) []inline.Range {
	from := find(all, r.Lo)
	to := from
	var left []inline.Range
	for ; to < len(all) && all[to].Lo < r.Hi; to++ {
		if all[to].Lo < r.Lo {
			left = append(left, inline.Range{Lo: all[to].Lo, Hi: r.Lo})
		}
		if all[to].Hi > r.Hi {
			left = append(left, inline.Range{Lo: r.Hi, Hi: all[to].Hi})
		}
	}
	return slices.Replace(all, from, to, left...)
}

// own notes that a range was mapped by the engine.
func (r *room) own(a inline.Range) {
	r.owned = add(r.owned, a)
	r.free = cut(r.free, a)
}

// hold notes that pages were mapped for islands.
func (r *room) hold(a inline.Range) {
	r.owned = add(r.owned, a)
	r.pages += int((a.Hi - a.Lo) / pageSize)
	r.held, r.free = add(r.held, a), add(r.free, a)
}

// holdCode notes that a range was mapped for code.
func (r *room) holdCode(a inline.Range) {
	r.own(a)
	r.code = add(r.code, a)
}

// mapped notes that pages were mapped for islands or, if code is set, for other code.
func (r *room) mapped(pages inline.Range, code bool) {
	if code {
		r.holdCode(pages)
	} else {
		r.hold(pages)
	}
}

// take takes a part of what is free for code.
func (r *room) take(a inline.Range) {
	r.code, r.held, r.free = cut(r.code, a), cut(r.held, a), cut(r.free, a)
}

// giveCode gives back what take took for code.
func (r *room) giveCode(a inline.Range) { r.code = add(r.code, a) }

// giveIsland gives back what take took for an island.
func (r *room) giveIsland(a inline.Range) { r.held, r.free = add(r.held, a), add(r.free, a) }

// codeAlign is the alignment of code that may be anywhere.
const codeAlign = 16

// near returns the place for size bytes of code that is nearest to addr, if there is one less
// than reach away.
func (r *room) near(addr, size, reach uint64) (inline.Range, bool) {
	var best inline.Range
	least := reach
	for _, h := range r.code {
		lo := (h.Lo + codeAlign - 1) &^ (codeAlign - 1)
		if lo+size > h.Hi || lo < h.Lo {
			continue
		}
		if d := max(lo, addr) - min(lo, addr); d < least {
			best, least = inline.Range{Lo: lo, Hi: lo + size}, d
		}
	}
	return best, least < reach
}

// Bounds of what is free.
const (
	lowest    = 1 << 16       // vm.mmap_min_addr, at most
	highest   = 1<<47 - 1<<12 // of user space
	nearGuard = 1 << 20       // left free beside a mapping, so that it can grow
	farGuard  = 256 << 20     // left free above the heap and below the stack
	hugeGap   = 4 << 30
)

// learn takes from the mappings of the space where nothing is mapped.
func (r *room) learn(mappings []ptrace.Mapping) {
	r.free, r.known = nil, true
	free, guard := inline.Range{Lo: lowest}, uint64(0)
	for _, m := range mappings {
		if m.Start >= highest {
			break
		}
		_, ours := slices.BinarySearchFunc(r.owned, m, compareMapping)
		free.Hi = m.Start
		if !ours {
			free.Hi -= min(free.Hi, below(m))
		}
		r.gap(free, guard)
		free.Lo, guard = m.End, above(m)
		if ours {
			guard = 0
		}
	}
	free.Hi = highest
	r.gap(free, guard)
	for _, h := range r.held {
		r.free = add(r.free, h)
	}
}

// below returns how much must be left free below a mapping.
func below(m ptrace.Mapping) uint64 {
	if m.Path == "[stack]" {
		return farGuard
	}
	return nearGuard
}

// above returns how much must be left free above a mapping.
func above(m ptrace.Mapping) uint64 {
	if m.Path == "[heap]" {
		return farGuard
	}
	return nearGuard
}

// gap adds a gap, of which so much is left free at its begin: more if there is much room, since
// the heap, which may not be there yet, begins where there is much room.
func (r *room) gap(free inline.Range, guard uint64) {
	if free.Lo+hugeGap < free.Hi && guard != 0 {
		guard = farGuard
	}
	whole := inline.Range{Lo: pageUp(free.Lo + guard), Hi: free.Hi &^ (pageSize - 1)}
	if whole.Lo < whole.Hi {
		r.free = append(r.free, whole)
	}
}

// compareMapping finds a range that overlaps a mapping.
func compareMapping(a inline.Range, m ptrace.Mapping) int {
	switch {
	case a.Hi <= m.Start:
		return -1
	case a.Lo >= m.End:
		return 1
	}
	return 0
}

func pageUp(addr uint64) uint64 { return (addr + pageSize - 1) &^ (pageSize - 1) }

// pagesOf returns the pages that a range lies in.
func pagesOf(a inline.Range) inline.Range {
	return inline.Range{Lo: a.Lo &^ (pageSize - 1), Hi: pageUp(a.Hi)}
}

// closest returns the address of size bytes where nothing is mapped that is nearest to addr, if
// there is one less than reach away.
func (r *room) closest(addr, size, reach uint64) (uint64, bool) {
	var best uint64
	least := reach
	for _, f := range r.free {
		for _, m := range r.missing(inline.Range{Lo: pageUp(f.Lo), Hi: f.Hi &^ (pageSize - 1)}) {
			if m.Hi < m.Lo+size {
				continue
			}
			at := min(max(addr&^(pageSize-1), m.Lo), m.Hi-size)
			if d := max(at, addr) - min(at, addr); d < least {
				best, least = at, d
			}
		}
	}
	return best, least < reach
}

// missing returns the pages of a free range that are not mapped.
func (r *room) missing(a inline.Range) []inline.Range {
	pages := []inline.Range{pagesOf(a)}
	if a.Lo >= a.Hi {
		return nil
	}
	for i := find(r.owned, pages[0].Lo); i < len(r.owned) && r.owned[i].Lo < pagesOf(a).Hi; i++ {
		pages = cut(pages, r.owned[i])
	}
	return pages
}

// mayMap reports whether so many pages more may be mapped.
func (r *room) mayMap(pages inline.Range) bool {
	return r.pages+int((pages.Hi-pages.Lo)/pageSize) <= maxPages
}
