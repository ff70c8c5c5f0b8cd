package tracer

import (
	"io"
	"slices"

	"plait/breakpoints"
	"plait/event"
	"plait/objects"
)

// A space is an address space: what is mapped and planted in it. The tracees that run in
// it share it.
type space struct {
	tid            int  // the tracee through which its memory is reached: the last that stopped
	users          int  // tracees in it
	blocked        int  // those of them that cannot be stopped: they wait for a vfork(2) child, or have ended
	lifted         bool // its breakpoints are out, until a vfork(2) child has its own memory
	table          *breakpoints.Table
	sites          map[uint64]*site
	objects        objects.List
	unplanted      []*objects.Object // those of them that plait was interrupted in planting
	linker         linker
	engine         *engine                  // nil: it has none
	noEngine       string                   // why it has none; "" if that was not asked
	copied         bool                     // engine is that of its parent, and not armed yet
	areas          breakpoints.Areas[*site] // for displaced instructions
	native         bool                     // its program has the machine's word size, so library calls can be traced
	noAreas        bool                     // no area could be mapped
	filters        int                      // how many seccomp filters certainly let it map memory
	allStop        allStop
	held           []heldTracee  // those that have stopped
	code           objects.Known // executable mappings
	changesSignals bool          // it has code that may change what SIGTRAP does
	syscallAddr    uint64        // a system call instruction to borrow, once found
	maps           objects.Known // all mappings, to name addresses
	mappedFiles    objects.Files
	errno          objects.ErrnoLocation
	streams        objects.Streams
	callers        map[uint64][]event.Caller // by return address, in objects
	removed        map[uint64]bool           // where breakpoints were removed
	dispositions   map[int]*disposition      // for SIGTRAP, of the processes in it
	idleReturns    map[uint64]*site          // return addresses in JIT code to which no open call returns
}

// An allStop says whether all tracees of a space are being stopped, and what for.
type allStop uint8

const (
	notStopping     allStop = iota // each goes from stop to stop
	stoppingAll                    // to be restarted together, or detached from
	stoppingToPlant                // to plant breakpoints; then they are restarted
)

// A spaceMemory is a space as package breakpoints sees it.
type spaceMemory struct {
	kernel Memory
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
	s := &space{tid: tid, sites: map[uint64]*site{}, removed: map[uint64]bool{}, idleReturns: map[uint64]*site{}, native: true, code: objects.Known{CodeOnly: true}}
	s.table = breakpoints.New(t.arch, spaceMemory{t.Kernel, s})
	return s
}

// copySpace is the space of a forked child: it has the same things at the same places.
func (t *Tracer) copySpace(s *space, tid int) *space {
	c := &space{tid: tid, sites: make(map[uint64]*site, len(s.sites)), removed: map[uint64]bool{}, idleReturns: map[uint64]*site{},
		linker: s.linker, native: s.native, noAreas: s.noAreas, filters: s.filters, syscallAddr: s.syscallAddr, changesSignals: s.changesSignals, code: objects.Known{CodeOnly: true}}
	c.table = s.table.Clone(spaceMemory{t.Kernel, c})
	c.objects = append(c.objects, s.objects...)
	c.unplanted = append(c.unplanted, s.unplanted...)
	for addr, old := range s.sites {
		copied := *old
		copied.open = 0
		c.sites[addr] = &copied
	}
	c.areas = s.areas.Clone(func(p *site) *site { return c.sites[p.addr] })
	t.copyEngine(s, c)
	return c
}

// removeFromSpace takes a tracee out of its space. If the space's memory was reached
// through it, another tracee takes over.
func (t *Tracer) removeFromSpace(tr *tracee) {
	s := tr.space
	t.unblock(tr)
	s.users--
	s.dropEngine()
	s.held = slices.DeleteFunc(s.held, func(p heldTracee) bool { return p.tr == tr })
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
