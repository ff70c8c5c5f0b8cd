package plt

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"plait/elf"
)

// A word is one GOT word that the loader fills with the address of a function.
type word struct {
	addr          uint64
	name, version string
}

// imports is the set of an object's words. It is built for the question that a scan
// asks about every other byte: is this address one of them?
type imports struct {
	words  []word   // sorted by addr
	lo, hi uint64   // range of the addresses
	bits   []uint64 // a bit for each byte of the range, modulo the size of bits
	mask   uint64
}

// maxBits bounds the size of bits: a GOT is dense, but a hostile file's words may be
// anywhere.
const maxBits = 1 << 23

// importsOf returns the words through which f calls imported functions. If there is an
// error some may be missing.
func importsOf(f *elf.File) (imports, error) {
	relocs, err := f.Relocations()
	var words []word
	static := f.Static() // then its IFUNCs are functions of its own
	resolvers := map[uint64]word{}
	for _, r := range relocs {
		switch {
		case r.Kind == elf.IRelative && !static:
			w, known := resolvers[r.Addend]
			if !known {
				w = ifuncWord(f, r)
				resolvers[r.Addend] = w
			}
			w.addr = r.Offset
			words = append(words, w)
		case r.Kind == elf.Absolute && !f.Relro.Contains(r.Offset):
			// A variable: the program may point it at something else.
		case r.Kind != elf.IRelative && r.Symbol.MayBeCalled() && r.Symbol.Name != "":
			words = append(words, word{r.Offset, r.Symbol.Name, r.Symbol.Version})
		}
	}
	slices.SortFunc(words, func(a, b word) int { return cmp.Compare(a.addr, b.addr) })
	return newImports(words), err
}

// ifuncWord names the word of an IRELATIVE relocation after the IFUNC with the same
// resolver. Of several names it takes the shortest: memcpy, not __memcpy.
func ifuncWord(f *elf.File, r elf.Relocation) word {
	w := word{addr: r.Offset}
	for _, s := range f.FunctionAt(r.Addend) {
		if s.IsIndirect() && (w.name == "" || len(s.Name) < len(w.name)) {
			w.name, w.version = s.Name, s.Version
		}
	}
	if w.name == "" {
		w.name = fmt.Sprintf("IREL.%#x", r.Addend)
	}
	return w
}

func newImports(words []word) imports {
	im := imports{words: words}
	if len(words) == 0 {
		return im
	}
	im.lo, im.hi = words[0].addr, words[len(words)-1].addr
	size := uint64(64)
	for size < maxBits && size <= im.hi-im.lo {
		size *= 2
	}
	im.mask = size - 1
	im.bits = make([]uint64, size/64)
	for _, w := range words {
		bit := (w.addr - im.lo) & im.mask
		im.bits[bit/64] |= 1 << (bit % 64)
	}
	return im
}

// span32 returns the size of the range, or the largest uint32 if that is smaller.
func (im *imports) span32() uint32 { return uint32(min(im.hi-im.lo, math.MaxUint32)) }

// find returns the index of the word at addr, or -1.
func (im *imports) find(addr uint64) int {
	into := addr - im.lo
	if into > im.hi-im.lo || im.bits[into&im.mask/64]&(1<<(into%64)) == 0 {
		return -1
	}
	i, ok := slices.BinarySearchFunc(im.words, addr, func(w word, addr uint64) int { return cmp.Compare(w.addr, addr) })
	if !ok {
		return -1
	}
	return i
}
