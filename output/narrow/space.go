package narrow

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strconv"

	"plait/event"
)

// A space names the addresses of one process by the regions that were reported. Relative
// to the beginning of its region an address is the same in each run, though ASLR moves the
// regions.
type space struct {
	regions   []*region      // in the order of their addresses
	heap      uint64         // where the heap begins; 0 if that is not known
	anonymous int            // how many regions without a file have a name
	others    map[uint64]int // addresses where nothing was mapped, numbered
	room      *int           // how much more all spaces together may remember
}

// A region is one that was reported. One without a file gets its name when an address in
// it is shown.
type region struct {
	start, end uint64
	name       string
	base       uint64
	file       bool
}

// lowest is the lowest address that can be mapped by default (vm.mmap_min_addr).
const lowest = 1 << 16

// Bounds on what is kept and on what counts as the heap.
const (
	maxRegions   = 1 << 15 // of a process
	maxInherited = 1 << 10 // of a new process, that it has from its parent
	maxOthers    = 1 << 16
	maxKept      = 1 << 18 // of all processes
	maxHeap      = 1 << 36
)

// mayBeAddress reports whether a word is no number that cannot be an address.
func mayBeAddress(word uint64) bool { return word >= lowest && word < 1<<56 }

// clone returns what a forked process has. It has nothing if there is too much of it.
func (s *space) clone() *space {
	size := len(s.regions) + len(s.others)
	if len(s.regions) > maxInherited || size > *s.room {
		return &space{room: s.room}
	}
	*s.room -= size
	c := *s
	c.regions, c.others = make([]*region, len(s.regions)), maps.Clone(s.others)
	for i, r := range s.regions {
		own := *r
		c.regions[i] = &own
	}
	return &c
}

// forget gives back what a space remembers.
func (s *space) forget() {
	if s != nil {
		*s.room += len(s.regions) + len(s.others)
	}
}

// add remembers a region, unless its place is taken.
func (s *space) add(e *event.Region) {
	if e.Kind == event.HeapRegion {
		s.heap = e.Base
	}
	i, found := slices.BinarySearchFunc(s.regions, e.Start, compareStart)
	overlaps := found || i < len(s.regions) && s.regions[i].start < e.End || i > 0 && s.regions[i-1].end > e.Start
	if overlaps || e.Start >= e.End || len(s.regions) >= maxRegions || *s.room <= 0 {
		return
	}
	*s.room--
	s.regions = slices.Insert(s.regions, i, regionOf(e))
}

func compareStart(r *region, addr uint64) int { return cmp.Compare(r.start, addr) }

func regionOf(e *event.Region) *region {
	r := &region{start: e.Start, end: e.End, base: e.Base}
	switch e.Kind {
	case event.HeapRegion:
		r.name = "heap"
	case event.StackRegion:
		r.name = "stack"
	case event.ArgsRegion:
		r.name = "args"
	case event.FileRegion:
		r.name, r.file = path.Base(e.Path), true
	}
	return r
}

// label returns the label of an address and whether something is there. It is "" for a
// number that is no address at all. With pointer, an address where nothing is has a label,
// too.
func (s *space) label(addr uint64, pointer bool) (text string, mapped bool) {
	if !mayBeAddress(addr) {
		return "", false
	}
	r := s.find(addr)
	switch {
	case r != nil:
		if r.name == "" {
			s.anonymous++
			r.name = "anon" + strconv.Itoa(s.anonymous)
		}
		return offset(r.name, addr, r.base), true
	case s.heap != 0 && addr >= s.heap && addr-s.heap < maxHeap:
		return offset("heap", addr, s.heap), true
	case pointer:
		return s.other(addr), false
	}
	return "", false
}

// file returns the name of the file that is mapped at an address, if that is known.
func (s *space) file(addr uint64) string {
	if r := s.find(addr); r != nil && r.file {
		return r.name
	}
	return ""
}

func (s *space) find(addr uint64) *region {
	i, found := slices.BinarySearchFunc(s.regions, addr, compareStart)
	if !found {
		i--
	}
	if i >= 0 && addr < s.regions[i].end {
		return s.regions[i]
	}
	return nil
}

// other numbers an address where nothing is.
func (s *space) other(addr uint64) string {
	n, ok := s.others[addr]
	if !ok {
		if len(s.others) >= maxOthers || *s.room <= 0 {
			return "addr"
		}
		*s.room--
		if s.others == nil {
			s.others = map[uint64]int{}
		}
		n = len(s.others) + 1
		s.others[addr] = n
	}
	return "addr" + strconv.Itoa(n)
}

// offset writes an address relative to a base: "heap+0x2a0", "stack-0x40".
func offset(name string, addr, base uint64) string {
	switch {
	case addr > base:
		return name + "+0x" + strconv.FormatUint(addr-base, 16)
	case addr < base:
		return name + "-0x" + strconv.FormatUint(base-addr, 16)
	}
	return name
}
