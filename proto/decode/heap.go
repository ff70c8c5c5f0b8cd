package decode

import "plait/event"

// A Heap says which blocks of memory a function allocates and frees.
type Heap struct {
	Frees *Expr // address of the block that is freed; nil: none
	Block *Expr // address of the block that is allocated; nil: none
	Size  *Expr // of that block; nil: that of the text in it
}

// maxBlockText bounds the length of a text that is measured.
const maxBlockText = 1 << 20

// Freed returns the address of the block that a call of p is about to free, 0 if there is
// none. It must follow Enter.
func (p *Prototype) Freed(s *Source) uint64 {
	if p.Heap == nil || p.Heap.Frees == nil {
		return 0
	}
	addr, _ := p.Heap.Frees.eval(s.scratch)
	return addr
}

// HeapAfter returns what a call of p has done to the heap; freed is what Freed returned.
// It must follow Return. A call that would have replaced a block and failed has freed
// none, unless it was to replace it by nothing (realloc(3) with size 0).
func (p *Prototype) HeapAfter(s *Source, freed uint64) event.Heap {
	h := event.Heap{Freed: freed}
	x := p.Heap
	if x == nil || x.Block == nil || s.scratch.failed && x.Frees == nil {
		return h
	}
	if h.Block, _ = x.Block.eval(s.scratch); h.Block != 0 {
		h.Size, h.Sized = x.size(s, h.Block)
	} else if size, ok := x.size(s, 0); !ok || size != 0 {
		h.Freed = 0
	}
	return h
}

// size returns how large a block is, if that can be known.
func (x *Heap) size(s *Source, block uint64) (uint64, bool) {
	if x.Size != nil {
		return x.Size.eval(s.scratch)
	}
	if block == 0 {
		return 0, false
	}
	text, ended := s.Text(block, maxBlockText)
	return uint64(len(text)) + 1, ended
}
