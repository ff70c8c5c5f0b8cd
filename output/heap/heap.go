package heap

import (
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"plait/event"
	"plait/output/calls"
	"plait/output/table"
)

// Options say what is shown.
type Options struct {
	Name   func(*event.Call) string // the name of a function
	Symbol func(string) string      // how a symbol is shown; nil: as it is
	Form   table.Form
	Look   table.Look
	Plot   bool // the curve is drawn, for people; else it is numbers
}

// A Heap is an event.Sink that writes a table when it is closed.
type Heap struct {
	w      io.Writer
	o      Options
	sites  map[siteKey]*site
	order  []*site // in the order of their first calls
	spaces map[int]*space
	calls  calls.Open[frame]
	curve  curve
	sum    sums
	last   tail // of the process that ended last
	traced bool
}

// sums are about all processes.
type sums struct {
	allocations, frees uint64
	bytes              uint64 // allocated
	asked              uint64 // of these, got memory from the kernel
	live, blocks       uint64
	peak               uint64
	unknown            uint64 // frees of blocks that were not seen to be allocated
	unsized            uint64 // allocations of an unknown size
	untracked          uint64 // allocations beyond maxBlocks
}

// A siteKey is where a function is called from.
type siteKey struct {
	kind         event.CallKind
	name, object string
	place        string
}

// A site is one place that calls one function.
type site struct {
	name, place  string
	calls        uint64
	bytes        uint64 // allocated
	freed        uint64 // of these
	live, blocks uint64
	peak         uint64
	moves        moves
}

// moves are what calls have made the kernel do to the memory of a process.
type moves struct {
	breaks, maps  uint64 // times that the break went up, or memory was mapped
	gaveBack      uint64 // times that the break went down, or memory was unmapped
	grown, shrunk uint64 // bytes
}

// A frame is an open library call.
type frame struct {
	moves moves
	inner effect // of the last call inside it that had one
}

// An effect is what a call did to blocks.
type effect struct {
	site  *site
	heap  event.Heap
	moves moves
}

// isPartOf reports whether a call that did e did it for the call around it.
func (e *effect) isPartOf(outer event.Heap) bool {
	return e.site != nil && (e.heap.Block != 0 && e.heap.Block == outer.Block || e.heap.Freed != 0 && e.heap.Freed == outer.Freed)
}

// A space is the heap of a process.
type space struct {
	blocks map[uint64]block
	forked bool   // it has copies of blocks of another
	brk    uint64 // the break; 0: not seen yet
	first  uint64 // the break that was seen first
	above  uint64 // bytes between first and brk
	habits habits
}

// A block is allocated.
type block struct {
	site *site
	size uint64
	call uint64 // ID of the call that allocated it
}

// Bounds on what is kept of a program that allocates very much, or from very many places.
const (
	maxBlocks = 4 << 20
	maxSites  = 1 << 14
)

// New returns a Heap that writes its table to w when closed.
func New(w io.Writer, o Options) *Heap {
	return &Heap{w: w, o: o, sites: map[siteKey]*site{}, spaces: map[int]*space{}}
}

// Emit counts. It returns no error.
func (h *Heap) Emit(e event.Event) error {
	if _, ok := e.(*event.Notice); !ok {
		h.traced = true
	}
	h.curve.advance(e.Header().Time)
	switch e := e.(type) {
	case *event.Enter:
		if e.Call.Kind != event.System {
			h.calls.Thread(e.TID).Push(e.Call.ID, frame{})
		}
	case *event.Return:
		if e.Call.Kind == event.System {
			h.system(e)
		} else {
			h.leave(e)
		}
	default:
		h.follow(e)
	}
	return nil
}

// follow does what an event means for processes.
func (h *Heap) follow(e event.Event) {
	h.calls.Follow(e)
	switch e := e.(type) {
	case *event.Spawn:
		if e.Kind == event.Forked {
			parent := h.space(e.PID)
			h.spaces[e.ChildPID] = &space{blocks: map[uint64]block{}, forked: true, brk: parent.brk, first: parent.first}
		}
	case *event.Exec:
		h.end(e.PID)
	case *event.Exit:
		if e.Process {
			h.end(e.PID)
		}
	}
}

// end forgets the heap of a process. What lives in it was never freed: it stays in the
// sums of its sites, but is not live any more.
func (h *Heap) end(pid int) {
	s := h.spaces[pid]
	if s == nil {
		return
	}
	h.last = s.tail()
	for _, b := range s.blocks {
		h.sum.live -= b.size
	}
	h.sum.blocks -= uint64(len(s.blocks))
	h.curve.brk -= s.above
	delete(h.spaces, pid)
	h.curve.point(h.sum.live)
}

func (h *Heap) space(pid int) *space {
	s := h.spaces[pid]
	if s == nil {
		s = &space{blocks: map[uint64]block{}}
		h.spaces[pid] = s
	}
	return s
}

// leave counts what a library call has done.
func (h *Heap) leave(e *event.Return) {
	t := h.calls.Ending(e)
	f, ok := t.TakeAll(e.Call)
	if !ok {
		return
	}
	done := f.inner
	if e.Heap != (event.Heap{}) || f.moves != (moves{}) && e.Outcome == event.Returned {
		done = h.count(e, &f)
	}
	if n := t.Len(); n > 0 && done.site != nil {
		t.At(n - 1).inner = done
	}
}

// count counts a call that had an effect. If a call inside it had the same, that one was
// made for it, and does not count.
func (h *Heap) count(e *event.Return, f *frame) effect {
	s, at := h.space(e.PID), h.site(e.Call)
	at.calls++
	if f.moves.breaks+f.moves.maps > 0 && e.Heap.Block != 0 {
		h.sum.asked++
	}
	inner := &f.inner
	if inner.isPartOf(e.Heap) {
		inner.site.calls--
		inner.site.moves.subtract(inner.moves)
		f.moves.add(inner.moves)
	}
	at.moves.add(f.moves)
	s.habits.learn(s, e, f.moves)
	if e.Heap.Freed != 0 && inner.heap.Freed != e.Heap.Freed {
		h.free(s, e.Heap.Freed)
	}
	if e.Heap.Block != 0 {
		h.allocate(s, e, at)
	}
	h.curve.point(h.sum.live)
	return effect{at, e.Heap, f.moves}
}

// free forgets a block.
func (h *Heap) free(s *space, addr uint64) {
	h.sum.frees++
	b, ok := s.blocks[addr]
	if !ok {
		if !s.forked {
			h.sum.unknown++
		}
		return
	}
	s.habits.freed(s, addr, b.size)
	h.drop(s, addr, b)
	b.site.freed += b.size
}

// drop takes a block out of the sums.
func (h *Heap) drop(s *space, addr uint64, b block) {
	delete(s.blocks, addr)
	b.site.live -= b.size
	b.site.blocks--
	h.sum.live -= b.size
	h.sum.blocks--
}

// allocate remembers a block. If a call inside this one has allocated it, it becomes this
// one's. One that lived there before was freed unseen.
func (h *Heap) allocate(s *space, e *event.Return, at *site) {
	if b, ok := s.blocks[e.Heap.Block]; ok {
		h.drop(s, e.Heap.Block, b)
		if b.call > e.Call.ID {
			h.sum.allocations--
			h.sum.bytes -= b.size
			b.site.bytes -= b.size
		} else {
			b.site.freed += b.size
		}
	}
	h.sum.allocations++
	if !e.Heap.Sized {
		h.sum.unsized++
	}
	h.sum.bytes += e.Heap.Size
	at.bytes += e.Heap.Size
	if h.sum.blocks >= maxBlocks {
		h.sum.untracked++
		return
	}
	s.blocks[e.Heap.Block] = block{at, e.Heap.Size, e.Call.ID}
	at.live += e.Heap.Size
	at.blocks++
	at.peak = max(at.peak, at.live)
	h.sum.live += e.Heap.Size
	h.sum.blocks++
	h.sum.peak = max(h.sum.peak, h.sum.live)
}

// system counts what a system call has done to the memory of a process, for the library
// call around it.
func (h *Heap) system(e *event.Return) {
	if e.Outcome != event.Returned || e.Call.Failed {
		return
	}
	up, down := uint64(0), uint64(0)
	switch e.Call.Name {
	case "brk":
		up, down = h.moveBreak(e)
	case "mmap":
		up = word(e.Call, 1)
	case "munmap":
		down = word(e.Call, 1)
	case "mremap":
		was, is := word(e.Call, 1), word(e.Call, 2)
		up, down = max(was, is)-was, max(was, is)-is
	}
	if up == 0 && down == 0 {
		return
	}
	if t := h.calls.Ending(e); t.Len() > 0 {
		m := &t.At(t.Len() - 1).moves
		switch {
		case down > 0:
			m.gaveBack++
		case e.Call.Name == "brk":
			m.breaks++
		default:
			m.maps++
		}
		m.grown += up
		m.shrunk += down
	}
}

func (m *moves) add(n moves) {
	m.breaks += n.breaks
	m.maps += n.maps
	m.gaveBack += n.gaveBack
	m.grown += n.grown
	m.shrunk += n.shrunk
}

func (m *moves) subtract(n moves) {
	m.breaks -= n.breaks
	m.maps -= n.maps
	m.gaveBack -= n.gaveBack
	m.grown -= n.grown
	m.shrunk -= n.shrunk
}

// moveBreak returns by how much brk(2) has moved the break. The first that is seen may
// only have asked where it is.
func (h *Heap) moveBreak(e *event.Return) (up, down uint64) {
	end, ok := e.Result.(event.Pointer)
	if !ok {
		return 0, 0
	}
	s := h.space(e.PID)
	was := s.brk
	s.brk = end.Addr
	if was == 0 {
		s.first = end.Addr
		return 0, 0
	}
	above := max(s.brk, s.first) - s.first
	if !s.forked {
		h.curve.brk += above - s.above
		s.above = above
		h.curve.point(h.sum.live)
	}
	down = max(s.brk, was) - s.brk
	if down > 0 {
		s.habits.lowered++
		s.habits.bytesLowered += down
	}
	return max(s.brk, was) - was, down
}

func word(c *event.Call, i int) uint64 {
	if i < len(c.Words) {
		return c.Words[i]
	}
	return 0
}

// site returns the site of a call. Beyond maxSites, all share one.
func (h *Heap) site(c *event.Call) *site {
	k := siteKey{kind: c.Kind, name: c.Name, object: c.Object, place: Place(c, h.o.Symbol)}
	if s := h.sites[k]; s != nil {
		return s
	}
	s := &site{place: k.place}
	if len(h.sites) >= maxSites {
		k, s.place = siteKey{}, ""
		if s := h.sites[k]; s != nil {
			return s
		}
		s.name = "(other places)"
	} else {
		s.name = h.o.Name(c)
	}
	h.sites[k] = s
	h.order = append(h.order, s)
	return s
}

// Place says where a call is made: the function with its source line, or the offset in
// it, or the object. symbol says how a symbol is shown; nil: as it is.
func Place(c *event.Call, symbol func(string) string) string {
	if symbol == nil {
		symbol = func(s string) string { return s }
	}
	if len(c.Stack) == 0 {
		return strings.TrimPrefix(c.From+" 0x"+strconv.FormatUint(c.Caller, 16), " ")
	}
	f := &c.Stack[0]
	switch {
	case f.Symbol != "" && f.Source != "":
		return symbol(f.Symbol) + " (" + path.Base(f.Source) + ":" + strconv.Itoa(f.Line) + ")"
	case f.Symbol != "":
		return symbol(f.Symbol) + "+0x" + strconv.FormatUint(f.Offset, 16)
	case f.Object != "":
		return path.Base(f.Object) + "+0x" + strconv.FormatUint(f.File, 16)
	}
	return "0x" + strconv.FormatUint(f.Addr, 16)
}

// Close writes the table, if anything was traced.
func (h *Heap) Close() error {
	if !h.traced {
		return nil
	}
	_, err := h.w.Write(h.report())
	return err
}

// Print writes the table in the middle of the trace, that long after its begin.
func (h *Heap) Print(after time.Duration) error {
	_, err := h.w.Write(h.report())
	return err
}
