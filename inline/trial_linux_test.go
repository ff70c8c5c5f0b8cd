package inline

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"plait/arch"
	"plait/ring"
)

// A trial runs one kind of code in a child, from the site to what comes behind it.
type trial struct {
	*child
	t       *testing.T
	k       kind
	code    *Code
	routine *Code
	words   int // of a record
	visited map[uint64]bool

	s         scenario
	flags     byte // expected in the record
	waits     int
	made      bool      // the thread has made the system call of the command
	base      arch.Regs // registers and stack of all scenarios
	baseStack []byte
	from      arch.Regs // where the site's instruction has not run
	to        arch.Regs // where it has, without us
	pos       uint64    // of the first record
	stack     []byte
}

// A scenario is what a thread finds.
type scenario struct {
	name    string
	for_    func(k kind) bool
	setup   func(tr *trial)
	serve   func(tr *trial) // when the thread is about to wait, for the first time, the second, ...
	records int
	dead    bool // plait is not there any more
}

const unreadable = textAt + 2*pageSize

var scenarios = []scenario{
	{name: "plain", records: 1},
	{name: "all flags", records: 1, setup: func(tr *trial) { tr.from.SetFlags(tr.from.Flags() | keptFlagsMask) }},
	{name: "nothing recorded", setup: func(tr *trial) { tr.setPos(0, 0) }},
	{name: "lower half full", records: 1, setup: func(tr *trial) { tr.fill(0) }},
	{name: "upper half full, plait sleeps", records: 1, setup: func(tr *trial) { tr.fill(1); tr.putWaiting(1) }},
	{name: "half full, plait sleeps", records: 1, setup: func(tr *trial) { tr.fill(0); tr.putWaiting(1) }},
	{name: "both full", records: 1, setup: func(tr *trial) { tr.fill(0); tr.putRing(ring.End1, 8) }, serve: func(tr *trial) {
		if tr.turn(); tr.waits == 2 {
			tr.putRing(ring.End1, 0)
		}
	}},
	{name: "both full, upper", records: 1, setup: func(tr *trial) { tr.fill(1); tr.putRing(ring.End0, 8); tr.putWaiting(1) }, serve: func(tr *trial) {
		tr.putRing(ring.End0, 0) // without a wake: the time is over
	}},
	{name: "both full, plait dies", dead: true, setup: func(tr *trial) { tr.fill(0); tr.putRing(ring.End1, 8) }, serve: func(tr *trial) {
		tr.putOwner(0x4000_0000)
		tr.turn()
	}},
	{name: "unknown", for_: enters, records: 1, setup: (*trial).forget, serve: func(tr *trial) {
		if tr.turn(); tr.waits == 2 {
			tr.answer()
		}
	}},
	{name: "unknown, with a command", for_: enters, records: 1, setup: func(tr *trial) { tr.forget(); tr.putWaiting(1) }, serve: func(tr *trial) {
		if tr.turn(); tr.waits == 1 {
			tr.putRing(ring.CommandNr, unix.SYS_GETPID+1)
			return
		}
		if got := tr.inRing(ring.CommandResult); got != uint64(tr.pid) || tr.inRing(ring.CommandNr) != 0 {
			tr.t.Errorf("%s, %s: the result is %d", tr.k.name, tr.s.name, got)
		}
		tr.answer()
	}},
	{name: "unknown, plait dies", for_: enters, dead: true, setup: (*trial).forget, serve: func(tr *trial) { tr.putOwner(0x4000_0000); tr.turn() }},
	{name: "no text", for_: texts, records: 1, setup: func(tr *trial) { tr.putTexts(0) }},
	{name: "text at the end", for_: texts, records: 1, setup: func(tr *trial) { tr.putTexts(textAt + 2*pageSize - 11) }},
	{name: "text over a page's end", for_: texts, records: 1, setup: func(tr *trial) { tr.putTexts(textAt + pageSize - 2) }},
	{name: "long text over a page's end", for_: texts, records: 1, setup: func(tr *trial) { tr.putTexts(textAt + pageSize - 47) }},
	{name: "text to a page's end", for_: texts, records: 1, setup: func(tr *trial) { tr.putTexts(textAt + pageSize - 48) }},
	{name: "text that just ends", for_: texts, records: 1, setup: func(tr *trial) { tr.putTexts(unreadable - 47) }},
	{name: "unreadable text", for_: texts, records: 1, setup: func(tr *trial) { tr.putTexts(unreadable + 100) }},
	{name: "unreadable text at a page's end", for_: texts, records: 1, setup: func(tr *trial) { tr.putTexts(unreadable + pageSize - 5) }},
	{name: "text ends unreadable", for_: texts, records: 1, setup: func(tr *trial) {
		tr.put(unreadable-5, []byte("abcde"))
		tr.putTexts(unreadable - 5)
	}},
	{name: "text at no address", for_: texts, records: 1, setup: func(tr *trial) { tr.putTexts(0x8000_0000_0000_0000) }},
	{name: "no bytes of nothing", for_: counts, records: 1, setup: func(tr *trial) { tr.counted(unreadable, 0) }},
	{name: "all that is readable", for_: counts, records: 1, setup: func(tr *trial) { tr.counted(unreadable-7, 7) }},
	{name: "a byte more than is readable", for_: counts, records: 1, setup: func(tr *trial) { tr.counted(unreadable-7, 8) }},
	{name: "a few bytes", for_: counts, records: 1, setup: func(tr *trial) { tr.counted(textAt+100, 3) }},
	{name: "no thread-local data", for_: func(k kind) bool { return k.enter.Errno || k.ret.Errno }, setup: func(tr *trial) {
		binary.LittleEndian.PutUint64(tr.from.Raw[fsBase:], 0x10000)
	}},
}

func enters(k kind) bool { return !k.isRet }
func texts(k kind) bool  { return len(k.enter.Texts)+len(k.enter.Blocks) > 0 || k.ret.Text }
func counts(k kind) bool { return k.name == "counted blocks" }

// counted makes all texts and blocks begin at addr, and blocks with a count have that many
// bytes.
func (tr *trial) counted(addr, count uint64) {
	tr.putTexts(addr)
	for _, b := range tr.k.enter.Blocks {
		if b.Len > 0 {
			tr.from.SetGPR(int(argRegs[b.Len-1]), count)
		}
	}
}

func newTrial(t *testing.T, k kind, seed uint64) *trial {
	tr := &trial{child: newChild(t), t: t, k: k, visited: map[uint64]bool{}}
	tr.table = New(tr.child)
	kit := &Kit{}
	own := bytes.Repeat([]byte{0xcc}, pageSize)
	copy(own[siteAt-ownAt:], k.own)
	if !k.isRet {
		binary.LittleEndian.PutUint64(own[tr.slotWord()-ownAt:], targetAt)
	}
	tr.put(ownAt, own)
	tr.base = tr.copyOf(tr.start)
	tr.base.CancelRestart()
	tr.registers(rand.New(rand.NewPCG(1, seed)))

	tr.routine = kit.Routine(oursAt)
	tr.add(tr.routine)
	jump := tr.thunk(kit, own[siteAt-ownAt:][:15])
	tr.add(tr.code)
	if err := tr.table.Insert(jump, own[siteAt-ownAt:], tr.code); err != nil {
		t.Fatal(err)
	}
	return tr
}

func (tr *trial) slotWord() uint64 { return siteAt + uint64(len(tr.k.own)) + 0x10 }

func (tr *trial) add(c *Code) {
	tr.put(c.Addr, c.Bytes)
	tr.table.AddCode(c)
}

// thunk makes the code, and the jump to it. That of a return site is where a jump leads.
func (tr *trial) thunk(kit *Kit, own []byte) Jump {
	tr.t.Helper()
	if !tr.k.isRet {
		layout, _ := tr.k.enter.Layout()
		tr.words = layout.Words
		tr.code = makeKind(tr.t, kit, tr.k, 7, siteAt, oursAt+pageSize)
		jump, err := SlotJump(siteAt, own, tr.code)
		must(tr.t, err)
		return jump
	}
	tr.words = tr.k.ret.Layout().Words
	size, entry, _ := kit.ReturnSize(tr.k.ret)
	if tr.k.island {
		size, entry = IslandSize, 0
	}
	jump, place, err := Find(siteAt, own, Room{Gaps: []Range{{0x2000_0000, 0xf000_0000}}}, size, entry)
	must(tr.t, err)
	first, last := place.Lo/pageSize, (place.Hi-1)/pageSize
	tr.mmap(first*pageSize, (last-first+1)*pageSize, unix.PROT_READ|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS, -1)
	if tr.k.island {
		return tr.island(kit, jump)
	}
	tr.code = makeKind(tr.t, kit, tr.k, 7, siteAt, place.Lo)
	if tr.code.Entry != jump.To || uint64(len(tr.code.Bytes)) > place.Hi-place.Lo {
		tr.t.Fatalf("code of %d bytes at %#x, jump to %#x, place %#x", len(tr.code.Bytes), tr.code.Addr, jump.To, place.Range)
	}
	return jump
}

// island makes the code that a jump leads to by an island.
func (tr *trial) island(kit *Kit, jump Jump) Jump {
	tr.code = makeKind(tr.t, kit, tr.k, 7, siteAt, oursAt+pageSize)
	island, err := Island(tr.code, jump.To)
	must(tr.t, err)
	tr.add(island)
	return jump
}

// registers gives the thread at the site registers and a stack.
func (tr *trial) registers(random *rand.Rand) {
	stack := make([]byte, 2*pageSize)
	for i := range stack {
		stack[i] = byte(random.Uint32())
	}
	for r := range 16 {
		tr.base.SetGPR(r, random.Uint64())
	}
	sp := uint64(stackAt + pageSize)
	tr.base.SetSP(sp)
	tr.base.SetGPR(int(rbx), targetAt)
	binary.LittleEndian.PutUint64(stack[sp-stackAt:], ownAt+0x800)
	tr.baseStack = stack
	tr.base.SetPC(siteAt)
	tr.base.SetFlags(2)
	binary.LittleEndian.PutUint64(tr.base.Raw[fsBase:], threadAt)
	binary.LittleEndian.PutUint64(tr.base.Raw[gsBase:], areaAt)
	tr.put(areaAt, stack[:pageSize])
	long := bytes.Repeat([]byte("0123456789"), 2*pageSize/10+1)[:2*pageSize]
	for _, end := range []int{2*pageSize - 1, pageSize + 4, 20} {
		long[end] = 0
	}
	tr.put(textAt, long)
}

// putTexts makes all texts begin at addr.
func (tr *trial) putTexts(addr uint64) {
	if tr.k.ret.Text {
		tr.from.SetGPR(int(rax), addr)
	}
	for _, b := range tr.k.enter.Blocks {
		tr.from.SetGPR(int(argRegs[b.Arg]), addr)
	}
	for _, n := range tr.k.enter.Texts {
		if n < ring.MaxArgs {
			tr.from.SetGPR(int(argRegs[n]), addr)
			continue
		}
		at := tr.from.SP() + uint64(8+8*(n-ring.MaxArgs))
		if tr.code.Call {
			at -= 8 // the return address is not there yet
		}
		tr.putWord(at, addr)
	}
}

// reference runs the site's instruction as it is.
func (tr *trial) reference() {
	patched := tr.bytes(siteAt, 15)
	own := slices.Clone(patched)
	tr.table.Hide(siteAt, own)
	tr.put(siteAt, own)
	tr.setRegs(tr.from)
	if sig := tr.step(); sig != unix.SIGTRAP {
		tr.t.Fatalf("%s: %v", tr.k.name, sig)
	}
	tr.to = tr.regs()
	tr.put(stackAt, tr.stack)
	tr.put(siteAt, patched)
}

// begin prepares memory and registers for a scenario.
func (tr *trial) begin(s scenario) {
	tr.s, tr.waits, tr.made, tr.flags = s, 0, false, 0
	clear(tr.header()[:pageSize])
	tr.putOwner(uint32(tr.pid))
	tr.putWaiting(0)
	tr.putWord(areaAt+ring.AreaRequest, 0)
	tr.putWord(areaAt+ring.AreaRing, ringAt)
	tr.putWord(areaAt+ring.AreaTable, arenaAt+ring.Table)
	tr.putWord(areaAt+ring.AreaRoutine, oursAt)
	tr.setPos(ring.HalfStart(ringAt, 0)+64, ring.HalfLimit(ringAt, 0))
	tr.known().Add(tr.key())
	tr.from = tr.copyOf(tr.base)
	tr.put(stackAt, tr.baseStack)
	tr.putTexts(textAt + 1)
	if s.setup != nil {
		s.setup(tr)
	}
	tr.stack = tr.bytes(stackAt, 2*pageSize)
	tr.pos = tr.word(areaAt + ring.AreaPos)
	tr.reference()
}

// key is what the table of known return addresses has.
func (tr *trial) key() uint64 {
	ret := uint64(ownAt + 0x800)
	if tr.code.Call {
		ret = siteAt + uint64(len(tr.k.own))
	}
	if tr.k.text {
		ret |= ring.TextKey
	}
	return ret
}

func (tr *trial) forget() { tr.known().Remove(tr.key()) }

// answer answers a request.
func (tr *trial) answer() {
	if got := tr.inRing(ring.Request); got != tr.key() {
		tr.t.Errorf("%s, %s: asked for %#x, not %#x", tr.k.name, tr.s.name, got, tr.key())
	}
	tr.known().Add(tr.key())
	tr.putRing(ring.Request, 0)
	tr.turn()
}

func (tr *trial) setPos(pos, limit uint64) {
	tr.putWord(areaAt+ring.AreaPos, pos)
	tr.putWord(areaAt+ring.AreaLimit, limit)
}

// fill lets the thread stand at the end of a half.
func (tr *trial) fill(half int) {
	limit := ring.HalfLimit(ringAt, half)
	tr.setPos(limit+8, limit)
}
