package elf

import (
	"debug/elf"
	"math"
)

// A gnuHash is the header of a DT_GNU_HASH table: four words, a Bloom filter,
// the buckets, then one hash value per symbol from symOffset on, the last of
// each bucket with bit 0 set.
type gnuHash struct {
	buckets, symOffset uint32
	bucketAt, chainAt  uint64 // addresses
}

func (f *File) gnuHash() (gnuHash, bool) {
	addr, ok := f.dyn[elf.DT_GNU_HASH]
	if !ok {
		return gnuHash{}, false
	}
	b, err := f.readMem(addr, 16, "hash table")
	if err != nil {
		return gnuHash{}, false
	}
	h := gnuHash{buckets: f.Order.Uint32(b), symOffset: f.Order.Uint32(b[4:])}
	h.bucketAt = addr + 16 + 8*uint64(f.Order.Uint32(b[8:]))
	h.chainAt = h.bucketAt + 4*uint64(h.buckets)
	return h, h.buckets > 0
}

// countGNUHash returns the number of symbols according to DT_GNU_HASH: the end of the
// chain of the highest bucket.
func (f *File) countGNUHash() uint64 {
	h, ok := f.gnuHash()
	if !ok {
		return 0
	}
	last := uint32(0)
	buckets := f.readUpTo(h.bucketAt, 4*uint64(h.buckets))
	for ; len(buckets) >= 4; buckets = buckets[4:] {
		last = max(last, f.Order.Uint32(buckets))
	}
	if last < h.symOffset || last == 0 {
		return uint64(h.symOffset)
	}
	n := uint64(last)
	f.chain(h, last, func(uint32, uint32) bool { n++; return true })
	return n
}

// chain calls visit with the index and hash of each symbol in the chain that begins at
// index, until visit returns false or the file ends.
func (f *File) chain(h gnuHash, index uint32, visit func(index, hash uint32) bool) {
	const block = 256
	if index < h.symOffset {
		return
	}
	for {
		b := f.readUpTo(h.chainAt+4*uint64(index-h.symOffset), 4*block)
		if len(b) < 4 {
			return
		}
		for ; len(b) >= 4; b = b[4:] {
			hash := f.Order.Uint32(b)
			if !visit(index, hash) || hash&1 != 0 || index == math.MaxUint32 {
				return
			}
			index++
		}
	}
}

// candidates calls visit with the symbols that may have that name, until visit returns
// false.
func (f *File) candidates(name string, visit func(Symbol) bool) {
	if h, ok := f.gnuHash(); ok {
		f.gnuCandidates(h, name, visit)
		return
	}
	if _, ok := f.dyn[elf.DT_HASH]; ok {
		f.sysvCandidates(name, visit)
		return
	}
	all := f.dynsyms()
	for i := range all.len() {
		if !visit(all.at(i)) {
			return
		}
	}
}

func (f *File) gnuCandidates(h gnuHash, name string, visit func(Symbol) bool) {
	want := gnuHashOf(name)
	b, err := f.readMem(h.bucketAt+4*uint64(want%h.buckets), 4, "hash bucket")
	if err != nil {
		return
	}
	f.chain(h, f.Order.Uint32(b), func(index, hash uint32) bool {
		if hash|1 != want|1 {
			return true
		}
		s, ok := f.symbolAt(index)
		return ok && visit(s)
	})
}

// gnuHashOf is Bernstein's hash: h*33 + c, starting at 5381.
func gnuHashOf(name string) uint32 {
	h := uint32(5381)
	for i := range len(name) {
		h = h*33 + uint32(name[i])
	}
	return h
}

// countHash returns the number of symbols according to DT_HASH: its nchain.
func (f *File) countHash() uint64 {
	addr, ok := f.dyn[elf.DT_HASH]
	if !ok {
		return 0
	}
	b, err := f.readMem(addr, 8, "hash table")
	if err != nil {
		return 0
	}
	return uint64(f.Order.Uint32(b[4:]))
}

// sysvCandidates follows one chain of a DT_HASH table: nbucket, nchain, buckets, chains.
// A chain of more than nchain links is circular.
func (f *File) sysvCandidates(name string, visit func(Symbol) bool) {
	addr := f.dyn[elf.DT_HASH]
	head, err := f.readMem(addr, 8, "hash table")
	if err != nil {
		return
	}
	buckets, chains := f.Order.Uint32(head), f.Order.Uint32(head[4:])
	if buckets == 0 {
		return
	}
	word := addr + 8 + 4*uint64(sysvHashOf(name)%buckets)
	for range min(uint64(chains), f.size/4) {
		b, err := f.readMem(word, 4, "hash chain")
		if err != nil || f.Order.Uint32(b) == 0 {
			return
		}
		index := f.Order.Uint32(b)
		if s, ok := f.symbolAt(index); !ok || !visit(s) {
			return
		}
		word = addr + 8 + 4*uint64(buckets) + 4*uint64(index)
	}
}

// sysvHashOf is the hash function of the System V gABI ("Hash Table").
func sysvHashOf(name string) uint32 {
	h := uint32(0)
	for i := range len(name) {
		h = h<<4 + uint32(name[i])
		h = (h ^ h>>24&0xf0) & 0x0fffffff
	}
	return h
}
