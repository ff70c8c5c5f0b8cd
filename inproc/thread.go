package inproc

import (
	"encoding/binary"
	"errors"

	"plait/arch"
	"plait/inline"
	"plait/ring"
)

// A thread has a ring and an area.
type thread struct {
	tid     int
	index   int // of its ring
	engine  *Engine
	command *command // it was told to do this while it waits
	failed  int      // commands of its request that failed
	pos     uint64   // what DrainAll has read; 0: nothing
}

// A ringState is a ring that some thread has, or had.
type ringState struct {
	reader *ring.Reader
	taken  bool
}

// Why a thread gets no ring.
var (
	// ErrSpare means that the program uses the spare base itself.
	ErrSpare = errors.New("the program uses the segment base that the engine needs")
	// ErrRings means that there are too many threads.
	ErrRings = errors.New("more threads than rings")
)

// Silent returns the spare base of threads that share the memory and are not recorded: code of
// ours lets them pass.
func (e *Engine) Silent() uint64 { return e.areas + ring.SilentArea }

// AddThread gives a stopped thread a ring. It returns the spare base that the thread must have
// before it runs. base is the one that it has: that of the thread that created it, of this
// engine or, after a fork, of another, or 0.
func (e *Engine) AddThread(tid int, base uint64) (uint64, error) {
	if base != 0 && base-e.areas >= ring.Areas {
		return 0, ErrSpare
	}
	for i := range e.rings {
		if !e.rings[i].taken {
			return e.addThread(tid, i)
		}
	}
	return 0, ErrRings
}

// addThread gives a thread ring i.
func (e *Engine) addThread(tid, i int) (uint64, error) {
	e.memory.tid = tid
	th := &thread{tid: tid, index: i, engine: e}
	base := th.ring()
	bytes := e.shared.Bytes()[ring.Rings+i*ring.RingSize:][:ring.RingSize]
	clear(bytes[:ring.Half0])
	if err := e.memory.Write(th.area(), th.firstArea()); err != nil {
		return 0, err
	}
	if r := &e.rings[i]; r.reader == nil {
		r.reader = ring.NewReader(base, bytes)
	} else {
		r.reader.Reuse()
	}
	e.rings[i].taken = true
	e.threads[tid] = th
	return th.area(), nil
}

// firstArea is the area of a thread that has recorded nothing yet.
func (th *thread) firstArea() []byte {
	area := make([]byte, ring.AreaSize)
	set := func(offset int, word uint64) { binary.LittleEndian.PutUint64(area[offset:], word) }
	set(ring.AreaPos, ring.HalfStart(th.ring(), 0))
	set(ring.AreaLimit, ring.HalfLimit(th.ring(), 0))
	set(ring.AreaRing, th.ring())
	set(ring.AreaTable, th.engine.arena+ring.Table)
	set(ring.AreaRoutine, th.engine.routine)
	return area
}

// area is the address of a thread's area.
func (th *thread) area() uint64 { return th.engine.areas + uint64(th.index)*ring.AreaSize }

// ring is the address of a thread's ring.
func (th *thread) ring() uint64 { return th.engine.arena + uint64(th.offset()) }

// offset is where a thread's ring is in the shared memory.
func (th *thread) offset() int { return ring.Rings + th.index*ring.RingSize }

// load reads a word of the ring.
func (th *thread) load(offset int) uint64 { return th.engine.shared.Load(th.offset() + offset) }

// store writes a word of the ring.
func (th *thread) store(offset int, word uint64) {
	th.engine.shared.Store(th.offset()+offset, word)
}

// wake wakes the thread if it waits on its ring.
func (th *thread) wake() {
	turn := th.offset() + ring.Turn
	th.engine.shared.Add32(turn, 1)
	th.engine.Kernel.WakeFutex(th.engine.shared, turn)
}

// Pos reads where the thread's next record will be.
func (th *thread) Pos() (uint64, error) {
	if pos := th.pos; pos != 0 {
		th.pos = 0
		return pos, nil
	}
	var b [8]byte
	_, err := th.engine.Kernel.Read(th.tid, th.area()+ring.AreaPos, b[:])
	return binary.LittleEndian.Uint64(b[:]), err
}

// Freed wakes the thread: it may wait for the half.
func (th *thread) Freed() { th.wake() }

// Words is the length of records of a kind and number.
func (th *thread) Words(kind ring.Kind, id uint32) int {
	layout, _, ok := th.engine.layoutOf(kind, id)
	if !ok {
		return 0
	}
	return layout.Words
}

// layoutOf returns the layout of records of a kind and number, and the address that they are about.
func (e *Engine) layoutOf(kind ring.Kind, id uint32) (ring.Layout, uint64, bool) {
	switch kind {
	case ring.Entered:
		if s := e.slots[id]; s != nil {
			return s.layout, s.Addr, true
		}
	case ring.Returned:
		if int(id) < len(e.returns) && e.returns[id] != nil {
			r := e.returns[id]
			return r.layout, r.addr, true
		}
	}
	return ring.Layout{}, 0, false
}

// A Record is a record of a thread. Addr is the address of the slot's instruction, or the return
// address. It is valid until the next record is read.
type Record struct {
	*ring.Record
	TID    int
	Addr   uint64
	Layout ring.Layout
}

// Drain calls each for every record of one thread that was not read yet. A ring.BrokenError
// tells that the program has destroyed the ring; others, that the thread is gone.
func (e *Engine) Drain(tid int, each func(*Record)) error {
	th := e.threads[tid]
	if th == nil {
		return nil
	}
	return e.rings[th.index].reader.Drain(th, th.hand(each))
}

// hand returns what hands records of a thread to each.
func (th *thread) hand(each func(*Record)) func(*ring.Record) {
	rec := &Record{TID: th.tid}
	return func(r *ring.Record) {
		rec.Record = r
		rec.Layout, rec.Addr, _ = th.engine.layoutOf(r.Kind, r.ID)
		each(rec)
	}
}

// RemoveThread takes the ring from a thread that has ended. It calls each for what is in it.
func (e *Engine) RemoveThread(tid int, each func(*Record)) {
	th := e.threads[tid]
	if th == nil {
		return
	}
	e.rings[th.index].reader.Rest(th, th.hand(each))
	e.rings[th.index].taken = false
	delete(e.threads, tid)
}

// Left is what Leave has done.
type Left struct {
	Moved bool // the thread was in code of ours
	// Pending tells that a call or return has been recorded, and that the program's instruction
	// at PC has still to run. At a slot the thread must not come back to be recorded again: the
	// caller does what the instruction does.
	Pending bool
}

// Leave puts a stopped thread that is in code of ours into its own code: it changes regs, which
// the caller stores, and memory. The ring must be drained afterwards.
func (e *Engine) Leave(tid int, regs arch.Regs) (Left, error) {
	return e.leave(tid, regs, e.table.Leave)
}

// GoOn is Leave for a thread that would come back to where it can't go on: it goes on behind the
// record, which may be missing.
func (e *Engine) GoOn(tid int, regs arch.Regs) (Left, error) {
	return e.leave(tid, regs, e.table.GoOn)
}

func (e *Engine) leave(tid int, regs arch.Regs, by func(arch.Regs, []byte, uint64) (inline.Exit, bool)) (Left, error) {
	if !e.Inside(regs.PC()) {
		return Left{}, nil
	}
	area, err := e.readArea(tid, regs.SpareBase())
	if err != nil {
		return Left{}, err
	}
	exit, ok := by(regs, area, regs.SpareBase())
	if !ok {
		return Left{}, errors.New("a thread is in code of the engine where none can be")
	}
	for _, s := range exit.Stores {
		if err := e.storeWord(s); err != nil {
			return Left{}, err
		}
	}
	if th := e.threads[tid]; th != nil {
		th.left()
	}
	return Left{Moved: true, Pending: exit.Pending}, nil
}

// readArea reads the area at a spare base.
func (e *Engine) readArea(tid int, base uint64) ([]byte, error) {
	if base-e.areas >= ring.Areas {
		return nil, ErrSpare
	}
	e.memory.tid = tid
	area := make([]byte, ring.AreaSize)
	return area, e.memory.Read(base, area)
}

func (e *Engine) storeWord(s inline.Store) error {
	return e.memory.Write(s.Addr, binary.LittleEndian.AppendUint64(nil, s.Word))
}

// Fault handles a signal of a stopped thread. If the copying of a text or block has faulted, the
// record says so, and regs, which the caller stores, go on behind it; Fault returns true, and the
// program must not get the signal.
func (e *Engine) Fault(tid, sig int, regs arch.Regs) (bool, error) {
	const bus, segv = 7, 11 // SIGBUS, SIGSEGV
	if sig != bus && sig != segv || !e.Inside(regs.PC()) {
		return false, nil
	}
	area, err := e.readArea(tid, regs.SpareBase())
	if err != nil {
		return false, err
	}
	fault, ok := e.table.SkipText(regs, area)
	if !ok {
		return false, nil
	}
	for _, s := range fault.Stores {
		if err := e.storeWord(s); err != nil {
			return false, err
		}
	}
	if fault.CountAt != 0 {
		if err := e.memory.Write(fault.CountAt, []byte{fault.Count}); err != nil {
			return false, err
		}
	}
	at := fault.Record + ring.FlagsByte
	var flags [1]byte
	if err := e.memory.Read(at, flags[:]); err != nil {
		return false, err
	}
	flags[0] |= 1 << fault.Text
	return true, e.memory.Write(at, flags[:])
}
