package breakpoints

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"plait/arch"
)

// Memory is the space that the breakpoints are planted in. Both methods take
// tracee addresses and transfer all of b or fail.
type Memory interface {
	Read(addr uint64, b []byte) error
	Write(addr uint64, b []byte) error
}

// A Breakpoint is one planted instruction.
type Breakpoint struct {
	Addr     uint64
	Original []byte // up to window bytes that stood there, fewer at the end of a mapping
	refs     int
}

// window is how many original bytes are kept: the longest instruction.
const window = 15

// pageSize bounds what is read and written at once.
const pageSize = 4096

// A Table holds the breakpoints of one address space, by page: what is asked of
// them is always about a few bytes, and there may be hundreds of thousands.
type Table struct {
	arch   *arch.Arch
	memory Memory
	pages  map[uint64][]*Breakpoint // by page number; sorted by Addr
}

// New returns an empty table for the space that m reaches.
func New(a *arch.Arch, m Memory) *Table {
	return &Table{arch: a, memory: m, pages: map[uint64][]*Breakpoint{}}
}

// At returns the breakpoint planted at addr, or nil.
func (t *Table) At(addr uint64) *Breakpoint {
	all := t.pages[addr/pageSize]
	if i, ok := find(all, addr); ok {
		return all[i]
	}
	return nil
}

// find is where in all the breakpoint at addr is, or belongs.
func find(all []*Breakpoint, addr uint64) (int, bool) {
	return slices.BinarySearchFunc(all, addr, func(b *Breakpoint, addr uint64) int { return cmp.Compare(b.Addr, addr) })
}

// IsShort tells whether the instruction at the beginning of code is no longer than a
// breakpoint.
func (t *Table) IsShort(code []byte) bool {
	n, ok := t.arch.Length(code)
	return ok && n <= len(t.arch.Breakpoint)
}

// Len is how many breakpoints are planted.
func (t *Table) Len() (n int) {
	for _, all := range t.pages {
		n += len(all)
	}
	return n
}

// Insert plants a breakpoint at addr, or counts one more use of it.
func (t *Table) Insert(addr uint64) error {
	if len(t.insertPage(addr/pageSize*pageSize, []uint64{addr})) > 0 {
		return fmt.Errorf("plant a breakpoint at %#x: memory cannot be written", addr)
	}
	return nil
}

// InsertAll plants many breakpoints, a page at a time, and returns the
// addresses where it could not. It leaves off before a page once stop says so;
// rest are the addresses that were not tried.
func (t *Table) InsertAll(addrs []uint64, stop func() bool) (failed, rest []uint64) {
	rest = slices.Clone(addrs)
	slices.Sort(rest)
	for len(rest) > 0 && !stop() {
		page := rest[0] / pageSize
		n := 1
		for n < len(rest) && rest[n]/pageSize == page {
			n++
		}
		failed = append(failed, t.insertPage(page*pageSize, rest[:n])...)
		rest = rest[n:]
	}
	return failed, rest
}

// insertPage plants the breakpoints of one page, at sorted addresses. It reads a
// little further than it writes, so that the last instruction is kept whole, over
// the page's end where that can be.
func (t *Table) insertPage(page uint64, addrs []uint64) (failed []uint64) {
	lo, last := addrs[0], addrs[len(addrs)-1]
	code := make([]byte, last-lo+window)
	if t.memory.Read(lo, code) != nil {
		code = code[:min(uint64(len(code)), page+pageSize-lo)]
		if t.memory.Read(lo, code) != nil {
			return addrs
		}
	}
	t.Hide(lo, code)
	before := t.pages[page/pageSize]
	all, planted := slices.Clip(before), make([]Breakpoint, 0, len(addrs))
	for _, addr := range addrs {
		if i, ok := find(before, addr); ok {
			before[i].refs++
		} else if n := len(planted); n > 0 && planted[n-1].Addr == addr {
			planted[n-1].refs++
		} else {
			off := addr - lo
			planted = append(planted, Breakpoint{Addr: addr, refs: 1, Original: bytes.Clone(code[off:min(off+window, uint64(len(code)))])})
			all = append(all, &planted[n])
		}
	}
	if len(planted) == 0 {
		return nil
	}
	if len(before) > 0 {
		slices.SortFunc(all, func(a, b *Breakpoint) int { return cmp.Compare(a.Addr, b.Addr) })
	}
	t.pages[page/pageSize] = all
	t.overlay(lo, code)
	if t.memory.Write(lo, code[:min(last-lo+uint64(len(t.arch.Breakpoint)), uint64(len(code)))]) == nil {
		return nil
	}
	var fresh []*Breakpoint
	for i := range planted {
		fresh = append(fresh, &planted[i])
		failed = append(failed, planted[i].Addr)
	}
	if t.restore(fresh) != nil {
		return nil // some were written, and have to be known
	}
	t.keep(page/pageSize, before)
	return failed
}

// keep makes all what is planted in a page.
func (t *Table) keep(page uint64, all []*Breakpoint) {
	if len(all) == 0 {
		delete(t.pages, page)
		return
	}
	t.pages[page] = all
}

// Remove takes back one use of the breakpoint at addr, and the breakpoint with
// the last use. One that cannot be taken out is still known.
func (t *Table) Remove(addr uint64) error {
	all := t.pages[addr/pageSize]
	i, ok := find(all, addr)
	if !ok {
		return fmt.Errorf("remove the breakpoint at %#x: there is none", addr)
	}
	b := all[i]
	if b.refs--; b.refs > 0 {
		return nil
	}
	if err := t.restore([]*Breakpoint{b}); err != nil {
		return err
	}
	t.keep(addr/pageSize, slices.Delete(all, i, i+1))
	return nil
}

// Release forgets the breakpoint at addr, whatever its uses: something else stands in its place
// now.
func (t *Table) Release(addr uint64) {
	all := t.pages[addr/pageSize]
	if i, ok := find(all, addr); ok {
		t.keep(addr/pageSize, slices.Delete(all, i, i+1))
	}
}

// Adopt enters the breakpoint that something else has left at addr, with one use. Original is
// what the program has there.
func (t *Table) Adopt(addr uint64, original []byte) {
	all := t.pages[addr/pageSize]
	if i, ok := find(all, addr); !ok {
		b := &Breakpoint{Addr: addr, Original: original[:min(len(original), window)], refs: 1}
		t.keep(addr/pageSize, slices.Insert(all, i, b))
	}
}

// restore puts the original bytes of breakpoints of one page back, unless the
// program itself has written over one.
func (t *Table) restore(all []*Breakpoint) error {
	_, err := t.rewrite(all, t.original, nil)
	return err
}

// A change makes of the bytes where a breakpoint is what is to be there, and reports
// whether they were something else.
type change func(now []byte, b *Breakpoint) bool

func (t *Table) original(now []byte, b *Breakpoint) bool {
	return bytes.Equal(now, t.arch.Breakpoint) && copy(now, b.Original) > 0
}

func (t *Table) planted(now []byte, _ *Breakpoint) bool { return copy(now, t.arch.Breakpoint) > 0 }

// rewrite changes the bytes where breakpoints are, from the first of them to the last.
// It reports false if these can't be read: then they are not mapped any more. buffer is
// used if it is large enough.
func (t *Table) rewrite(all []*Breakpoint, to change, buffer []byte) (mapped bool, err error) {
	lo, size := all[0].Addr, uint64(len(t.arch.Breakpoint))
	span := all[len(all)-1].Addr + size - lo
	now := slices.Grow(buffer[:0], int(span))[:span]
	if t.memory.Read(lo, now) != nil {
		return false, nil
	}
	changed := false
	for _, b := range all {
		changed = to(now[b.Addr-lo:][:size], b) || changed
	}
	if !changed {
		return true, nil
	}
	return true, t.memory.Write(lo, now)
}

// maxRun is how many pages are rewritten at once.
const maxRun = 32

// rewriteAll changes all pages, neighbours at once: there may be tens of thousands. It
// returns those where it could not and the first error.
func (t *Table) rewriteAll(to change) (failed map[uint64][]*Breakpoint, first error) {
	failed = map[uint64][]*Breakpoint{}
	buffer := make([]byte, maxRun*pageSize+uint64(len(t.arch.Breakpoint)))
	var run []*Breakpoint
	for pages := slices.Sorted(maps.Keys(t.pages)); len(pages) > 0; {
		n := 1
		run = append(run[:0], t.pages[pages[0]]...)
		for n < min(len(pages), maxRun) && pages[n] == pages[n-1]+1 {
			run = append(run, t.pages[pages[n]]...)
			n++
		}
		if mapped, err := t.rewrite(run, to, buffer); !mapped || err != nil {
			for _, page := range pages[:n] {
				if _, err := t.rewrite(t.pages[page], to, buffer); err != nil {
					failed[page] = t.pages[page]
					first = cmp.Or(first, err)
				}
			}
		}
		pages = pages[n:]
	}
	return failed, first
}

// Lift takes every breakpoint out of the space for a while, but keeps it in the
// table; Replant puts them back. It goes on behind an error and returns the first.
func (t *Table) Lift() error {
	_, err := t.rewriteAll(t.original)
	return err
}

// Replant puts back what Lift took out.
func (t *Table) Replant() error {
	_, err := t.rewriteAll(t.planted)
	return err
}

// RemoveAll takes every breakpoint out of the space. It goes on behind an error
// and returns the first; those that cannot be taken out are still known.
func (t *Table) RemoveAll() error {
	left, err := t.rewriteAll(t.original)
	t.pages = left
	return err
}

// Forget drops the breakpoints of [lo, hi), which is not mapped any more. Should
// one be there still, it is taken out, or kept if that cannot be.
func (t *Table) Forget(lo, hi uint64) {
	for page, all := range t.pages {
		if page < lo/pageSize || page > hi/pageSize {
			continue
		}
		i, _ := find(all, lo)
		k, _ := find(all, hi)
		if i < k && t.restore(all[i:k]) == nil {
			t.keep(page, slices.Delete(all, i, k))
		}
	}
}

// Clone returns the table of a copy of the space, reached by m.
func (t *Table) Clone(m Memory) *Table {
	c := New(t.arch, m)
	for page, all := range t.pages {
		copies, pointers := make([]Breakpoint, len(all)), make([]*Breakpoint, len(all))
		for i, b := range all {
			copies[i] = *b
			pointers[i] = &copies[i]
		}
		c.pages[page] = pointers
	}
	return c
}

// Hide puts the program's own bytes into b, which was read at addr.
func (t *Table) Hide(addr uint64, b []byte) {
	t.each(addr, len(b), func(p *Breakpoint) {
		patch(b, addr, p.Addr, p.Original[:min(len(t.arch.Breakpoint), len(p.Original))])
	})
}

// overlay puts the breakpoints into b, which is to be written at addr.
func (t *Table) overlay(addr uint64, b []byte) {
	t.each(addr, len(b), func(p *Breakpoint) { patch(b, addr, p.Addr, t.arch.Breakpoint) })
}

// each calls f for the breakpoints that touch [addr, addr+n).
func (t *Table) each(addr uint64, n int, f func(*Breakpoint)) {
	if n == 0 || len(t.pages) == 0 {
		return
	}
	first, last := addr-min(addr, uint64(len(t.arch.Breakpoint)-1)), addr+uint64(n-1)
	for page := first / pageSize; page <= last/pageSize; page++ {
		all := t.pages[page]
		i, _ := find(all, first)
		for ; i < len(all) && all[i].Addr <= last; i++ {
			f(all[i])
		}
	}
}

// patch copies what of code, which belongs at where, falls into b, which begins
// at addr.
func patch(b []byte, addr, where uint64, code []byte) {
	for i, c := range code {
		if at := where + uint64(i) - addr; at < uint64(len(b)) {
			b[at] = c
		}
	}
}
