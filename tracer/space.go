package tracer

import (
	"io"
	"slices"

	"plait/arch"
	"plait/breakpoints"
	"plait/objfile"
	"plait/plt"
	"plait/proto"
	"plait/ptrace"
)

// A space is an address space: what is mapped and planted in it, shared by the
// tracees that run in it.
type space struct {
	tid       int  // the tracee through which its memory is reached: the last that stopped
	users     int  // tracees in it
	blocked   int  // of them, those that cannot be stopped: they wait for a vfork(2) child, or ended
	lifted    bool // its breakpoints are out, until a vfork(2) child has its own memory
	table     *breakpoints.Table
	sites     map[uint64]*site
	objects   []*object
	due       []*object // of them, those that plait was interrupted in planting
	linker    linker
	lots      []*lot // pages for displaced instructions
	wide      bool   // of the machine's own word size: library calls can be traced
	noLots    bool   // no page could be mapped
	filters   int    // seccomp filters under which memory can be mapped for sure
	standing  standing
	parked    []parked                         // those that stopped
	code      []ptrace.Mapping                 // executable mappings, as last read
	signals   bool                             // something in it may change what is made of SIGTRAP
	gate      uint64                           // a system call instruction to borrow, once found
	places    []ptrace.Mapping                 // all mappings, as last read to name what lies in them
	behind    map[ptrace.Mapping]*objfile.File // files of mappings that were asked for; nil: it can't be read
	errno     errnoPlace
	streams   streams
	removed   map[uint64]bool   // where breakpoints were taken away
	reactions map[int]*reaction // of the processes in it to SIGTRAP
	resting   map[uint64]*site  // of made code, to which no call is to return now
}

// A standing is whether the tracees of a space are being stopped, all of them.
type standing uint8

const (
	moving   standing = iota // no: each goes from stop to stop
	halting                  // to go on together, or to be let go of
	arriving                 // to be planted, and to go on then
)

// A site is an address with a breakpoint and the reasons for it.
type site struct {
	addr      uint64
	slots     []*slot    // calls through a GOT word
	function  *function  // the entry point of a function (-x)
	resolver  *function  // the IFUNC whose resolver begins here; nil once its implementation is known
	answer    bool       // a resolver returns here
	returns   bool       // a traced call returns here
	returnsGo bool       // and it is of Go's
	linker    bool       // the dynamic loader's rendezvous
	entry     bool       // the program's entry point
	gate      bool       // a system call that may change what is made of SIGTRAP
	short     bool       // the displaced instruction is as short as the breakpoint
	step      *arch.Step // how the displaced instruction runs, once known
	stepAt    uint64     // where it runs
	made      bool       // in code that the program made at run time
	open      int        // calls that are to return here, if it is
	code      []byte     // what stood here when it was last planted, if it is
}

// A slot is a plt.Slot at its run-time address.
type slot struct {
	plt.Slot
	object *object
	got    uint64
	proto  *proto.Prototype
	known  bool   // proto was looked up
	callee string // soname of the object that the GOT word led to
}

// A function is a traced entry point.
type function struct {
	object  *object
	name    string
	version string
	proto   *proto.Prototype
	known   bool
	part    bool // by its name, of another function
	isGo    bool // Go has compiled it
}

// spaceMemory is a space as package breakpoints sees it.
type spaceMemory struct {
	kernel Kernel
	space  *space
}

func (m spaceMemory) Read(addr uint64, b []byte) error {
	n, err := m.kernel.Read(m.space.tid, addr, b)
	if err == nil && n < len(b) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (m spaceMemory) Write(addr uint64, b []byte) error {
	_, err := m.kernel.Write(m.space.tid, addr, b)
	return err
}

func (t *Tracer) newSpace(tid int) *space {
	s := &space{tid: tid, sites: map[uint64]*site{}, removed: map[uint64]bool{}, resting: map[uint64]*site{}, wide: true}
	s.table = breakpoints.New(t.arch, spaceMemory{t.Kernel, s})
	return s
}

// copySpace is the space of a forked child: the same things at the same places.
func (t *Tracer) copySpace(s *space, tid int) *space {
	c := &space{tid: tid, sites: make(map[uint64]*site, len(s.sites)), removed: map[uint64]bool{}, resting: map[uint64]*site{},
		linker: s.linker, wide: s.wide, noLots: s.noLots, filters: s.filters, gate: s.gate, signals: s.signals}
	c.table = s.table.Clone(spaceMemory{t.Kernel, c})
	c.objects = append(c.objects, s.objects...)
	c.due = append(c.due, s.due...)
	for addr, old := range s.sites {
		copied := *old
		copied.open = 0
		c.sites[addr] = &copied
	}
	for _, l := range s.lots {
		c.lots = append(c.lots, l.copied(c.sites))
	}
	return c
}

// leaveSpace takes a tracee out of its space and finds another through which
// the space's memory is reached.
func (t *Tracer) leaveSpace(tr *tracee) {
	s := tr.space
	t.unblock(tr)
	s.users--
	s.parked = slices.DeleteFunc(s.parked, func(p parked) bool { return p.tr == tr })
	if s.tid != tr.tid {
		return
	}
	for _, other := range t.tracees {
		if other.space == s && other != tr {
			s.tid = other.tid
			return
		}
	}
}

// siteAt returns the site at addr, made if there is none yet, with its
// breakpoint planted. It returns nil where none can be.
func (s *space) siteAt(addr uint64) *site {
	if p := s.sites[addr]; p != nil {
		return p
	}
	if s.table.Insert(addr) != nil {
		return nil
	}
	return s.addSite(s.table.At(addr))
}

// addSite makes a site where a breakpoint was just planted.
func (s *space) addSite(b *breakpoints.Breakpoint) *site {
	p := &site{addr: b.Addr, short: s.table.IsShort(b.Original)}
	s.sites[b.Addr] = p
	return p
}

// removeSite takes a site and its breakpoint away. If that cannot be taken out the
// site stays, for nothing but to get past it.
func (s *space) removeSite(p *site) {
	if s.table.Remove(p.addr) == nil {
		delete(s.sites, p.addr)
		s.gone(p.addr)
	}
}

// gone notes that a breakpoint was taken away: a thread may have hit it already.
// That is soon over, so the notes need not be kept for ever.
func (s *space) gone(addr uint64) {
	if len(s.removed) >= 1<<16 {
		clear(s.removed)
	}
	s.removed[addr] = true
}

// forget drops everything in [lo, hi), which is not mapped any more, and returns
// the sites that were there.
func (s *space) forget(lo, hi uint64) (forgotten []*site) {
	s.table.Forget(lo, hi)
	for addr, p := range s.sites {
		if lo <= addr && addr < hi {
			delete(s.sites, addr)
			s.gone(addr)
			forgotten = append(forgotten, p)
		}
	}
	return forgotten
}
