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

// EnterHeap returns the block that a call will free. It must follow Enter, and returns nil
// if the function has nothing to do with the heap.
func (p *Prototype) EnterHeap(s *Source) *event.Heap {
	if p.Heap == nil {
		return nil
	}
	h := &event.Heap{}
	if p.Heap.Frees != nil {
		h.Freed, _ = p.Heap.Frees.eval(s.scratch)
	}
	return h
}

// ReturnHeap adds the block that a call has allocated. It must follow Return. A call that
// would have replaced a block and failed has freed none, unless it was to replace it by
// nothing (realloc(3) with size 0).
func (p *Prototype) ReturnHeap(s *Source, h *event.Heap) {
	x := p.Heap
	if x.Block == nil || s.scratch.failed && x.Frees == nil && x.Block.op != opResult {
		return
	}
	if h.Block, _ = x.Block.eval(s.scratch); h.Block != 0 {
		h.Size, h.Sized = p.blockSize(s, h.Block)
		return
	}
	if size, ok := x.size(s); !ok || size != 0 {
		h.Freed = 0
	}
}

func (x *Heap) size(s *Source) (uint64, bool) {
	if x.Size == nil {
		return 0, false
	}
	return x.Size.eval(s.scratch)
}

func (p *Prototype) blockSize(s *Source, block uint64) (uint64, bool) {
	if p.Heap.Size != nil {
		return p.Heap.size(s)
	}
	text, ended := s.Text(block, maxBlockText)
	return uint64(len(text)) + 1, ended
}
