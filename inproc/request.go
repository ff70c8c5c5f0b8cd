package inproc

import (
	"encoding/binary"
	"errors"

	"plait/inline"
	"plait/ring"
)

// A command is the mapping of memory for code that a waiting thread was told to make.
type command struct {
	pages inline.Range
	code  bool // for code that may be anywhere
}

// maxFailed is how often a thread is told to map memory for one request.
const maxFailed = 4

// Tick answers the threads that ask for a return address, or tells them what to do first. The
// error is a ring.BrokenError: the program has destroyed what it shares with us.
func (e *Engine) Tick() error {
	for _, th := range e.threads {
		key := th.load(ring.Request)
		if key == 0 {
			continue
		}
		var broken *ring.BrokenError
		if err := e.serve(th, key); errors.As(err, &broken) { // others: the thread is gone
			return err
		}
	}
	return nil
}

// serve goes on with one request.
func (e *Engine) serve(th *thread, key uint64) error {
	if !th.finish() {
		return nil
	}
	e.at(th.tid)
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
	return e.plantAsked(th, ret, want.Text), nil
}

// asks returns the slot whose code a waiting thread came from.
func (e *Engine) asks(th *thread) (*slot, error) {
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

// plantAsked plants a jump at a return address that a thread asks for, or leaves the address to
// the tracer if none is possible. It reports false if the thread was told to map memory first.
func (e *Engine) plantAsked(th *thread, ret uint64, text bool) (ready bool) {
	told := false
	err := e.plantReturn(th.tid, ret, text, func(pages inline.Range, code bool) error {
		told = e.tellToMap(th, pages, code)
		return inline.ErrNoJump
	})
	if told {
		return false
	}
	if err != nil {
		e.plantBreakpoint(th, ret)
	}
	return true
}

// tellToMap tells a waiting thread to map pages for code. It reports false if they must
// not be mapped.
func (e *Engine) tellToMap(th *thread, pages inline.Range, code bool) bool {
	if th.failed >= maxFailed || !code && !e.room.mayMap(pages) || !e.MayCall(th.tid) {
		return false
	}
	args := []uint64{pages.Lo, pages.Hi - pages.Lo, protReadExec, mapPrivateAnon | mapFixedNoReplace, noFile, 0}
	for i, arg := range args {
		th.store(ring.CommandArgs+8*i, arg)
	}
	th.command = &command{pages, code}
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
	th.engine.mapped(th, th.load(ring.CommandResult))
	th.command = nil
	return true
}

// mapped takes note of the result of mmap.
func (e *Engine) mapped(th *thread, result uint64) {
	if result == th.command.pages.Lo {
		e.room.mapped(th.command.pages, th.command.code)
		return
	}
	e.room.known = false // somebody else has mapped something: look again
	th.failed++
	if errnoOf(result) != eexist {
		th.failed = maxFailed
	}
}

// left takes note that a thread does not wait any more. It asks again when it is back.
func (th *thread) left() {
	if th.command != nil && !th.finish() {
		th.store(ring.CommandNr, 0) // it was not made
		th.command = nil
	}
}
