package inproc

import (
	"errors"
	"maps"
	"slices"

	"plait/arch"
	"plait/inline"
	"plait/ptrace"
	"plait/ring"
)

// Kernel is what an engine needs of Linux. Memory of a space is reached through any of its
// threads, stopped or not.
type Kernel interface {
	Read(tid int, addr uint64, b []byte) (int, error)
	Write(tid int, addr uint64, b []byte) (int, error)
	Maps(tid int) ([]ptrace.Mapping, error)
	Share(tid, fd, size, owner int) (*ptrace.Shared, error)
	Listen(s *ptrace.Shared, bell, waiting int, rung func())
	Unshare(s *ptrace.Shared)
	WakeFutex(s *ptrace.Shared, offset int)
}

// A Config is what an engine needs of its tracer.
type Config struct {
	Arch   *arch.Arch
	Kernel Kernel

	// Call makes a stopped thread make a system call, and returns its result.
	Call func(tid int, nr uint64, args ...uint64) (uint64, error)
	// Rung is called from another goroutine when Tick and DrainAll have something to do.
	Rung func()
	// Want returns what a return of a call by a slot to an address needs.
	Want func(tid int, slot uint32, ret uint64) Want
	// Breakpoint plants a breakpoint at a return address where no jump is possible.
	Breakpoint func(tid int, ret uint64)
	// Code fills b with the program's own code at addr, without breakpoints of the tracer and
	// jumps of the engine. It returns how many bytes there are.
	Code func(tid int, addr uint64, b []byte) int
	// Alone tells whether no thread of the space runs but the one that is given, which is stopped
	// or waits for the engine.
	Alone func(tid int) bool
	// MayCall tells whether a running thread may make system calls of the engine: no filter
	// of the program forbids it.
	MayCall func(tid int) bool
	// Errno is where errno is from the thread pointer, in bytes, if HasErrno.
	Errno    int64
	HasErrno bool
}

// A Want is what a return to an address needs.
type Want struct {
	Text       bool // the result points to text
	Breakpoint bool // a jump must not be planted there
}

// An Engine is the in-process engine of one address space. Its methods must be called from one
// goroutine.
type Engine struct {
	Config
	memory  *access
	table   *inline.Table
	kit     *inline.Kit
	shared  *ptrace.Shared
	arena   uint64 // address of the shared memory in the space
	areas   uint64 // address of the threads' areas
	routine uint64 // address of the hand-over routine
	room    room
	threads map[int]*thread
	rings   [ring.Max]ringState
	slots   map[uint32]*slot
	sites   map[uint64]*slot       // by Addr
	returns []*returnSite          // by the number in records; nil: not used
	free    []uint32               // numbers of nil
	byAddr  map[uint64]*returnSite // what is planted now
	sorter  sorter
}

// An access reaches the space's memory through a thread.
type access struct {
	kernel Kernel
	tid    int
}

// Read fills b or fails.
func (a *access) Read(addr uint64, b []byte) error {
	_, err := a.kernel.Read(a.tid, addr, b)
	return err
}

// Write writes all of b or fails.
func (a *access) Write(addr uint64, b []byte) error {
	_, err := a.kernel.Write(a.tid, addr, b)
	return err
}

// at makes tid the thread by which memory is reached and changed.
func (e *Engine) at(tid int) {
	e.memory.tid = tid
	e.table.Still = e.Alone(tid)
}

// Start makes what the engine needs in the space of a stopped thread. The error says why the
// space can have none; nothing is left there then.
func Start(c Config, tid int) (*Engine, error) {
	e := newEngine(c, tid)
	e.table = inline.New(e.memory)
	if err := e.mapMemory(tid); err != nil {
		return nil, errors.Join(err, e.unmapAll(tid))
	}
	return e, nil
}

func newEngine(c Config, tid int) *Engine {
	return &Engine{
		Config:  c,
		memory:  &access{c.Kernel, tid},
		kit:     &inline.Kit{},
		threads: map[int]*thread{},
		slots:   map[uint32]*slot{},
		sites:   map[uint64]*slot{},
		byAddr:  map[uint64]*returnSite{},
	}
}

// Copy returns the engine of a forked child, which has copies of all code and jumps. It must be
// called before the engine plants anything else. tid is the child, which need not have stopped yet.
// When it has, and before it runs, either Arm or Stop must be called.
func (e *Engine) Copy(c Config, tid int) *Engine {
	child := newEngine(c, tid)
	child.kit = e.kit
	child.table = e.table.Clone(child.memory)
	child.arena, child.areas, child.routine = e.arena, e.areas, e.routine
	child.room = e.room.clone()
	child.slots, child.sites, child.byAddr = maps.Clone(e.slots), maps.Clone(e.sites), maps.Clone(e.byAddr)
	child.returns, child.free = slices.Clone(e.returns), slices.Clone(e.free)
	return child
}

// Arm gives a forked child shared memory of its own, in place of its parent's. The child has no
// threads yet. If it fails, Stop must be called.
func (e *Engine) Arm(tid int) error {
	if err := e.mapArena(tid, e.arena); err != nil {
		return err
	}
	for _, r := range e.byAddr {
		e.know(r.addr, r.text || r.breakpoint)
	}
	return nil
}

// Stop takes everything out of the space. All its threads must be stopped, in their own code
// (Leave), and their rings drained; tid is one of them. The caller sets their spare bases to 0. If
// jumps cannot be removed, their code stays.
func (e *Engine) Stop(tid int) error {
	e.memory.tid = tid
	e.table.Still = true
	err := e.table.RemoveAll()
	if err == nil {
		err = e.unmapAll(tid)
	}
	e.Drop()
	return err
}

// Drop forgets a space that is gone, or that Stop has cleared.
func (e *Engine) Drop() {
	if e.shared != nil {
		e.Kernel.Unshare(e.shared)
		e.shared = nil
	}
	clear(e.threads)
}

// Hide puts the program's own bytes into b, which was read at addr.
func (e *Engine) Hide(addr uint64, b []byte) { e.table.Hide(addr, b) }

// Planted tells whether a jump of ours begins at addr. A thread that hits a breakpoint there
// came while the jump was planted: it has to begin again at addr.
func (e *Engine) Planted(addr uint64) bool { return e.table.At(addr) != nil }

// Busy tells whether a byte of [lo, hi) is part of a jump. No breakpoint can be there.
func (e *Engine) Busy(lo, hi uint64) bool { return e.table.Busy(lo, hi) }

// Own returns the address in the program's own code that an address stands for: one in code of
// the engine, any other for itself.
func (e *Engine) Own(pc uint64) uint64 {
	if own, ok := e.table.Own(pc); ok {
		return own
	}
	return pc
}

// Inside tells whether pc is in code of the engine.
func (e *Engine) Inside(pc uint64) bool { return e.table.Code(pc) != nil }
