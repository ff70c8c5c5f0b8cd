package timeline

import (
	"maps"

	"plait/event"
)

// blocks are the living blocks of memory of a process, as far as traced calls have said
// what they allocate and free.
type blocks struct {
	sizes map[uint64]uint64 // by address
	live  uint64            // bytes
	full  bool              // there were too many: nothing is said any more
}

// maxBlocks bounds how many blocks of a process are followed.
const maxBlocks = 1 << 20

// change does what a call has done. It reports whether the live bytes are others.
func (b *blocks) change(h event.Heap) bool {
	before := b.live
	b.drop(h.Freed)
	b.drop(h.Block)
	if h.Block != 0 && !b.full {
		if b.sizes == nil {
			b.sizes = map[uint64]uint64{}
		}
		b.sizes[h.Block] = h.Size
		b.live += h.Size
		b.full = len(b.sizes) > maxBlocks
	}
	return b.live != before && !b.full
}

func (b *blocks) drop(addr uint64) {
	b.live -= b.sizes[addr]
	delete(b.sizes, addr)
}

// clone returns the blocks of a forked process, which has copies of them.
func (b *blocks) clone() blocks {
	return blocks{sizes: maps.Clone(b.sizes), live: b.live, full: b.full}
}
