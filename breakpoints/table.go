package breakpoints

import (
	"bytes"
	"fmt"
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
	Original []byte // up to Window bytes that stood there, fewer at the end of a mapping
	refs     int
}

// Window is how many original bytes are kept: the longest instruction.
const Window = 15

// pageSize bounds what is read and written at once.
const pageSize = 4096

// A Table holds the breakpoints of one address space.
type Table struct {
	arch   *arch.Arch
	memory Memory
	at     map[uint64]*Breakpoint
	sorted []uint64 // addresses in order; nil: to be made anew
}

// New returns an empty table for the space that m reaches.
func New(a *arch.Arch, m Memory) *Table {
	return &Table{arch: a, memory: m, at: map[uint64]*Breakpoint{}}
}

// At returns the breakpoint planted at addr, or nil.
func (t *Table) At(addr uint64) *Breakpoint { return t.at[addr] }

// Len is how many breakpoints are planted.
func (t *Table) Len() int { return len(t.at) }

// Insert plants a breakpoint at addr, or counts one more use of it.
func (t *Table) Insert(addr uint64) error {
	failed := t.InsertAll([]uint64{addr})
	if len(failed) > 0 {
		return fmt.Errorf("plant a breakpoint at %#x: memory cannot be written", addr)
	}
	return nil
}

// InsertAll plants many breakpoints, a page at a time, and returns the
// addresses where it could not.
func (t *Table) InsertAll(addrs []uint64) (failed []uint64) {
	addrs = slices.Clone(addrs)
	slices.Sort(addrs)
	for len(addrs) > 0 {
		page := addrs[0] / pageSize
		n := 1
		for n < len(addrs) && addrs[n]/pageSize == page {
			n++
		}
		failed = append(failed, t.insertPage(page*pageSize, addrs[:n])...)
		addrs = addrs[n:]
	}
	return failed
}

// insertPage plants the breakpoints of one page. It reads a little further, so
// that an instruction across the page's end is kept whole where it can be.
func (t *Table) insertPage(page uint64, addrs []uint64) (failed []uint64) {
	code := make([]byte, pageSize+Window)
	if t.memory.Read(page, code) != nil {
		code = code[:pageSize]
		if t.memory.Read(page, code) != nil {
			return addrs
		}
	}
	t.Hide(page, code)
	var planted []*Breakpoint
	for _, addr := range addrs {
		if b := t.at[addr]; b != nil {
			b.refs++
			continue
		}
		off := addr - page
		b := &Breakpoint{Addr: addr, refs: 1, Original: bytes.Clone(code[off:min(off+Window, uint64(len(code)))])}
		t.at[addr] = b
		planted = append(planted, b)
	}
	return t.plant(page, code[:pageSize], planted)
}

// plant writes the span from the first new breakpoint to the last.
func (t *Table) plant(page uint64, code []byte, planted []*Breakpoint) (failed []uint64) {
	if len(planted) == 0 {
		return nil
	}
	t.list(planted)
	t.overlay(page, code)
	lo := planted[0].Addr - page
	hi := min(planted[len(planted)-1].Addr-page+uint64(len(t.arch.Breakpoint)), pageSize)
	if t.memory.Write(page+lo, code[lo:hi]) == nil {
		return nil
	}
	for _, b := range planted {
		t.drop(b.Addr)
		failed = append(failed, b.Addr)
	}
	return failed
}

// list puts the addresses of new breakpoints in order: one in its place, since
// some come and go with each call; many when they are next asked for.
func (t *Table) list(planted []*Breakpoint) {
	if len(planted) > 1 {
		t.sorted = nil
	}
	if t.sorted != nil {
		i, _ := slices.BinarySearch(t.sorted, planted[0].Addr)
		t.sorted = slices.Insert(t.sorted, i, planted[0].Addr)
	}
}

// Remove takes back one use of the breakpoint at addr, and the breakpoint with
// the last use.
func (t *Table) Remove(addr uint64) error {
	b := t.at[addr]
	if b == nil {
		return fmt.Errorf("remove the breakpoint at %#x: there is none", addr)
	}
	if b.refs--; b.refs > 0 {
		return nil
	}
	t.drop(addr)
	return t.restore(b)
}

func (t *Table) drop(addr uint64) {
	delete(t.at, addr)
	if i, ok := slices.BinarySearch(t.sorted, addr); ok {
		t.sorted = slices.Delete(t.sorted, i, i+1)
	}
}

// restore puts the original bytes back, unless the program itself has written
// over the breakpoint.
func (t *Table) restore(b *Breakpoint) error {
	now := make([]byte, len(t.arch.Breakpoint))
	if err := t.memory.Read(b.Addr, now); err != nil || !bytes.Equal(now, t.arch.Breakpoint) {
		return nil
	}
	return t.memory.Write(b.Addr, b.Original[:len(now)])
}

// Lift takes every breakpoint out of the space for a while, but keeps it in the
// table; Replant puts them back. It returns the first error.
func (t *Table) Lift() error {
	var first error
	for _, b := range t.at {
		if err := t.restore(b); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// Replant puts back what Lift took out.
func (t *Table) Replant() error {
	var first error
	for addr := range t.at {
		if err := t.memory.Write(addr, t.arch.Breakpoint); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// RemoveAll takes every breakpoint out of the space. It goes on behind an
// error and returns the first.
func (t *Table) RemoveAll() error {
	err := t.Lift()
	t.at, t.sorted = map[uint64]*Breakpoint{}, nil
	return err
}

// Forget drops the breakpoints of [lo, hi), which is not mapped any more. Should
// one be there still, it is taken out.
func (t *Table) Forget(lo, hi uint64) {
	t.sorted = nil
	for addr, b := range t.at {
		if lo <= addr && addr < hi {
			t.drop(addr)
			_ = t.restore(b)
		}
	}
}

// Clone returns the table of a copy of the space, reached by m.
func (t *Table) Clone(m Memory) *Table {
	c := New(t.arch, m)
	for addr, b := range t.at {
		copied := *b
		c.at[addr] = &copied
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
	if t.sorted == nil {
		t.sorted = make([]uint64, 0, len(t.at))
		for a := range t.at {
			t.sorted = append(t.sorted, a)
		}
		slices.Sort(t.sorted)
	}
	first := addr - min(addr, uint64(len(t.arch.Breakpoint)-1))
	i, _ := slices.BinarySearch(t.sorted, first)
	for ; i < len(t.sorted) && t.sorted[i]-addr < uint64(n); i++ {
		f(t.at[t.sorted[i]])
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
