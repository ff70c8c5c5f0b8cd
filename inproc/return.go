package inproc

import (
	"bytes"
	"errors"
	"fmt"

	"plait/inline"
	"plait/ring"
)

// A returnSite is what is planted at a return address. One with a breakpoint has no records.
type returnSite struct {
	addr       uint64
	text       bool
	breakpoint bool
	number     uint32 // in its records
	layout     ring.Layout
}

// retSpec is what the records of returns have.
func (e *Engine) retSpec(text bool) ring.Return {
	return ring.Return{Float: true, Errno: e.HasErrno, ErrnoOffset: e.Errno, Text: text}
}

// Know lets threads return to an address where the tracer has a breakpoint.
func (e *Engine) Know(ret uint64) {
	if e.byAddr[ret] == nil && len(e.byAddr) < maxReturns {
		e.addReturn(&returnSite{addr: ret, breakpoint: true})
	}
	e.know(ret, true)
}

// PlantReturn plants a jump at a return address; text tells that the record of a return has the
// text that the result points to. tid is a stopped thread, which may have to map memory; other
// threads may run. A breakpoint of the tracer that is there becomes the jump. The error says why it
// can't be.
func (e *Engine) PlantReturn(tid int, ret uint64, text bool) error {
	if r := e.byAddr[ret]; r != nil && !r.breakpoint && (r.text || !text) {
		return nil
	}
	e.at(tid)
	return e.plantReturn(tid, ret, text, e.mapper(tid))
}

// A mapper maps pages for islands or, if code is set, for other code, or says why it can't.
type mapper func(pages inline.Range, code bool) error

// plantReturn plants a jump at a return address: to the code itself, or to an island that leads
// there.
func (e *Engine) plantReturn(tid int, ret uint64, text bool, mapping mapper) error {
	const longest = 15 // of an instruction
	own := make([]byte, longest)
	own = own[:e.Code(tid, ret, own)]
	if bytes.HasPrefix(own, e.Arch.Breakpoint) { // the program's own: what comes of it is to be seen
		return inline.ErrNoJump
	}
	size, entry, _ := e.kit.ReturnSize(e.retSpec(text))
	at, err := e.codeNear(tid, ret, uint64(size), mapping)
	if err != nil {
		return err
	}
	jump, place, err := e.findIsland(tid, ret, own, inline.FindByte)
	// A jump of more than one byte takes a breakpoint for a moment while threads run.
	if e.table.Still || err != nil {
		jump, place, err = inline.Find(ret, own, inline.Room{Held: []inline.Range{at}}, size, entry)
		if err == nil {
			return e.plantAt(ret, text, jump, own, place.Lo, 0)
		}
		jump, place, err = e.findIsland(tid, ret, own, inline.Find)
	}
	if err != nil {
		return err
	}
	for _, missing := range e.room.missing(place.Range) {
		if err := mapping(missing, false); err != nil {
			return err
		}
	}
	return e.plantAt(ret, text, jump, own, at.Lo, place.Lo)
}

// A finder is inline.Find or inline.FindByte.
type finder func(site uint64, own []byte, room inline.Room, size, entry int) (inline.Jump, inline.Place, error)

// findIsland finds a jump to where an island fits.
func (e *Engine) findIsland(tid int, ret uint64, own []byte, by finder) (inline.Jump, inline.Place, error) {
	if !e.room.known {
		if err := e.learnGaps(tid); err != nil {
			return inline.Jump{}, inline.Place{}, err
		}
	}
	return by(ret, own, inline.Room{Held: e.room.held, Gaps: e.room.free}, inline.IslandSize, 0)
}

// plantAt plants the jump to the code for a return address, which will be at an address, and to
// its island, if the address of that is not 0. If the jump that is there now leads to code without
// a text, it is replaced: a return of another thread in that moment is not recorded.
func (e *Engine) plantAt(ret uint64, text bool, jump inline.Jump, own []byte, at, island uint64) error {
	r := &returnSite{addr: ret, text: text, number: e.nextReturn(), layout: e.retSpec(text).Layout()}
	c, err := e.kit.Return(r.number, e.retSpec(text), ret, own, at)
	if err == nil && island != 0 {
		c, err = inline.Island(c, island)
	}
	if err != nil {
		return err
	}
	if e.Planted(ret) {
		if err := e.table.Remove(ret); err != nil {
			return err
		}
	}
	if err := e.insert(jump, own, c); err != nil {
		return err
	}
	e.addReturn(r)
	e.know(ret, text)
	return nil
}

// Uncatch replaces the jump at a return address by a breakpoint, which is the tracer's from now
// on. A return of another thread in that moment is missed.
func (e *Engine) Uncatch(tid int, ret uint64) error {
	r := e.byAddr[ret]
	if r == nil || r.breakpoint {
		return fmt.Errorf("no jump at %#x", ret)
	}
	e.at(tid)
	if err := errors.Join(e.table.Remove(ret), e.memory.Write(ret, e.Arch.Breakpoint)); err != nil {
		return err
	}
	e.byAddr[ret] = &returnSite{addr: ret, breakpoint: true} // its records may still be in rings
	e.know(ret, true)
	return nil
}

// nextReturn returns the number for the records of a return address.
func (e *Engine) nextReturn() uint32 {
	if n := len(e.free); n > 0 {
		return e.free[n-1]
	}
	return uint32(len(e.returns))
}

// addReturn enters a return address. Records with the number of what was there before may still
// be in rings.
func (e *Engine) addReturn(r *returnSite) {
	e.byAddr[r.addr] = r
	switch {
	case r.breakpoint:
	case int(r.number) == len(e.returns):
		e.returns = append(e.returns, r)
	default:
		e.returns[r.number] = r
		e.free = e.free[:len(e.free)-1]
	}
}

// dropReturn forgets a return address.
func (e *Engine) dropReturn(addr uint64) {
	delete(e.byAddr, addr)
	e.known().Remove(addr)
	e.known().Remove(addr | ring.TextKey)
}

// known is the table of known return addresses.
func (e *Engine) known() ring.Known {
	return ring.Known(e.shared.Bytes()[ring.Table:][:ring.TableSize])
}

// know lets threads return to an address without asking again.
func (e *Engine) know(ret uint64, text bool) {
	e.known().Add(ret)
	if text {
		e.known().Add(ret | ring.TextKey)
	}
}
