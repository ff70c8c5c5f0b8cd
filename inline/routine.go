package inline

import (
	"encoding/binary"
	"time"

	"plait/ring"
)

// Of futex(2) and linux/futex.h.
const (
	sysFutex  = 202
	futexWait = 0
	futexWake = 1
)

// waitTime is how long a thread sleeps before it looks at the owner word again.
const waitTime = 50 * time.Millisecond

// A routine is the hand-over routine while it is made. R9 has the address of the ring, R8
// that of the arena's table.
type routine struct {
	assembler
	timeout label
	resume  label
	dead    label
}

// handOver makes the hand-over routine. A thread comes with R11, RAX, RDX and flags in its
// area, and in R11 the address where it is to go when it can go on.
func handOver() *routine {
	m := &routine{}
	m.state.kept = 1<<0 | 1<<1 | 1<<2 | keptFlagsBit
	m.op(&opStore, r11, area(ring.AreaResume))
	for _, r := range []reg{rcx, rsi, rdi, r8, r9, r10} {
		m.keep(r)
	}
	m.op(&opLoad, r9, area(ring.AreaRing))
	m.op(&opLoad, r8, area(ring.AreaTable))
	var request label
	m.op1(&opIsZero, area(ring.AreaRequest))
	m.jump(&opJumpOther, &request)
	m.nextHalf()
	m.place(&request)
	m.ask()
	m.place(&m.dead)
	m.giveUp()
	m.place(&m.resume)
	m.restoreAll()
	m.op1(&opJumpTo, area(ring.AreaResume))
	m.place(&m.timeout)
	m.raw(&opData, timespec(waitTime))
	return m
}

// timespec is a struct timespec (timespec(3)).
func timespec(d time.Duration) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(d/time.Second))
	return binary.LittleEndian.AppendUint64(b, uint64(d%time.Second))
}

// nextHalf appends the wait for the other half, and the change to it. RSI is where the other
// half begins if the thread is in the lower one; limit, which lies within a half, tells.
func (m *routine) nextHalf() {
	var again, upper, sleep label
	m.place(&again)
	m.loadTurn()
	m.op(&opAddress, rsi, at(r9, ring.Half1))
	m.op(&opLoad, rax, area(ring.AreaLimit))
	m.op(&opCompare, rax, direct(rsi))
	m.jump(&opJumpFrom, &upper)
	m.changeTo(ring.End1, ring.End0, &sleep)
	m.place(&upper)
	m.op(&opAddress, rsi, at(r9, ring.Half0))
	m.changeTo(ring.End0, ring.End1, &sleep)
	m.place(&sleep)
	m.ifDead()
	m.bell()
	m.wait()
	m.jump(&opJump, &again)
}

// changeTo appends the change to the half that begins at RSI, if it is free. other and mine
// are where the ring has the ends of the two.
func (m *routine) changeTo(other, mine int, sleep *label) {
	m.op1(&opIsZero, at(r9, other))
	m.jump(&opJumpOther, sleep)
	m.op(&opLoad, rax, area(ring.AreaPos))
	m.op(&opStore, rax, at(r9, mine))
	m.state.phase = handing
	m.op(&opStore, rsi, area(ring.AreaPos))
	m.op(&opAddress, rax, at(rsi, ring.HalfSize-ring.Room))
	m.op(&opStore, rax, area(ring.AreaLimit))
	m.state.phase = before
	m.bell()
	m.jump(&opJump, &m.resume)
}

// ask appends the request for a return address. While the thread waits, it makes the system
// calls that it is told to make.
func (m *routine) ask() {
	var again, answered, command label
	m.op(&opLoad, rax, area(ring.AreaRequest))
	m.op(&opStore, rax, at(r9, ring.Request))
	m.state.phase = asking
	m.bell()
	m.place(&again)
	m.loadTurn()
	m.op1(&opIsZero, at(r9, ring.Request))
	m.jump(&opJumpEqual, &answered)
	m.op1(&opIsZero, at(r9, ring.CommandNr))
	m.jump(&opJumpOther, &command)
	m.ifDead()
	m.wait()
	m.jump(&opJump, &again)
	m.place(&command)
	m.command()
	m.jump(&opJump, &again)
	m.place(&answered)
	m.opImm(&opSet64, 0, area(ring.AreaRequest))
	m.state.phase = before
	m.jump(&opJump, &m.resume)
}

// command appends the system call that the ring has, and the store of its result.
func (m *routine) command() {
	for i, r := range []reg{rdi, rsi, rdx, r10, r8} {
		m.op(&opLoad, r, at(r9, ring.CommandArgs+8*i))
	}
	m.op(&opLoad, rax, at(r9, ring.CommandNr))
	m.op(&opAddress, rax, at(rax, -1))
	m.op(&opLoad, r9, at(r9, ring.CommandArgs+40))
	m.op0(&opSystem)
	m.state.phase = called
	m.op(&opLoad, r9, area(ring.AreaRing))
	m.op(&opLoad, r8, area(ring.AreaTable))
	m.op(&opStore, rax, at(r9, ring.CommandResult))
	m.opImm(&opSet64, 0, at(r9, ring.CommandNr))
	m.state.phase = asking
	m.bell()
}

// loadTurn loads the word to wait on, before the condition is looked at. R10 keeps it.
func (m *routine) loadTurn() { m.op(&opLoad32, r10, at(r9, ring.Turn)) }

// wait appends the sleep until the word that loadTurn loaded changes.
func (m *routine) wait() {
	m.op(&opAddress, rdi, at(r9, ring.Turn))
	m.opImm(&opSet, futexWait, direct(rsi))
	m.op(&opLoad, rdx, direct(r10))
	m.op(&opAddress, r10, code(&m.timeout))
	m.opImm(&opSet, sysFutex, direct(rax))
	m.op0(&opSystem)
}

// bell appends code that tells plait that there is something to do, and wakes it if it
// sleeps.
func (m *routine) bell() {
	var awake label
	m.op1(&opLockInc, at(r8, ring.Doorbell-ring.Table))
	m.op1(&opIsZero32, at(r8, ring.Waiting-ring.Table))
	m.jump(&opJumpEqual, &awake)
	m.op(&opAddress, rdi, at(r8, ring.Doorbell-ring.Table))
	m.opImm(&opSet, futexWake, direct(rsi))
	m.opImm(&opSet, 1, direct(rdx))
	m.opImm(&opSet, sysFutex, direct(rax))
	m.op0(&opSystem)
	m.place(&awake)
}

// ifDead appends a jump to dead if the owner word names no thread.
func (m *routine) ifDead() {
	m.opImm(&opTestBits, ring.OwnerMask, at(r8, ring.Owner-ring.Table))
	m.jump(&opJumpEqual, &m.dead)
}

// giveUp appends code after which the thread records nothing any more. A thread with a limit
// of 0 comes here again.
func (m *routine) giveUp() {
	m.state.phase = asking
	m.opImm(&opSet64, 0, at(r9, ring.Request))
	m.state.phase = before
	m.opImm(&opSet64, 0, area(ring.AreaRequest))
	m.opImm(&opSet64, 0, area(ring.AreaLimit))
	m.opImm(&opSet64, 0, area(ring.AreaPos))
}
