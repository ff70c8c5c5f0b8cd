package tracer

import (
	"plait/arch"
	"plait/breakpoints"
	"plait/objects"
	"plait/plt"
	"plait/proto/decode"
)

// A site is an address at which tracees are caught: where it is, what for, and how. What
// is done at a hit depends on the purpose alone. How a tracee gets past the site depends
// on how it was caught: by a breakpoint, or by a jump to code that records it (promotion).
// Another way would be a struct beside these, and a case wherever a site is planted or removed
// (this file, jit.go, promote.go) or passed (stepover.go).
type site struct {
	addr uint64
	purpose
	breakpoint
	promotion
	jitReturn
}

// A purpose is what a site is there for, which may be several things.
type purpose struct {
	slots           []*slot   // calls through a GOT word
	function        *function // the entry point of a function (-x)
	resolver        *function // the IFUNC whose resolver begins here; nil once its implementation is known
	resolverReturns bool      // a resolver returns here
	returns         bool      // a traced call returns here
	returnsGo       bool      // one of a Go function
	linker          bool      // the dynamic loader's rendezvous
	entry           bool      // the program's entry point
	syscallInsn     bool      // a system call that may change what SIGTRAP does
}

// onlyReturns tells whether a site is there for returns and nothing else.
func (p *purpose) onlyReturns() bool {
	return !p.linker && !p.entry && !p.syscallInsn && len(p.slots) == 0 && p.function == nil && p.resolver == nil && !p.resolverReturns
}

// A breakpoint catches by a breakpoint instruction, which displaces the program's own.
type breakpoint struct {
	short  bool       // the displaced instruction is as short as the breakpoint
	step   *arch.Step // how the displaced instruction is run, once known
	stepAt uint64     // its address in an out-of-line area; 0: it needs none, or has none yet
}

// A jitReturn is what is known of a return address in JIT code.
type jitReturn struct {
	jit  bool   // the site is in JIT code
	open int    // how many open calls return here
	code []byte // the program's code here when the breakpoint was last planted
}

// A slot is a plt.Slot at its run-time address.
type slot struct {
	plt.Slot
	object *objects.Object
	got    uint64
	proto  *decode.Prototype
	known  bool   // proto was looked up
	callee string // soname of the object that the GOT word led to
}

// A function is one that is traced at its entry point.
type function struct {
	object  *objects.Object
	name    string
	version string
	proto   *decode.Prototype
	known   bool
	part    bool // by its name it is part of another function
	isGo    bool // compiled by Go
}

// siteAt returns the site at addr. If there is none it makes one and plants its
// breakpoint. It returns nil if that fails.
func (s *space) siteAt(addr uint64) *site {
	if p := s.sites[addr]; p != nil {
		return p
	}
	if s.makeWay(addr) != nil || s.table.Insert(addr) != nil {
		return nil
	}
	return s.addSite(s.table.At(addr))
}

// addSite makes a site for a breakpoint that was just planted.
func (s *space) addSite(b *breakpoints.Breakpoint) *site {
	p := &site{addr: b.Addr, breakpoint: breakpoint{short: s.table.IsShort(b.Original)}}
	s.sites[b.Addr] = p
	return p
}

// removeSite removes a site and its breakpoint. If the breakpoint can't be removed the
// site stays, only so that tracees get past it.
func (s *space) removeSite(p *site) {
	if s.table.Remove(p.addr) == nil {
		delete(s.sites, p.addr)
		s.noteRemoved(p.addr)
	}
}

// noteRemoved notes that a breakpoint was removed, because a thread may have hit it
// before. It reports that soon, so old notes may be dropped.
func (s *space) noteRemoved(addr uint64) {
	if len(s.removed) >= 1<<16 {
		clear(s.removed)
	}
	s.removed[addr] = true
}

// forget removes everything in [lo, hi), which is not mapped any more, and returns the
// sites that were there.
func (s *space) forget(lo, hi uint64) (forgotten []*site) {
	s.table.Forget(lo, hi)
	if s.engine != nil {
		s.engine.Forget(s.tid, lo, hi)
	}
	for addr, p := range s.sites {
		if lo <= addr && addr < hi {
			delete(s.sites, addr)
			s.noteRemoved(addr)
			forgotten = append(forgotten, p)
		}
	}
	return forgotten
}
