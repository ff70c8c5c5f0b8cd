package tracer

import (
	"bytes"

	"plait/callstack"
	"plait/event"
	"plait/objects"
	"plait/ptrace"
)

// A program also moves, replaces and frees JIT code, but not code that open calls will
// return to. So in JIT code the breakpoint at a return address stands only while calls
// from there are open. Otherwise a copy of it would kill the program, or plait would
// restore code that is no longer current.

// maxIdleReturns is how many idle return addresses in JIT code are remembered in a
// space. Programs may make ever more of them; beyond this the ends of calls are not
// seen.
const maxIdleReturns = 1 << 16

// returnSite is the site at a return address, planted. It is nil if there can be none.
func (s *space) returnSite(addr uint64, m ptrace.Mapping) *site {
	old := s.idleReturns[addr]
	if old == nil {
		made := objects.IsJIT(m)
		if made && len(s.idleReturns) >= maxIdleReturns {
			return nil
		}
		p := s.siteAt(addr)
		if p != nil {
			p.jit = made
		}
		return p
	}
	if s.table.Insert(addr) != nil {
		return nil
	}
	delete(s.idleReturns, addr)
	if code := s.table.At(addr).Original; !bytes.Equal(code, old.code) {
		old.step, old.short = nil, s.table.IsShort(code)
	}
	s.sites[addr] = old
	return old
}

// await counts frame f, which returns to s in JIT code. A nil s is a place that is not
// known any more.
func (s *site) await(f *callstack.Frame) {
	f.Uses = nil
	if s != nil {
		f.Uses = &s.open
		s.open++
	}
}

// stopAwaiting notes that frame f, which returns to JIT code, has ended. After the last
// call from there the breakpoint is removed. If a call ended with its thread or process,
// its memory may have gone with it.
func (t *Tracer) stopAwaiting(tr *tracee, f *callstack.Frame, how event.Outcome) {
	uses := f.Uses
	f.Uses = nil
	*uses--
	s := tr.space
	p := s.sites[f.Ret]
	if *uses > 0 || p == nil || uses != &p.open || !p.onlyReturns() {
		return
	}
	switch how {
	case event.Returned, event.Longjmp, event.Unwound:
		if b := s.table.At(p.addr); b != nil {
			p.code = b.Original
		}
		s.removeSite(p)
		s.idleReturns[p.addr] = p // with its slot, in which a thread may be
	}
}
