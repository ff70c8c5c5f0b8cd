//go:build linux

package ptrace

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// scheduling is how a thread is scheduled: policy and CPUs.
func scheduling(t *testing.T, tid int) (uint32, unix.CPUSet) {
	t.Helper()
	attr, err := unix.SchedGetAttr(tid, 0)
	if err != nil {
		t.Fatal(err)
	}
	var mask unix.CPUSet
	if err := unix.SchedGetaffinity(tid, &mask); err != nil {
		t.Fatal(err)
	}
	return attr.Policy, mask
}

// testFollower returns a follower for this thread, or skips the test.
func testFollower(t *testing.T) *follower {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	g := newFollower(unix.Gettid())
	if g == nil {
		t.Skip("one CPU, or no right to come back from SCHED_IDLE")
	}
	t.Cleanup(g.stop)
	return g
}

// isRestored fails unless the thread is scheduled as it was at first.
func isRestored(t *testing.T, g *follower, when string) {
	t.Helper()
	if policy, mask := scheduling(t, g.tid); policy != g.attr.Policy || mask != g.mask {
		t.Errorf("%s: policy %d, CPUs %v; at first %d, %v", when, policy, mask, g.attr.Policy, g.mask)
	}
}

// followSelf makes g follow this very process.
func followSelf(t *testing.T, g *follower) {
	t.Helper()
	if !g.moveTo(os.Getpid()) {
		t.Fatal("refused")
	}
}

func TestFollower(t *testing.T) {
	g := testFollower(t)
	followSelf(t, g)
	policy, mask := scheduling(t, g.tid)
	for !g.active.Load() { // the CPU was busy: watch has stopped it
		followSelf(t, g)
		policy, mask = scheduling(t, g.tid)
	}
	if policy != unix.SCHED_IDLE || mask.Count() != 1 || !mask.IsSet(g.cpu) {
		t.Errorf("policy %d, CPUs %v", policy, mask)
	}
	g.stop()
	isRestored(t, g, "after stop")
}

// TestFollowerWithNothingToDo: a follower that nobody needs is stopped.
func TestFollowerWithNothingToDo(t *testing.T) {
	g := testFollower(t)
	followSelf(t, g)
	for begin := time.Now(); g.active.Load() && time.Since(begin) < 10*time.Second; {
		half := unix.NsecToTimespec(int64(500 * time.Millisecond))
		_ = unix.Nanosleep(&half, nil) // this very thread
	}
	isRestored(t, g, "idle")
	if g.unwanted.Load() {
		t.Error("it was asleep, not starved")
	}
}

// TestFollowerThatStarves: if others want its CPU and it gets no time, watch stops the
// follower.
func TestFollowerThatStarves(t *testing.T) {
	g := testFollower(t)
	cpu := lastCPU("/proc/self/stat")
	var stop atomic.Bool
	defer stop.Store(true)
	for range 2 {
		go busy(cpu, &stop)
	}
	followSelf(t, g)
	begin := time.Now()
	for g.active.Load() && time.Since(begin) < 10*time.Second {
		_ = unix.Getppid() // ready to run all the time
	}
	isRestored(t, g, "starved")
}

// busy takes a CPU until stop is true.
func busy(cpu int, stop *atomic.Bool) {
	runtime.LockOSThread()
	var one unix.CPUSet
	one.Set(cpu)
	_ = unix.SchedSetaffinity(0, &one)
	for !stop.Load() {
		_ = unix.Getppid()
	}
}

// TestTraceeOfFollower: the tracee of a follower keeps its scheduling.
func TestTraceeOfFollower(t *testing.T) {
	testFollower(t)
	l, pid := launch(t, "/bin/sh", "-c", "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo >/dev/null; done")
	policy, mask := scheduling(t, pid)
	l.tuner = newTuner(follow)
	active := false
	for {
		s, err := l.Wait()
		if errors.Is(err, ErrNone) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		active = active || l.follower.Load() != nil && l.follower.Load().active.Load()
		if s.Kind == Exited || s.Kind == Killed {
			continue
		}
		if p, m := scheduling(t, pid); p != policy || m != mask {
			t.Fatalf("policy %d, CPUs %v; before %d, %v", p, m, policy, mask)
		}
		if err := l.Restart(s.TID, Restart{Op: ToSyscall}); err != nil && !errors.Is(err, ErrGone) {
			t.Fatal(err)
		}
	}
	if !active {
		t.Error("no follower was ever active")
	}
	isRestored(t, l.follower.Load(), "after the end")
}

// TestWakeEndsFollower: whoever wakes the tracer's thread needs it at once, so it must not
// follow, nor begin to, until the tuner has taken note.
func TestWakeEndsFollower(t *testing.T) {
	g := testFollower(t)
	l := newLinux(t)
	l.follower.Store(g)
	followSelf(t, g)
	l.Wake()
	isRestored(t, g, "woken")
	if g.moveTo(os.Getpid()) {
		t.Error("it follows again")
	}
	l.tuner = newTuner(block, follow)
	l.tuner.mode = follow
	if w := l.chooseMode(); w == follow || l.tuner.banRemaining == 0 {
		t.Errorf("mode %d, ban %v", w, l.tuner.banRemaining)
	}
}

// TestEndingSignals: the tracer's thread leaves the signals that end plait to other threads,
// and a command does not block them for that.
func TestEndingSignals(t *testing.T) {
	runtime.LockOSThread()
	var first unix.Sigset_t
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, nil, &first); err != nil {
		t.Fatal(err)
	}
	l, pid := launch(t, "/bin/true")
	if l.mask != first {
		t.Errorf("the mask was %x before, and not %x", first.Val[0], l.mask.Val[0])
	}
	const ending = 1<<0 | 1<<1 | 1<<2 | 1<<14 // SIGHUP, SIGINT, SIGQUIT, SIGTERM
	var now unix.Sigset_t
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, nil, &now); err != nil || now.Val[0] != first.Val[0]|ending {
		t.Errorf("the tracer blocks %x, %v; before %x", now.Val[0], err, first.Val[0])
	}
	if mask, err := l.SigMask(pid); err != nil || mask != first.Val[0] {
		t.Errorf("the command blocks %x, %v; before %x", mask, err, first.Val[0])
	}
}
