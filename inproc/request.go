package inproc

import (
	"encoding/binary"

	"plait/inline"
	"plait/ring"
)

// A command is the mapping of memory for code that a waiting thread was told to make.
type command struct {
	pages inline.Range
}

// maxFailed is how often a thread is told to map memory for one request.
const maxFailed = 4

// Tick answers the threads that ask for a return address, or tells them what to do first. An
// error means that the program has destroyed what it shares with us.
func (e *Engine) Tick() error {
	for _, th := range e.threads {
		if key := th.load(ring.Request); key != 0 {
			if err := e.serve(th, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// serve goes on with one request.
func (e *Engine) serve(th *thread, key uint64) error {
	if !th.finish() {
		return nil
	}
	ready, err := e.answer(th, key)
	if err != nil || !ready {
		return err
	}
	th.failed = 0
	th.store(ring.Request, 0)
	th.wake()
	return nil
}

// answer makes an address known that a thread asks for. It reports false if the thread was told
// to do something first.
func (e *Engine) answer(th *thread, key uint64) (ready bool, err error) {
	ret, text := key&^uint64(ring.TextKey), key&ring.TextKey != 0
	if r := e.byAddr[ret]; r != nil && (r.text || r.breakpoint || !text) {
		e.know(ret, r.text || r.breakpoint)
		return true, nil
	}
	if len(e.byAddr) >= maxReturns {
		return false, &ring.BrokenError{What: "too many return addresses"}
	}
	s, err := e.asks(th)
	if err != nil {
		return false, err
	}
	want := e.Want(th.tid, s.ID, ret)
	want.Text = want.Text || text
	if want.Breakpoint {
		e.plantBreakpoint(th, ret)
		return true, nil
	}
	return e.plantReturn(th, ret, want.Text)
}

// asks returns the slot whose code a waiting thread came from.
func (e *Engine) asks(th *thread) (*slot, error) {
	e.memory.tid = th.tid
	var b [8]byte
	if err := e.memory.Read(th.area()+ring.AreaResume, b[:]); err != nil {
		return nil, err
	}
	if c := e.table.Code(binary.LittleEndian.Uint64(b[:])); c != nil && e.sites[c.Site] != nil {
		return e.sites[c.Site], nil
	}
	return nil, &ring.BrokenError{What: "a return address is asked for from nowhere"}
}

// plantBreakpoint leaves an address to the tracer.
func (e *Engine) plantBreakpoint(th *thread, ret uint64) {
	e.Breakpoint(th.tid, ret)
	if r := e.byAddr[ret]; r == nil {
		e.addReturn(&returnSite{addr: ret, breakpoint: true})
	}
	e.know(ret, true)
}

// plantReturn plants a jump at a return address that a thread asks for, or leaves the address to
// the tracer if none is possible.
func (e *Engine) plantReturn(th *thread, ret uint64, text bool) (ready bool, err error) {
	told := false
	err = e.plantReturnBy(th.tid, ret, text, func(missing inline.Range) error {
		told = e.tellToMap(th, missing)
		return inline.ErrNoJump
	})
	if told {
		return false, nil
	}
	if err != nil {
		e.plantBreakpoint(th, ret)
	}
	return true, nil
}

// tellToMap tells a waiting thread to map pages for code. It reports false if they must
// not be mapped.
func (e *Engine) tellToMap(th *thread, pages inline.Range) bool {
	n := int((pages.Hi - pages.Lo) / pageSize)
	if th.failed >= maxFailed || !e.room.mayMap(pages) || !e.MayCall(th.tid) {
		return false
	}
	e.room.pages += n
	args := []uint64{pages.Lo, pages.Hi - pages.Lo, protReadExec, mapPrivateAnon | mapFixedNoReplace, noFile, 0}
	for i, arg := range args {
		th.store(ring.CommandArgs+8*i, arg)
	}
	th.command = &command{pages}
	th.store(ring.CommandNr, e.Arch.Calls.Mmap+1)
	th.wake()
	return true
}

// finish takes note of what a command has done. It reports false if it is not done yet.
func (th *thread) finish() bool {
	if th.command == nil {
		return true
	}
	if th.load(ring.CommandNr) != 0 {
		return false
	}
	th.engine.mapped(th, th.command.pages, th.load(ring.CommandResult))
	th.command = nil
	return true
}

// mapped takes note of the result of mmap.
func (e *Engine) mapped(th *thread, pages inline.Range, result uint64) {
	if result == pages.Lo {
		e.room.hold(pages)
		return
	}
	e.room.pages -= int((pages.Hi - pages.Lo) / pageSize)
	e.room.free = nil // somebody else has mapped something: look again
	th.failed++
	if errnoOf(result) != eexist {
		th.failed = maxFailed
	}
}

// left takes note that a thread does not wait any more. It asks again when it is back.
func (th *thread) left() {
	if th.command != nil && !th.finish() {
		th.store(ring.CommandNr, 0) // it was not made
		th.engine.room.pages -= int((th.command.pages.Hi - th.command.pages.Lo) / pageSize)
		th.command = nil
	}
}
