package heap

import (
	"fmt"
	"strings"

	"plait/event"
	"plait/output/table"
)

// habits are what is known of how the allocator of a process works.
type habits struct {
	glibc, other bool   // whose malloc and free were called: the GNU C library's, or another
	freedMost    uint64 // the largest freed block that lay below the break
	unmapped     uint64 // the largest mapping that freeing a block has unmapped
	lowered      uint64 // how often the break went down
	bytesLowered uint64
}

// The defaults of mallopt(3) on 64-bit machines.
const (
	trimThreshold    = 128 << 10 // M_TRIM_THRESHOLD
	maxMmapThreshold = 32 << 20  // DEFAULT_MMAP_THRESHOLD_MAX: larger mappings change no threshold
	maxFast          = 120       // M_MXFAST, without what malloc keeps beside a block
	pageSize         = 4096
	remainder        = pageSize + 64 // at most this is left: only whole pages are given back, and malloc keeps something beside blocks
)

// glibc is the soname of the GNU C library.
const glibc = "libc.so.6"

// learn notes what a call tells about the allocator.
func (a *habits) learn(s *space, e *event.Return, m moves) {
	if e.Call.Name != "malloc" && e.Call.Name != "free" {
		return
	}
	a.glibc = a.glibc || e.Call.Object == glibc
	a.other = a.other || e.Call.Object != glibc
	if e.Heap.Freed != 0 && !s.isBelowBreak(e.Heap.Freed) && m.shrunk <= maxMmapThreshold {
		a.unmapped = max(a.unmapped, m.shrunk)
	}
}

// freed notes that a block was freed.
func (a *habits) freed(s *space, addr, size uint64) {
	if s.isBelowBreak(addr) {
		a.freedMost = max(a.freedMost, size)
	}
}

// isBelowBreak reports whether an address is in the memory that brk(2) has given.
func (s *space) isBelowBreak(addr uint64) bool {
	return s.first != 0 && addr >= s.first && addr < s.brk
}

// A tail is what lies between the highest living block of a heap and the break.
type tail struct {
	known  bool
	bytes  uint64
	top    block  // the highest living block; no site: none lives
	holes  uint64 // bytes below it that are in no living block
	habits habits
}

func (s *space) tail() tail {
	if s.brk == 0 || s.brk == s.first || s.forked {
		return tail{}
	}
	t := tail{known: true, habits: s.habits}
	end, living := s.first, uint64(0)
	for addr, b := range s.blocks {
		if !s.isBelowBreak(addr) {
			continue
		}
		size := min(b.size, s.brk-addr)
		living += size
		if addr+size >= end {
			end, t.top = addr+size, b
		}
	}
	t.bytes = s.brk - end
	t.holes = max(end-s.first, living) - living
	return t
}

// text says how far the heap reaches beyond what lives in it.
func (t *tail) text() string {
	if !t.known {
		return ""
	}
	text := fmt.Sprintf(" At the end the highest living block was %s bytes below the program break.", table.Grouped(t.bytes))
	if t.top.site == nil {
		text = fmt.Sprintf(" At the end no block lived below the program break, which was %s bytes above its begin.", table.Grouped(t.bytes))
	}
	return text
}

// why says, as lines, what holds the break where it is, as far as calls have shown it.
func (t *tail) why() string {
	if !t.known {
		return ""
	}
	var lines []string
	if s := t.top.site; s != nil {
		line := fmt.Sprintf("The highest living block has %s bytes: %s, %s.", table.Grouped(t.top.size), s.name, s.place)
		if t.holes >= pageSize {
			line += fmt.Sprintf(" Below it %s bytes are in no living block, but brk moves only the end of the heap.", table.Grouped(t.holes))
		}
		lines = append(lines, line)
	}
	if n := t.habits.lowered; n > 0 {
		lines = append(lines, fmt.Sprintf("Given back: %s bytes; the break went down %s.", table.Grouped(t.habits.bytesLowered), times(n)))
	}
	if reason := t.habits.reason(t.bytes); reason != "" {
		lines = append(lines, "Not given back: "+reason)
	}
	if len(lines) == 0 {
		return ""
	}
	return "\n" + strings.Join(lines, "\n")
}

// reason says why the allocator has kept the bytes at the end of the heap, if that can be
// known.
func (a *habits) reason(bytes uint64) string {
	if !a.glibc || a.other || a.freedMost == 0 {
		return ""
	}
	if a.freedMost <= maxFast {
		return fmt.Sprintf("no freed block had more than %s bytes. malloc keeps such small ones for its next calls and does not merge them (M_MXFAST in mallopt(3)).", table.Grouped(a.freedMost))
	}
	threshold := max(trimThreshold, 2*a.unmapped)
	if bytes > threshold+remainder {
		return ""
	}
	because := ""
	if threshold > trimThreshold {
		because = fmt.Sprintf(", twice the mapping of %s bytes that it has unmapped", table.Grouped(a.unmapped))
	}
	return fmt.Sprintf("unless told otherwise, free gives whole pages at the end of the heap back when there are more than %s free bytes%s (M_TRIM_THRESHOLD in mallopt(3)).", table.Grouped(threshold), because)
}

// times says how often something happened: "once", "2 times".
func times(n uint64) string {
	if n == 1 {
		return "once"
	}
	return table.Grouped(n) + " times"
}
