package tracer

import (
	"slices"

	"plait/arch"
	"plait/ptrace"
)

// A lot is memory mapped into a space in which displaced instructions run, one
// slot of arch.MaxStep bytes each.
type lot struct {
	start uint64
	sites []*site  // by slot; nil: free again
	free  []uint64 // the addresses of those
}

const (
	lotSize  = 64 << 10
	lotSlots = lotSize / arch.MaxStep
)

// full tells whether every slot has its instruction.
func (l *lot) full() bool { return len(l.sites) == lotSlots && len(l.free) == 0 }

// vacant is the address of a slot without an instruction, in a lot that is not
// full.
func (l *lot) vacant() uint64 {
	if n := len(l.free); n > 0 {
		return l.free[n-1]
	}
	return l.start + uint64(len(l.sites))*arch.MaxStep
}

// occupy gives p the slot at the address that vacant returned.
func (l *lot) occupy(at uint64, p *site) {
	if n := len(l.free); n > 0 {
		l.free = l.free[:n-1]
		l.sites[(at-l.start)/arch.MaxStep] = p
		return
	}
	l.sites = append(l.sites, p)
}

// vacate makes the slot at an address free again.
func (l *lot) vacate(at uint64) {
	l.sites[(at-l.start)/arch.MaxStep] = nil
	l.free = append(l.free, at)
}

// copied is the lot of a forked child, for the sites of its own.
func (l *lot) copied(sites map[uint64]*site) *lot {
	c := &lot{start: l.start, free: slices.Clone(l.free)}
	for _, p := range l.sites {
		if p != nil {
			p = sites[p.addr]
		}
		c.sites = append(c.sites, p)
	}
	return c
}

// lotNear finds or maps a lot with a free slot within reach of addr.
func (t *Tracer) lotNear(tr *tracee, addr uint64) *lot {
	s := tr.space
	for _, l := range s.lots {
		if !l.full() && within(l.start, addr, t.arch.Reach) {
			return l
		}
	}
	if s.noLots {
		return nil
	}
	start, err := t.mapLot(tr, addr)
	if err != nil {
		s.noLots = true
		return nil
	}
	l := &lot{start: start}
	s.lots = append(s.lots, l)
	return l
}

// reserve maps the lots that the code with breakpoints needs, before the program
// runs: later a seccomp filter of its own may forbid it.
func (t *Tracer) reserve(tr *tracee, entry uint64) {
	s := tr.space
	if !s.catches() {
		return
	}
	t.lotNear(tr, entry)
	for addr, p := range s.sites {
		if !p.linker {
			t.lotNear(tr, addr)
		}
	}
}

func within(a, b, n uint64) bool { return a-b < n || b-a < n }

// lotAt finds the lot with a slot at pc that was ever used.
func (s *space) lotAt(pc uint64) *lot {
	for _, l := range s.lots {
		if pc >= l.start && (pc-l.start)/arch.MaxStep < uint64(len(l.sites)) {
			return l
		}
	}
	return nil
}

// locate finds the site whose displaced instruction runs at pc, and how far in.
func (s *space) locate(pc uint64) (p *site, off int) {
	l := s.lotAt(pc)
	if l == nil {
		return nil, 0
	}
	at := pc - l.start
	return l.sites[at/arch.MaxStep], int(at % arch.MaxStep)
}

// vacate frees the slots of sites that were forgotten, if their code is unmapped:
// no thread can be in a slot that would have to go back there.
func (s *space) vacate(forgotten []*site, maps []ptrace.Mapping) {
	for _, p := range forgotten {
		if l := s.lotAt(p.stepAt); l != nil && mappingAt(maps, p.addr) < 0 {
			l.vacate(p.stepAt)
		}
	}
}
