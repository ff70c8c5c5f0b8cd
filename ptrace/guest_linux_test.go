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

// visitor is a guest on this thread, or the test is skipped.
func visitor(t *testing.T) *guest {
	t.Helper()
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	g := newGuest(unix.Gettid())
	if g == nil {
		t.Skip("one CPU, or no right to come back from SCHED_IDLE")
	}
	t.Cleanup(g.leave)
	return g
}

// isHome fails unless the thread is scheduled as in the beginning.
func isHome(t *testing.T, g *guest, when string) {
	t.Helper()
	if policy, mask := scheduling(t, g.tid); policy != g.attr.Policy || mask != g.mask {
		t.Errorf("%s: policy %d, CPUs %v; at home %d, %v", when, policy, mask, g.attr.Policy, g.mask)
	}
}

func TestGuest(t *testing.T) {
	g := visitor(t)
	if !g.visit(os.Getpid()) {
		t.Fatal("refused")
	}
	policy, mask := scheduling(t, g.tid)
	if policy != unix.SCHED_IDLE || mask.Count() != 1 || !mask.IsSet(g.cpu) {
		t.Errorf("policy %d, CPUs %v", policy, mask)
	}
	g.leave()
	isHome(t, g, "after leave")
}

// Nothing happens: a guest that nobody needs is sent home.
func TestGuestWithNothingToDo(t *testing.T) {
	g := visitor(t)
	if !g.visit(os.Getpid()) {
		t.Fatal("refused")
	}
	for begin := time.Now(); g.away.Load() && time.Since(begin) < 10*time.Second; {
		half := unix.NsecToTimespec(int64(500 * time.Millisecond))
		_ = unix.Nanosleep(&half, nil) // this very thread
	}
	isHome(t, g, "idle")
	if g.starved.Load() {
		t.Error("it was asleep, not starved")
	}
}

// Others want its CPU: a guest that does not get to run is called home by its host.
func TestGuestThatStarves(t *testing.T) {
	g := visitor(t)
	cpu := lastCPU("/proc/self/stat")
	var stop atomic.Bool
	defer stop.Store(true)
	for range 2 {
		go busy(cpu, &stop)
	}
	if !g.visit(os.Getpid()) {
		t.Fatal("refused")
	}
	begin := time.Now()
	for g.away.Load() && time.Since(begin) < 10*time.Second {
		_ = unix.Getppid() // ready to run all the time
	}
	isHome(t, g, "starved")
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

// The tracee of a guest is scheduled as it was, and sees no difference.
func TestTraceeOfGuest(t *testing.T) {
	visitor(t)
	l, pid := launch(t, "/bin/sh", "-c", "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo >/dev/null; done")
	policy, mask := scheduling(t, pid)
	l.pace = newPace(beside)
	away := false
	for {
		s, err := l.Wait()
		if errors.Is(err, ErrNone) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		away = away || l.guest != nil && l.guest.away.Load()
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
	if !away {
		t.Error("we never were a guest")
	}
	isHome(t, l.guest, "after the end")
}
