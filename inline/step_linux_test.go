package inline

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"plait/arch"
	"plait/ring"
)

// TestSteps steps through every instruction of every kind of code, in every scenario, and
// leaves from each. Where a thread comes out, and what it finds there, is as if there were no
// code of ours; and so it is when the thread is not taken out.
func TestSteps(t *testing.T) {
	routine := map[uint64]bool{}
	for i, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			tr := newTrial(t, k, uint64(i))
			for _, s := range scenarios {
				if s.for_ == nil || s.for_(k) {
					tr.begin(s)
					tr.walk()
				}
			}
			tr.covered(tr.code, tr.visited)
			for pc := range tr.visited {
				routine[pc] = true
			}
			if t.Failed() || i < len(kinds)-1 {
				return
			}
			tr.covered(tr.routine, routine)
		})
	}
}

// covered demands that a thread has stood before every instruction of code, and that there
// are no others.
func (tr *trial) covered(c *Code, visited map[uint64]bool) {
	tr.t.Helper()
	for i := range c.Bytes {
		pc := c.Addr + uint64(i)
		m, ok := c.mark(pc)
		if data := c.Site == 0 && i >= len(c.Bytes)-16; ok != visited[pc] && !data {
			tr.t.Errorf("%s, byte %d: an instruction: %v (%+v), reached: %v", tr.k.name, i, ok, m, visited[pc])
		}
	}
}

// walk steps from the site to where its instruction leads.
func (tr *trial) walk() {
	tr.setRegs(tr.from)
	for n := 0; ; n++ {
		regs := tr.regs()
		if regs.PC() == tr.to.PC() {
			break
		}
		if n > 10_000 {
			tr.t.Fatalf("%s, %s: no end", tr.k.name, tr.s.name)
		}
		if tr.table.Code(regs.PC()) == nil {
			if _, ok := tr.table.Leave(regs, tr.area(), areaAt); ok || n > 0 {
				tr.t.Fatalf("%s, %s: at %#x", tr.k.name, tr.s.name, regs.PC())
			}
		} else {
			tr.visited[regs.PC()] = true
			tr.leave(regs)
			tr.goOn(regs)
		}
		tr.serve(regs)
		tr.fault(tr.step())
	}
	tr.compare("at the end", tr.regs(), tr.to, true)
	tr.recorded("at the end", tr.s.records)
	if tr.s.records == 1 {
		tr.checkRecord()
	}
}

func (tr *trial) area() []byte { return tr.bytes(areaAt, ring.AreaSize) }

// serve does what plait does while a thread waits, if it is about to.
func (tr *trial) serve(regs arch.Regs) {
	c := tr.table.Code(regs.PC())
	if c != tr.routine || !bytes.Equal(tr.bytes(regs.PC(), 2), []byte{0x0f, 0x05}) {
		return
	}
	tr.made = tr.made || regs.GPR(int(rax)) == unix.SYS_GETPID
	if regs.GPR(int(rax)) == sysFutex && regs.GPR(int(rsi)) == futexWait {
		tr.waits++
		tr.s.serve(tr)
	}
}

// fault does what plait does at a signal.
func (tr *trial) fault(sig unix.Signal) {
	if sig == unix.SIGTRAP {
		return
	}
	regs := tr.regs()
	if f, ok := tr.table.SkipText(regs, tr.area()); ok {
		tr.store(f.Stores)
		if f.CountAt != 0 {
			tr.put(f.CountAt, []byte{f.Count})
		}
		at := f.Record + ring.FlagsByte
		tr.put(at, []byte{tr.bytes(at, 1)[0] | 1<<f.Text})
		tr.flags |= 1 << f.Text
	} else if exit, ok := tr.table.GoOn(regs, tr.area(), areaAt); ok {
		tr.store(exit.Stores)
	} else {
		tr.t.Fatalf("%s, %s: %v at %#x", tr.k.name, tr.s.name, sig, regs.PC())
	}
	tr.setRegs(regs)
}

// A snapshot is all that changes.
type snapshot struct {
	regs               arch.Regs
	stack, area, arena []byte
	header, known      []byte
	flags              byte
}

func (tr *trial) snapshot(regs arch.Regs) snapshot {
	return snapshot{
		regs: tr.copyOf(regs), stack: tr.bytes(stackAt, 2*pageSize), area: tr.bytes(areaAt, pageSize), arena: slices.Clone(tr.shared[:64]),
		header: slices.Clone(tr.header()[:128]), known: slices.Clone(tr.known()[ring.SetOf(tr.key()):][:ring.SetSize]), flags: tr.flags,
	}
}

func (tr *trial) restore(s snapshot) {
	tr.put(stackAt, s.stack)
	tr.put(areaAt, s.area)
	copy(tr.shared, s.arena)
	copy(tr.header(), s.header)
	copy(tr.known()[ring.SetOf(tr.key()):], s.known)
	tr.flags = s.flags
	tr.setRegs(s.regs)
}

// leave takes the thread out where it is, looks whether it is as it was, and lets it go on.
// Then everything is as before.
func (tr *trial) leave(regs arch.Regs) {
	s := tr.snapshot(regs)
	defer tr.restore(s)
	r := tr.copyOf(regs)
	exit, ok := tr.table.Leave(r, tr.area(), areaAt)
	if !ok {
		tr.t.Fatalf("%s, %s: cannot leave from %#x", tr.k.name, tr.s.name, regs.PC())
	}
	where := "left from byte " + hex(int64(regs.PC()-tr.table.Code(regs.PC()).Addr))
	tr.store(exit.Stores)
	if tr.made && (tr.inRing(ring.CommandNr) != 0 || tr.inRing(ring.CommandResult) != uint64(tr.pid)) {
		tr.t.Errorf("%s, %s, %s: the command has no result", tr.k.name, tr.s.name, where)
	}
	for half := range 2 {
		pos, limit := tr.word(areaAt+ring.AreaPos), tr.word(areaAt+ring.AreaLimit)
		if end := tr.inRing(ring.EndOf(half)); end > 8 && (ring.HalfOf(ringAt, pos) == half || limit != ring.HalfLimit(ringAt, 1-half)) {
			tr.t.Errorf("%s, %s, %s: half %d ends at %#x, but the thread is at %#x of %#x", tr.k.name, tr.s.name, where, half, end, pos, limit)
		}
	}
	if tr.inRing(ring.Request) != 0 || tr.word(areaAt+ring.AreaRequest) != 0 {
		tr.t.Errorf("%s, %s, %s: a request is left", tr.k.name, tr.s.name, where)
	}
	records := tr.s.records
	switch {
	case r.PC() != siteAt:
		tr.compare(where, r, tr.to, true)
	case exit.Pending && tr.k.isRet:
		tr.compare(where, r, tr.from, false)
		tr.recorded(where, tr.s.records)
		records = 2 * tr.s.records
	case exit.Pending:
		tr.compare(where, r, tr.from, false)
		tr.recorded(where, tr.s.records)
		r.SetPC(tr.word(tr.slotWord()))
		if tr.code.Call {
			r.SetSP(r.SP() - 8)
			tr.putWord(r.SP(), siteAt+uint64(len(tr.k.own)))
		}
	default:
		tr.compare(where, r, tr.from, false)
		tr.recorded(where, 0)
	}
	tr.finish(where, r, records)
}

// goOn is leave for GoOn.
func (tr *trial) goOn(regs arch.Regs) {
	s := tr.snapshot(regs)
	defer tr.restore(s)
	r := tr.copyOf(regs)
	exit, ok := tr.table.GoOn(r, tr.area(), areaAt)
	where := "going on from byte " + hex(int64(regs.PC()-tr.table.Code(regs.PC()).Addr))
	if !ok || exit.Pending {
		tr.t.Fatalf("%s, %s: not %s", tr.k.name, tr.s.name, where)
	}
	m, _ := tr.table.Code(regs.PC()).mark(regs.PC())
	tr.store(exit.Stores)
	records := 0
	if m.phase == past || m.phase == ran {
		records = tr.s.records
	}
	tr.recorded(where, records)
	tr.finish(where, r, records)
}

// finish lets the thread run on, with nothing to wait for, to behind the site's instruction.
func (tr *trial) finish(where string, r arch.Regs, records int) {
	if tr.s.dead {
		tr.putOwner(0x4000_0000)
	} else {
		tr.known().Add(tr.key())
		for _, offset := range []int{ring.End0, ring.End1, ring.Request, ring.CommandNr} {
			tr.putRing(offset, 0)
		}
	}
	tr.setRegs(r)
	sig := tr.run()
	for ; sig != unix.SIGTRAP; sig = tr.run() {
		tr.fault(sig)
	}
	got := tr.regs()
	got.SetPC(got.PC() - 1) // behind the breakpoint
	tr.compare(where+", at the end", got, tr.to, true)
	tr.recorded(where+", at the end", records)
}

// recorded demands a number of records.
func (tr *trial) recorded(where string, want int) {
	tr.t.Helper()
	pos, n := tr.word(areaAt+ring.AreaPos), 0
	if pos != 0 {
		from := tr.pos
		if half := ring.HalfOf(ringAt, pos); half != ring.HalfOf(ringAt, from) {
			from = ring.HalfStart(ringAt, half)
		}
		n = int(pos-from) / (8 * tr.words)
	}
	if n != want {
		tr.t.Errorf("%s, %s, %s: %d records, not %d", tr.k.name, tr.s.name, where, n, want)
	}
}

// compare compares registers and the stack. done is that the site's instruction has run.
func (tr *trial) compare(where string, got, want arch.Regs, done bool) {
	tr.t.Helper()
	const status = 0xcd5 // flags that a program can see: those that are kept, and direction
	if got.PC() != want.PC() || got.Flags()&status != want.Flags()&status {
		tr.t.Errorf("%s, %s, %s: PC %#x, flags %#x, not %#x, %#x", tr.k.name, tr.s.name, where, got.PC(), got.Flags(), want.PC(), want.Flags())
	}
	for r := range 16 {
		if got.GPR(r) != want.GPR(r) {
			tr.t.Errorf("%s, %s, %s: %s is %#x, not %#x", tr.k.name, tr.s.name, where, names64[r], got.GPR(r), want.GPR(r))
		}
	}
	stack, wantStack := tr.bytes(stackAt, 2*pageSize), slices.Clone(tr.stack)
	if tr.to.SP() < tr.from.SP() {
		word := tr.from.SP() - 8 - stackAt // the instruction writes there
		copy(wantStack[word:word+8], stack[word:])
		if ret := binary.LittleEndian.Uint64(stack[word:]); done && ret != siteAt+uint64(len(tr.k.own)) {
			tr.t.Errorf("%s, %s, %s: the return address is %#x", tr.k.name, tr.s.name, where, ret)
		}
	}
	if !bytes.Equal(stack, wantStack) {
		tr.t.Errorf("%s, %s, %s: the stack has changed", tr.k.name, tr.s.name, where)
	}
}

// checkRecord compares the record with what it should have.
func (tr *trial) checkRecord() {
	pos := tr.word(areaAt + ring.AreaPos)
	b := tr.bytes(pos-uint64(8*tr.words), 8*tr.words)
	word := func(off int) uint64 { return binary.LittleEndian.Uint64(b[off:]) }
	want := map[int]uint64{}
	r := tr.from
	var layout ring.Layout
	var pointers []uint64
	vectors := tr.vectors()
	floats := 0
	if tr.k.isRet {
		layout = tr.k.ret.Layout()
		want[0] = ring.Head(ring.Returned, 7, tr.words)
		want[ring.SP], want[ring.Result], want[ring.Result2] = r.SP(), r.Result(0), r.Result(1)
		want[ring.Below] = binary.LittleEndian.Uint64(tr.stack[r.SP()-8-stackAt:])
		if tr.k.ret.Float {
			floats = 1
		}
		if tr.k.ret.Text {
			pointers = []uint64{r.Result(0)}
		}
	} else {
		layout, _ = tr.k.enter.Layout()
		want[0] = ring.Head(ring.Entered, 7, tr.words)
		sp := tr.to.SP()
		stack := func(i int) uint64 { return tr.word(sp + uint64(8*i)) }
		want[ring.SP], want[ring.Ret], want[ring.Count] = sp, stack(0), r.GPR(int(rax))
		for i := range tr.k.enter.Words {
			want[layout.Args+8*i] = r.Arg(i)
		}
		for i := range tr.k.enter.Stack {
			want[layout.Stack+8*i] = stack(1 + i)
		}
		for _, n := range tr.k.enter.Texts {
			if n < ring.MaxArgs {
				pointers = append(pointers, r.Arg(n))
			} else {
				pointers = append(pointers, stack(1+n-ring.MaxArgs))
			}
		}
		if tr.k.enter.Floats {
			floats = ring.FloatRegs
		}
	}
	for i := range floats {
		v := arch.AMD64.Vector(vectors, i)
		want[layout.Floats+8*i] = binary.LittleEndian.Uint64(v[:])
	}
	if layout.Errno != 0 {
		want[layout.Errno] = tr.word(uint64(threadAt+tr.k.enter.ErrnoOffset+tr.k.ret.ErrnoOffset)) & 0xffff_ffff
	}
	want[0] |= uint64(tr.flags) << 56
	for off, w := range want {
		if word(off) != w {
			tr.t.Errorf("%s, %s: the record's byte %d: %#x, not %#x", tr.k.name, tr.s.name, off, word(off), w)
		}
	}
	for i, block := range tr.k.enter.Blocks {
		rec := &ring.Record{Flags: b[ring.FlagsByte], Data: b}
		tr.checkBlock(len(tr.k.enter.Texts)+i, block, tr.k.enter.BlockOf(rec, layout, i, tr.from.Arg))
	}
	for i, p := range pointers {
		tr.checkText(i, p, b[layout.Text+i*ring.TextSize:][:ring.TextSize])
	}
}

// checkBlock compares a block in the record with the one in memory.
func (tr *trial) checkBlock(i int, b ring.Block, got []byte) {
	n := uint64(b.Size)
	if b.Len > 0 {
		n = min(n, tr.from.Arg(b.Len-1))
	}
	if tr.from.Arg(b.Arg) == 0 {
		n = 0
	}
	want := make([]byte, n)
	readable := n == 0 || tr.Read(tr.from.Arg(b.Arg), want) == nil
	for !readable && n > 0 && tr.Read(tr.from.Arg(b.Arg), want[:n]) != nil {
		n--
	}
	if !bytes.Equal(got, want[:n]) || readable == (tr.flags>>i&1 != 0) {
		tr.t.Errorf("%s, %s: block %d is % x, flags %#x; want % x, readable: %v", tr.k.name, tr.s.name, i, got, tr.flags, want, readable)
	}
}

// checkText compares a text in the record with the one in memory.
func (tr *trial) checkText(i int, pointer uint64, got []byte) {
	var want []byte
	readable := true
	for len(want) < ring.TextSize {
		b := make([]byte, 1)
		if tr.Read(pointer+uint64(len(want)), b) != nil {
			readable = false
			want = append(want, 0)
			break
		}
		want = append(want, b[0])
		if b[0] == 0 {
			break
		}
	}
	if pointer == 0 {
		want, readable = nil, true
	}
	if !bytes.HasPrefix(got, want) || readable == (tr.flags>>i&1 != 0) {
		tr.t.Errorf("%s, %s: text %d is %q, flags %#x; want %q, readable: %v", tr.k.name, tr.s.name, i, got, tr.flags, want, readable)
	}
}

// TestInterruptedWait: a signal finds a thread in the wait for plait, and takes it out. The
// kernel, which would restart its own system call, leaves the program's registers alone, even
// if they look like the result of such a call.
func TestInterruptedWait(t *testing.T) {
	const restart = ^uint64(511) // -ERESTARTSYS (linux/errno.h)
	for i, s := range scenarios {
		if s.serve == nil {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			tr := newTrial(t, kinds[1], uint64(i))
			tr.base.SetGPR(int(rax), restart)
			tr.begin(s)
			tr.setRegs(tr.from)
			time.AfterFunc(10*time.Millisecond, func() { unix.Kill(tr.pid, unix.SIGUSR1) })
			if sig := tr.run(); sig != unix.SIGUSR1 {
				t.Fatal(sig)
			}
			regs := tr.regs()
			exit, ok := tr.table.Leave(regs, tr.area(), areaAt)
			if !ok || exit.Pending {
				t.Fatalf("%#x: %v %+v", regs.PC(), ok, exit)
			}
			tr.store(exit.Stores)
			tr.compare("interrupted", regs, tr.from, false)
			tr.finish("interrupted", regs, s.records)
		})
	}
}
