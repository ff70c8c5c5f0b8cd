package narrow

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A Layout says where things are in an address space, as the kernel placed them.
type Layout struct {
	Mappings []Mapping // in the order of their addresses
	Stack    uint64    // where the first stack begins, downwards (argc)
	Args     uint64    // where the strings of arguments and environment begin
	Heap     uint64    // where the heap begins
}

// A Mapping is one of an address space (proc_pid_maps(5)).
type Mapping struct {
	Start, End uint64
	Path       string
}

// A space names the addresses of one process. Relative to the beginning of its region an
// address is the same in each run, though ASLR moves the regions.
type space struct {
	base      Layout // its Mappings are not kept
	known     bool   // base is
	regions   []region
	anonymous int            // how many regions without a file there are
	others    map[uint64]int // addresses where nothing was mapped, numbered
}

// A region is one as it was when an address in it was met first. It is kept when it is
// unmapped: what was there may be shown later.
type region struct {
	start, end uint64
	name       string
	base       uint64 // what offsets count from
	file       bool
}

// lowest is the lowest address that can be mapped by default (vm.mmap_min_addr).
const lowest = 1 << 16

// Bounds on what is kept and on what counts as the heap.
const (
	maxRegions = 1 << 16
	maxOthers  = 1 << 16
	maxHeap    = 1 << 36
)

func (s *space) clone() *space {
	c := *s
	c.regions, c.others = slices.Clone(s.regions), maps.Clone(s.others)
	return &c
}

// label returns the label of an address and whether something is there. It is "" for a
// number that is no address at all. With pointer, an address where nothing is has a label,
// too.
func (s *space) label(addr uint64, layout func() (Layout, bool), pointer bool) (text string, mapped bool) {
	if addr < lowest || addr >= 1<<56 {
		return "", false
	}
	r := s.find(addr)
	if r == nil {
		r = s.meet(addr, layout)
	}
	switch {
	case r != nil:
		return r.label(addr), true
	case s.known && addr >= s.base.Heap && addr-s.base.Heap < maxHeap:
		return offset("heap", addr, s.base.Heap), true
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
	i, found := slices.BinarySearchFunc(s.regions, addr, func(r region, addr uint64) int { return cmp.Compare(r.start, addr) })
	if !found {
		i--
	}
	if i >= 0 && addr < s.regions[i].end {
		return &s.regions[i]
	}
	return nil
}

// meet reads the layout, and remembers the region of an address that is in none so far.
func (s *space) meet(addr uint64, layout func() (Layout, bool)) *region {
	now, ok := layout()
	if !ok || len(s.regions) >= maxRegions {
		return nil
	}
	if !s.known {
		s.base, s.known = now, true
		s.base.Mappings = nil
	}
	i := slices.IndexFunc(now.Mappings, func(m Mapping) bool { return addr >= m.Start && addr < m.End })
	if i < 0 {
		return nil
	}
	r := s.regionOf(now.Mappings, i, addr)
	at, _ := slices.BinarySearchFunc(s.regions, r.start, func(r region, start uint64) int { return cmp.Compare(r.start, start) })
	s.regions = slices.Insert(s.regions, at, r)
	return &s.regions[at]
}

// regionOf returns the region of a mapping, without what belongs to known ones: a mapping
// grows when another one is made beside it.
func (s *space) regionOf(all []Mapping, i int, addr uint64) region {
	m := all[i]
	r := region{start: m.Start, end: m.End}
	for _, old := range s.regions {
		if old.end <= addr {
			r.start = max(r.start, old.end)
		} else if old.start > addr {
			r.end = min(r.end, old.start)
		}
	}
	switch {
	case m.Path == "[heap]":
		r.name, r.base = "heap", s.base.Heap
	case m.Path == "[stack]" && addr >= s.base.Args:
		r.name, r.base = "args", s.base.Args
		r.start = max(r.start, s.base.Args)
	case m.Path == "[stack]":
		r.name, r.base = "stack", s.base.Stack
		r.end = min(r.end, s.base.Args)
		r.start = min(r.start, r.end)
	case strings.HasPrefix(m.Path, "["), m.Path == "":
		s.anonymous++
		r.name, r.base = "anon"+strconv.Itoa(s.anonymous), r.start
	default:
		r.name, r.base, r.file = path.Base(m.Path), baseOf(all, i), true
	}
	return r
}

// baseOf returns where the file of a mapping begins.
func baseOf(all []Mapping, i int) uint64 {
	for i > 0 && all[i-1].Path == all[i].Path && all[i-1].End == all[i].Start {
		i--
	}
	return all[i].Start
}

// other numbers an address where nothing is.
func (s *space) other(addr uint64) string {
	n, ok := s.others[addr]
	if !ok {
		if len(s.others) >= maxOthers {
			return "addr"
		}
		if s.others == nil {
			s.others = map[uint64]int{}
		}
		n = len(s.others) + 1
		s.others[addr] = n
	}
	return "addr" + strconv.Itoa(n)
}

func (r *region) label(addr uint64) string { return offset(r.name, addr, r.base) }

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
