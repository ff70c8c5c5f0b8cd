//go:build linux

package ptrace

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// A follower is the tracer's thread on the CPU of its tracee. When we restart a tracee, our CPU
// is busy, so the kernel wakes the tracee on an idle CPU if there is one. Waking another CPU
// may cost more than all the rest of a stop. To the scheduler, a CPU that runs nothing but
// SCHED_IDLE threads is as good as idle. So a tracee that such a thread restarts on the
// tracee's own CPU stays there. Nothing of the tracee is changed: neither its affinity nor
// its policy.
//
// A follower yields to all other threads on that CPU. So the thread follows only while stops
// come in quick succession, and a watching goroutine stops it when it gets no time.
type follower struct {
	tid  int
	mask unix.CPUSet     // its own affinity
	attr *unix.SchedAttr // its own policy
	cpu  int             // the CPU that it is on, if active

	misses    int // polls in a row that found nothing
	missLimit int // from so many misses on, ask where the tracee is
	failures  int // failed attempts to start

	rounds   atomic.Uint64
	unwanted atomic.Bool // it was stopped for good: it got no time, or its thread is needed at once

	mu     sync.Mutex    // guards how the thread is scheduled, and done
	done   chan struct{} // closed by stop
	active atomic.Bool   // it follows a tracee; written under mu
}

// Bounds of a follower.
const (
	watchInterval = 10 * time.Millisecond // how often watch looks
	minMissLimit  = 3
	maxMissLimit  = 96
	maxFailures   = 100
)

// idlePolicy is the scheduling policy of a follower.
var idlePolicy = &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE}

// newFollower returns nil if the thread cannot follow and return to its own policy, which takes
// CAP_SYS_NICE or RLIMIT_NICE (sched(7)).
func newFollower(tid int) *follower {
	f := &follower{tid: tid}
	var err error
	if f.attr, err = unix.SchedGetAttr(tid, 0); err != nil || f.attr.Policy != unix.SCHED_NORMAL && f.attr.Policy != unix.SCHED_BATCH {
		return nil
	}
	if unix.SchedGetaffinity(tid, &f.mask) != nil || f.mask.Count() < 2 || !canRestore(f.attr) {
		return nil
	}
	return f
}

// canRestore reports whether a thread can return to attr. It tries so on a thread of its own.
func canRestore(attr *unix.SchedAttr) bool {
	result := make(chan bool)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		result <- unix.SchedSetAttr(0, idlePolicy, 0) == nil && unix.SchedSetAttr(0, attr, 0) == nil
	}()
	return <-result
}

// moveTo moves the thread to the CPU that tid was on last, with idlePolicy. It reports whether
// that succeeded.
func (f *follower) moveTo(tid int) bool {
	cpu := lastCPU("/proc/" + strconv.Itoa(tid) + "/stat")
	if cpu < 0 || !f.mask.IsSet(cpu) {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.unwanted.Load() {
		return false
	}
	var one unix.CPUSet
	one.Set(cpu)
	if unix.SchedSetaffinity(f.tid, &one) != nil {
		return false
	}
	f.cpu, f.misses = cpu, 0
	if f.active.Load() {
		return true
	}
	if unix.SchedSetAttr(f.tid, idlePolicy, 0) != nil {
		_ = unix.SchedSetaffinity(f.tid, &f.mask)
		return false
	}
	f.missLimit = minMissLimit
	f.done = make(chan struct{})
	f.active.Store(true)
	go f.watch(f.done)
	return true
}

// start follows tid, unless the thread follows already. It returns false if it has failed too
// often to be worth trying.
func (f *follower) start(tid int) bool {
	if f.failures > maxFailures {
		return false
	}
	if !f.active.Load() && !f.moveTo(tid) {
		f.failures++
	}
	return true
}

// end stops the follower, and keeps it from starting until the tuner has taken note. It may be
// called from any goroutine.
func (f *follower) end() {
	f.unwanted.Store(true)
	f.stop()
}

// stop returns the thread to its own policy and CPUs.
func (f *follower) stop() {
	if !f.active.Load() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.active.Load() {
		return
	}
	_ = unix.SchedSetAttr(f.tid, f.attr, 0)
	_ = unix.SchedSetaffinity(f.tid, &f.mask)
	close(f.done)
	f.active.Store(false)
}

// polled notes whether a poll found a report. If several in a row found none, the tracee may
// have moved to another CPU: then the thread follows it. Or the tracee computes: then missLimit
// grows.
func (f *follower) polled(found bool, tid int) {
	f.rounds.Add(1)
	if found {
		f.misses = 0
		return
	}
	if f.misses++; f.misses < f.missLimit || !f.active.Load() {
		return
	}
	was := f.cpu
	switch {
	case !f.moveTo(tid):
		f.stop()
	case f.cpu == was:
		f.missLimit = min(2*f.missLimit, maxMissLimit)
	default:
		f.missLimit = minMissLimit
	}
}

// watch runs until done is closed. It stops the follower when nothing happens, and when it is
// ready to run but gets no time.
func (f *follower) watch(done chan struct{}) {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	waits, before := 0, activity{}
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		now := f.activity()
		switch {
		case now.rounds != before.rounds || now.used != before.used:
			waits = 0
		case !now.ready:
			f.stop()
		default:
			waits++
		}
		if waits == 2 {
			f.end()
		}
		before = now
	}
}

// An activity is what watch sees of a follower.
type activity struct {
	rounds uint64
	used   string // CPU time, in clock ticks
	ready  bool   // it runs or is ready to
}

func (f *follower) activity() activity {
	fields := statFields("/proc/self/task/" + strconv.Itoa(f.tid) + "/stat")
	if fields == nil {
		return activity{rounds: f.rounds.Load()}
	}
	return activity{f.rounds.Load(), string(fields[statUser]) + " " + string(fields[statSystem]), string(fields[statState]) == "R"}
}

// Fields of /proc/PID/stat (proc_pid_stat(5)), counted from the first after the name.
const (
	statState  = 0
	statUser   = 11
	statSystem = 12
	statCPU    = 36
)

// statFields returns the fields after the name, which may contain anything.
func statFields(path string) [][]byte {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) <= statCPU {
		return nil
	}
	return fields
}

// lastCPU returns the CPU that a thread was on last, or -1.
func lastCPU(path string) int {
	fields := statFields(path)
	if fields == nil {
		return -1
	}
	cpu, err := strconv.Atoi(string(fields[statCPU]))
	if err != nil {
		return -1
	}
	return cpu
}
