package inproc

import (
	"errors"
	"fmt"

	"plait/inline"
	"plait/ring"
)

// A Slot is the instruction of a slot: a jump or call through a GOT word.
type Slot struct {
	ID         uint32 // of its records; not used before
	Addr       uint64
	Code       []byte // the program's own bytes there: 15, if there are so many
	Enter      ring.Enter
	TextResult bool // the record of its return has the text that the result points to
}

type slot struct {
	Slot
	layout ring.Layout
}

// Bounds of one space.
const (
	maxPages   = 4096   // mapped for islands
	maxReturns = 65_536 // return addresses, since the program may ask for any
)

// PlantSlot plants a jump at a slot. No breakpoint of the tracer may be there. tid is a stopped
// thread, which may have to map memory; other threads may run. The error says why it can't be.
func (e *Engine) PlantSlot(tid int, s Slot) error {
	layout, ok := s.Enter.Layout()
	size, _, fits := e.kit.EnterSize(s.Enter, s.TextResult)
	if !ok || !fits {
		return errors.New("no record can hold the call")
	}
	e.at(tid)
	at, err := e.codeNear(tid, s.Addr, uint64(size), e.mapper(tid))
	if err != nil {
		return err
	}
	c, err := e.kit.Enter(s.ID, s.Enter, s.TextResult, s.Addr, s.Code, at.Lo)
	if err != nil {
		return err
	}
	jump, err := inline.SlotJump(s.Addr, s.Code, c)
	if err != nil {
		return err
	}
	if err := e.insert(jump, s.Code, c); err != nil {
		return err
	}
	one := &slot{s, layout}
	e.slots[s.ID], e.sites[s.Addr] = one, one
	return nil
}

// codeNear finds memory for code near an address, and has more mapped if it has to.
func (e *Engine) codeNear(tid int, addr, size uint64, mapping mapper) (inline.Range, error) {
	if at, ok := e.room.near(addr, size, e.Arch.Reach); ok {
		return at, nil
	}
	if err := e.learnGaps(tid); err != nil {
		return inline.Range{}, err
	}
	lo, ok := e.room.closest(addr, codeArea, e.Arch.Reach)
	if !ok {
		return inline.Range{}, errors.New("no room near the code")
	}
	if err := mapping(inline.Range{Lo: lo, Hi: lo + codeArea}, true); err != nil {
		return inline.Range{}, err
	}
	at, _ := e.room.near(addr, size, e.Arch.Reach)
	return at, nil
}

// codeArea is how much is mapped for code that may be anywhere.
const codeArea = 64 << 10

// mapper returns what has a stopped thread map pages for code.
func (e *Engine) mapper(tid int) mapper {
	return func(pages inline.Range, code bool) error {
		if !code && !e.room.mayMap(pages) {
			return inline.ErrNoJump
		}
		if _, err := e.mmap(tid, pages.Lo, pages.Hi-pages.Lo, protReadExec, mapPrivateAnon|mapFixedNoReplace, noFile); err != nil {
			return fmt.Errorf("map memory for code: %w", err)
		}
		e.room.mapped(pages, code)
		return nil
	}
}

func (e *Engine) learnGaps(tid int) error {
	mappings, err := e.Kernel.Maps(tid)
	if err == nil {
		e.room.learn(mappings)
	}
	return err
}

// insert writes code, and the code that it leads to if it is an island, and plants the jump to it.
func (e *Engine) insert(jump inline.Jump, own []byte, c *inline.Code) error {
	for one := c; one != nil; one = one.Leads {
		if err := e.memory.Write(one.Addr, one.Bytes); err != nil {
			return err
		}
		e.table.AddCode(one)
		e.room.take(rangeOf(one))
	}
	err := e.table.Insert(jump, own, c)
	if err != nil {
		e.drop(c)
	}
	return err
}

// drop gives the place of code up, in which no thread is.
func (e *Engine) drop(c *inline.Code) {
	for one := c; one != nil; one = one.Leads {
		e.table.DropCode(one)
		if one.Leads != nil {
			e.room.giveIsland(rangeOf(one))
		} else {
			e.room.giveCode(rangeOf(one))
		}
	}
}

func rangeOf(c *inline.Code) inline.Range {
	return inline.Range{Lo: c.Addr, Hi: c.Addr + uint64(len(c.Bytes))}
}

// Forget drops what was planted in [lo, hi), which is not mapped any more. The rings must have
// been drained.
func (e *Engine) Forget(tid int, lo, hi uint64) {
	e.at(tid)
	for _, c := range e.table.Forget(lo, hi) {
		e.drop(c)
	}
	for addr, s := range e.sites {
		if addr-lo < hi-lo {
			delete(e.sites, addr)
			delete(e.slots, s.ID)
		}
	}
	for i, r := range e.returns {
		if r != nil && r.addr-lo < hi-lo {
			e.returns[i] = nil
			e.free = append(e.free, uint32(i))
		}
	}
	for addr := range e.byAddr {
		if addr-lo < hi-lo {
			e.dropReturn(addr)
		}
	}
}
