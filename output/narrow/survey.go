package narrow

import (
	"cmp"
	"slices"
	"strings"

	"plait/event"
)

// A Layout says where things are in an address space, as the kernel placed them.
type Layout struct {
	Mappings []Mapping // in the order of their addresses
	Stack    uint64    // where the first stack begins, downwards (argc)
	Args     uint64    // where the strings of arguments and environment begin
	Heap     uint64    // where the heap begins
}

// A Mapping is one of an address space (proc_pid_maps(5)).
type Mapping struct {
	Start, End uint64
	Path       string
}

// A Survey reports which regions the addresses of events lie in, so that they can be
// labelled, now or later.
type Survey struct {
	Layout  func(pid int) (Layout, bool) // of a process that is stopped now; false: it is gone
	Sparing bool                         // a process whose memory changes all the time is not looked at each time
}

// New returns a sink that passes on events to s, an event.Region before the first one
// that has an address in that region.
func (s Survey) New(to event.Sink) event.Sink {
	return &survey{Survey: s, Sink: to, lands: map[int]*land{}}
}

// survey is the sink.
type survey struct {
	Survey
	event.Sink
	lands  map[int]*land // by process
	header *event.Head   // of the event
	err    error         // of what was emitted because of it
	pid    int           // of the event before whose addresses were looked at
	land   *land         // of that process; nil: none was
}

// A land is what is known of the memory of one process.
type land struct {
	base    Layout          // its Mappings are not kept
	known   bool            // base is
	regions []*event.Region // in the order of their addresses
	recent  [64]uint64      // pages in known regions, plus 1, by their lower bits

	asked, spent uint64 // addresses in no known region; what it has cost to look for them
}

// A page is what is in one region, but for the page where a stack ends and strings begin.
const pageShift = 12

// Emit implements event.Sink.
func (s *survey) Emit(e event.Event) error {
	s.header, s.err = e.Header(), nil
	switch e := e.(type) {
	case *event.Enter:
		s.args(e.Call)
	case *event.Return:
		s.args(e.Call)
		s.value(e.Result)
	case *event.Signal:
		s.value(e.Info)
	case *event.Exec:
		s.end(e.PID)
	case *event.Exit:
		if e.Process {
			s.end(e.PID)
		}
	}
	err := s.Sink.Emit(e)
	if e, ok := e.(*event.Spawn); ok && e.Kind == event.Forked {
		s.fork(e)
	}
	if s.err != nil {
		return s.err
	}
	return err
}

// end forgets what is known of a process.
func (s *survey) end(pid int) {
	delete(s.lands, pid)
	s.land = nil
}

// fork gives a new process the regions of its parent.
func (s *survey) fork(e *event.Spawn) {
	parent := s.lands[e.PID]
	if parent == nil || e.PID == e.ChildPID || len(parent.regions) > maxInherited {
		return
	}
	child := *parent
	child.regions = slices.Clone(parent.regions)
	s.lands[e.ChildPID], s.land = &child, nil
	head := event.Head{Time: e.Time, PID: e.ChildPID, TID: e.ChildTID}
	s.report(child.heap(), head)
	for _, r := range child.regions {
		s.report(r, head)
	}
}

// report passes on a region with another head.
func (s *survey) report(r *event.Region, head event.Head) {
	own := *r
	own.Head = head
	if err := s.Sink.Emit(&own); s.err == nil {
		s.err = err
	}
}

// heap is the region that says where the heap begins, before there is one.
func (l *land) heap() *event.Region {
	return &event.Region{Kind: event.HeapRegion, Start: l.base.Heap, End: l.base.Heap, Base: l.base.Heap}
}

func (s *survey) args(c *event.Call) {
	for i := range c.Args {
		s.value(c.Args[i].Value)
	}
}

// value looks at the addresses in a value.
func (s *survey) value(v event.Value) {
	switch v := v.(type) {
	case event.Pointer:
		s.address(v.Addr)
	case event.Unreadable:
		s.address(v.Addr)
	case event.Int:
		if isWord(v) {
			s.address(v.Bits)
		}
	case event.Pointee:
		s.address(v.Addr)
		s.value(v.Value)
	case event.List:
		for _, item := range v.Items {
			s.value(item)
		}
	case event.Record:
		s.fields(v.Fields)
	case *event.Record:
		s.fields(v.Fields)
	case event.Change:
		s.value(v.Before)
		s.value(v.After)
	case event.Note:
		s.value(v.Value)
		s.value(v.Extra)
		s.value(v.Remaining)
	}
}

func (s *survey) fields(all []event.Field) {
	for i := range all {
		s.value(all[i].Value)
	}
}

// address reports the region of an address, unless that is known.
func (s *survey) address(addr uint64) {
	if !mayBeAddress(addr) {
		return
	}
	l := s.land
	if l == nil || s.pid != s.header.PID {
		l = s.landOf(s.header.PID)
	}
	page := addr>>pageShift + 1
	recent := &l.recent[page%uint64(len(l.recent))]
	if *recent == page {
		return
	}
	if (l.find(addr) || s.meet(l, addr)) && page != l.base.Args>>pageShift+1 {
		*recent = page
	}
}

// landOf returns what is known of a process, for its event and those that follow.
func (s *survey) landOf(pid int) *land {
	l := s.lands[pid]
	if l == nil {
		l = &land{}
		s.lands[pid] = l
	}
	s.pid, s.land = pid, l
	return l
}

// Bounds on what it may cost to look for regions, in readings of few mappings. A sparing
// Survey does so for one of some addresses.
const (
	freely        = 1024
	perReading    = 128
	mappingsShift = 6
)

// meet reads the layout, and reports the region of an address that is in none so far.
func (s *survey) meet(l *land, addr uint64) (found bool) {
	l.asked++
	if s.Sparing && l.spent > freely+l.asked/perReading || len(l.regions) >= maxRegions {
		return false
	}
	now, ok := s.Layout(s.header.PID)
	l.spent += 1 + uint64(len(now.Mappings))>>mappingsShift
	if !ok {
		return false
	}
	if !l.known {
		l.base, l.known = now, true
		l.base.Mappings = nil
		s.report(l.heap(), *s.header)
	}
	i := slices.IndexFunc(now.Mappings, func(m Mapping) bool { return addr >= m.Start && addr < m.End })
	if i < 0 {
		return false
	}
	r := l.regionOf(now.Mappings, i, addr)
	at, _ := slices.BinarySearchFunc(l.regions, r.Start, compareRegion)
	l.regions = slices.Insert(l.regions, at, r)
	s.report(r, *s.header)
	return true
}

func compareRegion(r *event.Region, addr uint64) int { return cmp.Compare(r.Start, addr) }

// find reports whether an address is in a known region.
func (l *land) find(addr uint64) bool {
	i, _ := slices.BinarySearchFunc(l.regions, addr+1, compareRegion)
	return i > 0 && addr < l.regions[i-1].End
}

// regionOf returns the region of a mapping, without what belongs to known ones: a mapping
// grows when another one is made beside it.
func (l *land) regionOf(all []Mapping, i int, addr uint64) *event.Region {
	m := all[i]
	r := &event.Region{Start: m.Start, End: m.End}
	for _, old := range l.regions {
		if old.End <= addr {
			r.Start = max(r.Start, old.End)
		} else if old.Start > addr {
			r.End = min(r.End, old.Start)
		}
	}
	switch {
	case m.Path == "[heap]":
		r.Kind, r.Base = event.HeapRegion, l.base.Heap
	case m.Path == "[stack]" && addr >= l.base.Args:
		r.Kind, r.Base = event.ArgsRegion, l.base.Args
		r.Start = max(r.Start, l.base.Args)
	case m.Path == "[stack]":
		r.Kind, r.Base = event.StackRegion, l.base.Stack
		r.End = min(r.End, l.base.Args)
		r.Start = min(r.Start, r.End)
	case strings.HasPrefix(m.Path, "["), m.Path == "":
		r.Kind, r.Base = event.AnonymousRegion, r.Start
	default:
		r.Kind, r.Base, r.Path = event.FileRegion, baseOf(all, i), m.Path
	}
	return r
}

// baseOf returns where the file of a mapping begins.
func baseOf(all []Mapping, i int) uint64 {
	for i > 0 && all[i-1].Path == all[i].Path && all[i-1].End == all[i].Start {
		i--
	}
	return all[i].Start
}
