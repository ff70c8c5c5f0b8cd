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

// A guest is the tracer's thread on the CPU of its tracee. The kernel wakes a
// tracee on an idle CPU if there is one, since ours is busy when we restart it, and to
// wake another CPU may cost more than all the rest of a stop. To the
// scheduler a CPU that runs nothing but SCHED_IDLE threads is as good as idle: so a
// tracee that is restarted by such a thread, and was on its CPU before, stays there.
// Nothing of the tracee's is changed for it: neither its affinity nor its policy.
//
// A guest gives way to all others on that CPU. So it is one only while stops
// come one upon the other, and its host, another thread, calls it home when it gets
// no time.
type guest struct {
	tid  int
	mask unix.CPUSet     // the CPUs that we may use
	attr *unix.SchedAttr // how we are scheduled at home
	cpu  int             // where we are a guest

	misses   int // looks in a row that found nothing
	patience int // so many of them let us ask where the tracee is
	refused  int // visits that failed

	rounds  atomic.Uint64
	starved atomic.Bool // we were called home for lack of time

	mu   sync.Mutex    // of how the thread is scheduled, and home
	home chan struct{} // closed when the guest goes home
	away atomic.Bool   // is a guest; written with mu
}

// Bounds of a guest.
const (
	hostLooks     = 10 * time.Millisecond // how often the host looks after its guest
	leastPatience = 3
	mostPatience  = 96
	mostRefused   = 100
)

// idlePolicy is that of a guest.
var idlePolicy = &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE}

// newGuest is nil where a thread can't be a guest and come home again: that takes
// CAP_SYS_NICE or RLIMIT_NICE (sched(7)).
func newGuest(tid int) *guest {
	g := &guest{tid: tid}
	var err error
	if g.attr, err = unix.SchedGetAttr(tid, 0); err != nil || g.attr.Policy != unix.SCHED_NORMAL && g.attr.Policy != unix.SCHED_BATCH {
		return nil
	}
	if unix.SchedGetaffinity(tid, &g.mask) != nil || g.mask.Count() < 2 || !canReturn(g.attr) {
		return nil
	}
	return g
}

// canReturn tries it, on a thread that is thrown away.
func canReturn(attr *unix.SchedAttr) bool {
	result := make(chan bool)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		result <- unix.SchedSetAttr(0, idlePolicy, 0) == nil && unix.SchedSetAttr(0, attr, 0) == nil
	}()
	return <-result
}

// visit makes us a guest of the CPU that tid was on last. It reports false if that
// can't be.
func (g *guest) visit(tid int) bool {
	cpu := lastCPU("/proc/" + strconv.Itoa(tid) + "/stat")
	if cpu < 0 || !g.mask.IsSet(cpu) {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var one unix.CPUSet
	one.Set(cpu)
	if unix.SchedSetaffinity(g.tid, &one) != nil {
		return false
	}
	g.cpu, g.misses = cpu, 0
	if g.away.Load() {
		return true
	}
	if unix.SchedSetAttr(g.tid, idlePolicy, 0) != nil {
		_ = unix.SchedSetaffinity(g.tid, &g.mask)
		return false
	}
	g.patience = leastPatience
	g.home = make(chan struct{})
	g.away.Store(true)
	go g.host(g.home)
	return true
}

// welcome makes us a guest where tid is, unless we are one. It reports false where that
// had better be given up.
func (g *guest) welcome(tid int) bool {
	if g.refused > mostRefused {
		return false
	}
	if !g.away.Load() && !g.visit(tid) {
		g.refused++
	}
	return true
}

// leave goes home.
func (g *guest) leave() {
	if !g.away.Load() {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.away.Load() {
		return
	}
	_ = unix.SchedSetAttr(g.tid, g.attr, 0)
	_ = unix.SchedSetaffinity(g.tid, &g.mask)
	close(g.home)
	g.away.Store(false)
}

// looked notes whether a look found a report. If several in a row found none, the
// reason may be that the tracee has been moved to another CPU. Or it computes: then
// we ask ever more seldom.
func (g *guest) looked(found bool, tid int) {
	g.rounds.Add(1)
	if found {
		g.misses = 0
		return
	}
	if g.misses++; g.misses < g.patience || !g.away.Load() {
		return
	}
	was := g.cpu
	switch {
	case !g.visit(tid):
		g.leave()
	case g.cpu == was:
		g.patience = min(2*g.patience, mostPatience)
	default:
		g.patience = leastPatience
	}
}

// host looks after the guest until it is home. It sends it home when nothing happens, and
// when it is ready to run and does not get to.
func (g *guest) host(home chan struct{}) {
	tick := time.NewTicker(hostLooks)
	defer tick.Stop()
	waits, before := 0, glimpse{}
	for {
		select {
		case <-home:
			return
		case <-tick.C:
		}
		now := g.glimpse()
		switch {
		case now.rounds != before.rounds || now.used != before.used:
			waits = 0
		case !now.ready:
			g.leave()
		default:
			waits++
		}
		if waits == 2 {
			g.starved.Store(true)
			g.leave()
		}
		before = now
	}
}

// A glimpse is what the host sees of its guest.
type glimpse struct {
	rounds uint64
	used   string // of the CPU, in clock ticks
	ready  bool   // it runs, or wants to
}

func (g *guest) glimpse() glimpse {
	fields := statFields("/proc/self/task/" + strconv.Itoa(g.tid) + "/stat")
	if fields == nil {
		return glimpse{rounds: g.rounds.Load()}
	}
	return glimpse{g.rounds.Load(), string(fields[statUser]) + " " + string(fields[statSystem]), string(fields[statState]) == "R"}
}

// Fields of /proc/PID/stat (proc(5)), counted from the one behind the name.
const (
	statState  = 0
	statUser   = 11
	statSystem = 12
	statCPU    = 36
)

// statFields are the fields behind the name, which may hold anything.
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

// lastCPU is the CPU that a thread was on last, or -1.
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
