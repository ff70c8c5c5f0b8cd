package inline

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"plait/arch"
)

// Memory is the space that jumps are planted in. Both methods take the program's addresses
// and transfer all of b or fail.
type Memory interface {
	Read(addr uint64, b []byte) error
	Write(addr uint64, b []byte) error
}

// A patch is one planted jump.
type patch struct {
	Jump
	own  []byte // what the program has where Bytes are
	code *Code
}

// A Table has the jumps that are planted in one address space, and the code that is there.
type Table struct {
	// Still tells that no thread of the space runs while jumps are planted or removed. Then they
	// are written at once, and no breakpoint is there even if we are killed.
	Still bool

	memory  Memory
	patches spans[*patch]
	codes   spans[*Code]
}

// New returns an empty table for the space that m reaches.
func New(m Memory) *Table {
	return &Table{memory: m, patches: spans[*patch]{}, codes: spans[*Code]{}}
}

// AddCode enters code that was written to the space.
func (t *Table) AddCode(c *Code) { t.codes.add(c) }

// DropCode takes code out of the table. No thread may be in it.
func (t *Table) DropCode(c *Code) { t.codes.remove(c.Addr) }

// Code returns the code that pc is in, or nil.
func (t *Table) Code(pc uint64) *Code {
	if found := t.codes.within(pc, pc+1); len(found) == 1 {
		return found[0]
	}
	return nil
}

// At returns the code that the jump planted at addr leads to, or nil.
func (t *Table) At(addr uint64) *Code {
	if p, ok := t.patches.at(addr); ok {
		return p.code
	}
	return nil
}

// Busy reports whether a byte of [lo, hi) is part of a jump. Nothing else may be planted there.
func (t *Table) Busy(lo, hi uint64) bool { return len(t.patches.within(lo, hi)) > 0 }

// Why a jump is not planted.
var (
	errBusy    = errors.New("another jump needs these bytes")
	errChanged = errors.New("the memory is not what the program's file has")
)

// Insert plants a jump to c. own has the program's own bytes at the jump's address, as many as
// the jump has, with those it relies on. All of them must be in memory, except that the first
// may be a breakpoint. A thread that runs there meanwhile finds the old instruction, a
// breakpoint, or the jump: other bytes change only while the first is a breakpoint.
func (t *Table) Insert(j Jump, own []byte, c *Code) error {
	lo, hi := j.span()
	if uint64(len(own)) < hi-lo {
		return errChanged
	}
	if t.Busy(lo, hi) {
		return errBusy
	}
	now := make([]byte, hi-lo)
	if err := t.memory.Read(lo, now); err != nil {
		return fmt.Errorf("plant a jump at %#x: %w", lo, err)
	}
	if !bytes.Equal(now[1:], own[1:hi-lo]) || now[0] != own[0] && !bytes.HasPrefix(now, arch.AMD64.Breakpoint) {
		return errChanged
	}
	p := &patch{Jump: j, own: bytes.Clone(own[:len(j.Bytes)]), code: c}
	if err := t.replace(lo, now[:len(j.Bytes)], j.Bytes); err != nil {
		return fmt.Errorf("plant a jump at %#x: %w", lo, err)
	}
	t.patches.add(p)
	return nil
}

// replace writes an instruction over another one that threads may run. If it can't, it writes
// back what was there.
func (t *Table) replace(addr uint64, old, code []byte) error {
	err := t.write(addr, code)
	if err != nil { // perhaps the one half is writable, and has changed
		_ = t.memory.Write(addr+1, old[1:])
		_ = t.memory.Write(addr, old[:1])
	}
	return err
}

// write writes an instruction: first a breakpoint, then the tail, then the first byte.
func (t *Table) write(addr uint64, code []byte) error {
	if t.Still || len(code) == 1 {
		return t.memory.Write(addr, code)
	}
	if err := t.memory.Write(addr, arch.AMD64.Breakpoint); err != nil {
		return err
	}
	if len(code) > 1 {
		if err := t.memory.Write(addr+1, code[1:]); err != nil {
			return err
		}
	}
	return t.memory.Write(addr, code[:1])
}

// Remove takes the jump at addr out of the space. If that fails, it is still known.
func (t *Table) Remove(addr uint64) error {
	p, ok := t.patches.at(addr)
	if !ok {
		return fmt.Errorf("remove the jump at %#x: there is none", addr)
	}
	if err := t.restore(p); err != nil {
		return fmt.Errorf("remove the jump at %#x: %w", addr, err)
	}
	t.patches.remove(addr)
	return nil
}

// restore puts the program's bytes back, unless they are not mapped any more, or the program
// itself has written over the jump.
func (t *Table) restore(p *patch) error {
	now := make([]byte, len(p.Bytes))
	if t.memory.Read(p.Addr, now) != nil || !bytes.Equal(now, p.Bytes) {
		return nil
	}
	return t.replace(p.Addr, p.Bytes, p.own)
}

// RemoveAll takes all jumps out. It goes on behind an error and returns the first; those that
// cannot be taken out are still known.
func (t *Table) RemoveAll() error {
	var first error
	for _, page := range slices.Sorted(maps.Keys(t.patches)) {
		for _, p := range slices.Clone(t.patches[page]) {
			if err := t.Remove(p.Addr); err != nil && first == nil {
				first = err
			}
		}
	}
	return first
}

// Forget drops the jumps that begin in [lo, hi), which is not mapped any more, and returns the
// code that they led to. One that is still there is taken out, or kept if that cannot be.
func (t *Table) Forget(lo, hi uint64) (codes []*Code) {
	for _, p := range t.patches.within(lo, hi) {
		if p.Addr >= lo && t.Remove(p.Addr) == nil {
			codes = append(codes, p.code)
		}
	}
	return codes
}

// Clone returns the table of a copy of the space, reached by m.
func (t *Table) Clone(m Memory) *Table {
	c := New(m)
	for page, all := range t.patches {
		c.patches[page] = slices.Clone(all) // a patch does not change
	}
	for page, all := range t.codes {
		c.codes[page] = slices.Clone(all)
	}
	return c
}

// Hide puts the program's own bytes into b, which was read at addr.
func (t *Table) Hide(addr uint64, b []byte) {
	for _, p := range t.patches.within(addr, addr+uint64(len(b))) {
		for i, own := range p.own {
			if off := p.Addr + uint64(i) - addr; off < uint64(len(b)) {
				b[off] = own
			}
		}
	}
}
