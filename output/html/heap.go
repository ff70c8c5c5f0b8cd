package html

import (
	"plait/event"
	"plait/output/heap"
	"plait/output/text"
)

// A site is a place that allocates memory: a function, and where it is called.
type site struct {
	Name  string `json:"name"`
	Place string `json:"place"`
}

// Bits of a record of the heap: which numbers follow.
const (
	frees     = 1 << iota // the address of a block
	allocates             // address and size of a block, the site
	moves                 // the program break
	ends                  // none: the process has no heap any more
)

// maxSites bounds the sites that are remembered.
const maxSites = 1 << 14

// moveHeap adds what a row that has just ended has done to the heap.
func (f *form) moveHeap(e event.Event) {
	switch e := e.(type) {
	case *event.Exec:
		f.block.moveHeap(ends, nil)
	case *event.Exit:
		if e.Process {
			f.block.moveHeap(ends, nil)
		}
	case *event.Return:
		if bits, numbers := f.heapOf(e); bits != 0 {
			f.block.moveHeap(bits, numbers)
		}
	}
}

// heapOf returns what a call has done to the heap.
func (f *form) heapOf(r *event.Return) (bits uint64, numbers []uint64) {
	if r.Heap.Freed != 0 {
		bits, numbers = bits|frees, append(numbers, r.Heap.Freed)
	}
	if r.Heap.Block != 0 {
		bits, numbers = bits|allocates, append(numbers, r.Heap.Block, r.Heap.Size, uint64(f.site(r.Call)))
	}
	if end, ok := r.Result.(event.Pointer); ok && r.Call.Kind == event.System && r.Call.Name == "brk" {
		bits, numbers = bits|moves, append(numbers, end.Addr)
	}
	return bits, numbers
}

// site returns the number of the site of a call, which it makes known to the page.
func (f *form) site(c *event.Call) int {
	s := site{f.names.Name(c), text.Escaped(heap.Place(c, f.names.Symbol), f.look)}
	if n, ok := f.sites[s]; ok {
		return n
	}
	if len(f.sites) >= maxSites {
		clear(f.sites)
	}
	n := f.block.addSite(s)
	f.sites[s] = n
	return n
}
