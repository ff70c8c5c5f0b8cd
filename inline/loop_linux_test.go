package inline

import (
	"bytes"
	"encoding/binary"
	"os"
	"strconv"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"plait/ring"
)

// A loop is a child that calls a function again and again, by a slot:
//
//	again: call stub; nop; dec %rbx; jne again; int3
//	stub:  jmp *word
//
// The function returns 7. All of it is at ownAt.
const (
	loopCall = ownAt
	loopRet  = ownAt + 5
	loopStub = ownAt + 0x40
	loopWord = ownAt + 0x80
	loopFunc = ownAt + 0xc0
)

func loopCode() []byte {
	code := bytes.Repeat([]byte{0xcc}, pageSize)
	copy(code, "\xe8\x3b\x00\x00\x00"+"\x0f\x1f\x44\x00\x00"+"\x48\xff\xcb"+"\x75\xf1")
	copy(code[0x40:], "\xff\x25\x3a\x00\x00\x00")
	binary.LittleEndian.PutUint64(code[0x80:], loopFunc)
	copy(code[0xc0:], "\xb8\x07\x00\x00\x00\xc3")
	return code
}

// newLoop returns a child that is about to make n calls. With caught, they are recorded.
func newLoop(t testing.TB, n int, caught bool) *child {
	t.Helper()
	c := newChild(t)
	own := loopCode()
	c.put(ownAt, own)
	r := c.copyOf(c.start)
	r.CancelRestart()
	r.SetPC(loopCall)
	r.SetSP(stackAt + pageSize)
	r.SetGPR(int(rbx), uint64(n))
	r.SetGPR(int(rdi), textAt)
	binary.LittleEndian.PutUint64(r.Raw[gsBase:], areaAt)
	if caught {
		c.catch(own)
	}
	c.setRegs(r)
	return c
}

// interrupt sends the child signals until done is closed, and returns at the end how many.
func (c *child) interrupt(done <-chan struct{}) (sent int) {
	for {
		select {
		case <-done:
			return sent
		case <-time.After(5 * time.Microsecond):
			unix.Kill(c.pid, unix.SIGUSR1)
			sent++
		}
	}
}

// leaveAll takes the child out of our code at each signal, until its loop has ended. It returns
// how often it did so, and how often a record was made already.
func (c *child) leaveAll() (left, pending int) {
	for {
		switch sig := c.run(); sig {
		case unix.SIGTRAP:
			return left, pending
		case unix.SIGUSR1:
		default:
			c.t.Fatalf("%v at %#x", sig, c.regs().PC())
		}
		regs := c.regs()
		exit, ok := c.table.Leave(regs, c.bytes(areaAt, ring.AreaSize), areaAt)
		if !ok {
			continue
		}
		left++
		c.store(exit.Stores)
		if exit.Pending {
			pending++
		}
		if exit.Pending && regs.PC() == loopStub {
			regs.SetPC(loopFunc)
		}
		c.setRegs(regs)
	}
}

// loopEnter is what the record of a call in the loop has.
var loopEnter = ring.Enter{Words: 2}

// catch plants what records the calls of the loop.
func (c *child) catch(own []byte) {
	var kit Kit
	c.table = New(c)
	routine := kit.Routine(oursAt)
	c.put(oursAt, routine.Bytes)
	c.table.AddCode(routine)
	enter, err := kit.Enter(1, loopEnter, false, loopStub, own[0x40:], oursAt+pageSize)
	must(c.t, err)
	c.put(enter.Addr, enter.Bytes)
	c.table.AddCode(enter)
	jump, err := SlotJump(loopStub, own[0x40:], enter)
	must(c.t, err)
	must(c.t, c.table.Insert(jump, own[0x40:], enter))

	size, entry, _ := kit.ReturnSize(ring.Return{})
	jump, place, err := Find(loopRet, own[5:20], Room{Held: []Range{{oursAt + 2*pageSize, oursAt + 3*pageSize}}}, size, entry)
	must(c.t, err)
	ret, err := kit.Return(2, ring.Return{}, loopRet, own[5:20], place.Lo)
	must(c.t, err)
	c.put(ret.Addr, ret.Bytes)
	c.table.AddCode(ret)
	must(c.t, c.table.Insert(jump, own[5:20], ret))

	c.known().Add(loopRet)
	c.putOwner(uint32(os.Getpid()))
	c.putWord(areaAt+ring.AreaPos, ring.HalfStart(ringAt, 0))
	c.putWord(areaAt+ring.AreaLimit, ring.HalfLimit(ringAt, 0))
	c.putWord(areaAt+ring.AreaRing, ringAt)
	c.putWord(areaAt+ring.AreaTable, arenaAt+ring.Table)
	c.putWord(areaAt+ring.AreaRoutine, oursAt)
}

// Pos, Freed and Words make it a ring.Source: the thread of the loop.
func (c *child) Pos() (uint64, error) {
	var b [8]byte
	err := c.Read(areaAt+ring.AreaPos, b[:])
	return binary.LittleEndian.Uint64(b[:]), err
}

func (c *child) Freed() {
	c.turn()
	if _, _, errno := unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&c.header()[ring.Turn])), futexWake, 1, 0, 0, 0); errno != 0 {
		c.t.Error(errno)
	}
}

func (c *child) Words(kind ring.Kind, id uint32) int {
	if kind == ring.Entered {
		layout, _ := loopEnter.Layout()
		return layout.Words
	}
	return ring.Return{}.Layout().Words
}

// consume reads the records of n calls while the loop runs. It demands that they come in
// order and are right. A return may be recorded again if the thread was interrupted.
func (c *child) consume(n int, done <-chan struct{}) {
	reader := ring.NewReader(ringAt, c.header()[:ring.RingSize])
	calls, last := 0, uint64(0)
	again := false
	wrong := func(r *ring.Record) { c.t.Errorf("record %d is wrong: %+v", calls, r) }
	each := func(r *ring.Record) {
		entered := calls%2 == 0
		if entered && again && r.Kind == ring.Returned {
			return
		}
		again = c.interrupted && !entered
		calls++
		if r.Word(ring.At) < last {
			wrong(r)
		}
		last = r.Word(ring.At)
		if entered && (r.Kind != ring.Entered || r.Word(ring.Ret) != loopRet || r.Word(ring.SP) != stackAt+pageSize-8 || r.Word(40) != textAt) ||
			!entered && (r.Kind != ring.Returned || r.Word(ring.Result) != 7 || r.Word(ring.SP) != stackAt+pageSize || r.Word(ring.Below) != loopRet) {
			wrong(r)
		}
	}
	for over := false; !over && !c.t.Failed(); {
		select {
		case <-done:
			over = true
		case <-time.After(50 * time.Microsecond):
		}
		if err := reader.Drain(c, each); err != nil {
			c.t.Fatal(err)
		}
	}
	for range 4 {
		if err := reader.Drain(c, each); err != nil {
			c.t.Fatal(err)
		}
	}
	if calls != 2*n {
		c.t.Errorf("%d records of %d calls", calls, n)
	}
}

// TestConsumer: a thread at full speed and a consumer on another. Every call is read once, in
// order; most of the time one of the two waits for the other.
func TestConsumer(t *testing.T) {
	const n = 200_000
	c := newLoop(t, n, true)
	done, read := make(chan struct{}), make(chan struct{})
	go func() {
		c.consume(n, done)
		close(read)
	}()
	sig := c.run()
	close(done)
	<-read
	if r := c.regs(); sig != unix.SIGTRAP || r.PC() != loopRet+11 || r.GPR(int(rbx)) != 0 {
		t.Errorf("%v at %#x, %d calls to go", sig, r.PC(), r.GPR(int(rbx)))
	}
}

// TestInterrupted: signals find a thread at full speed anywhere, and it leaves our code each
// time. No call is lost, and none is recorded twice.
func TestInterrupted(t *testing.T) {
	const n = 300_000
	c := newLoop(t, n, true)
	c.interrupted = true
	done, read := make(chan struct{}), make(chan struct{})
	go func() {
		c.consume(n, done)
		close(read)
	}()
	go c.interrupt(done)
	left, pending := c.leaveAll()
	close(done)
	<-read
	t.Logf("left our code %d times, %d times behind the record", left, pending)
	if r := c.regs(); left == 0 || r.PC() != loopRet+11 || r.GPR(int(rbx)) != 0 {
		t.Errorf("at %#x, %d calls to go, left %d times", r.PC(), r.GPR(int(rbx)), left)
	}
}

// TestOwnerDies: a thread whose consumer has died goes on without recording.
func TestOwnerDies(t *testing.T) {
	const n = 200_000
	c := newLoop(t, n, true)
	time.AfterFunc(20*time.Millisecond, func() { c.putOwner(0x4000_0000) })
	if sig := c.run(); sig != unix.SIGTRAP {
		t.Fatal(sig)
	}
	if pos := c.word(areaAt + ring.AreaPos); pos != 0 || c.regs().GPR(int(rbx)) != 0 {
		t.Errorf("the thread still records to %#x", pos)
	}
}

// BenchmarkCall measures a call in the thread that makes it: of a slot, a function that
// returns a constant, and the loop; recorded (and read by another thread) and as it is. The
// unit of cpu-ns is CPU time of that thread alone.
func BenchmarkCall(b *testing.B) {
	for _, caught := range []bool{false, true} {
		b.Run("caught="+strconv.FormatBool(caught), func(b *testing.B) {
			c := newLoop(b, b.N, caught)
			done, read := make(chan struct{}), make(chan struct{})
			before := c.cpuTime()
			go func() {
				if caught {
					c.consume(b.N, done)
				}
				close(read)
			}()
			b.ResetTimer()
			sig := c.run()
			b.StopTimer()
			used := c.cpuTime() - before
			close(done)
			<-read
			if sig != unix.SIGTRAP {
				b.Fatal(sig)
			}
			b.ReportMetric(float64(used.Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

// cpuTime is the CPU time that the child has used: the clock of a process (clock_getcpuclockid(3)).
func (c *child) cpuTime() time.Duration {
	var ts unix.Timespec
	must(c.t, unix.ClockGettime(int32(^c.pid<<3|2), &ts))
	return time.Duration(ts.Nano())
}
