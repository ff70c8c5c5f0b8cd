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
	if g.starved.Load() {
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
		active = active || l.follower != nil && l.follower.active.Load()
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
	isRestored(t, l.follower, "after the end")
}
