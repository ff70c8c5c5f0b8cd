//go:build linux

package ptrace

import (
	"time"

	"golang.org/x/sys/unix"
)

// A tracee that stops often and its tracer never run at the same time, so they
// are best on one CPU: on two, each stop wakes a sleeping CPU twice. The
// scheduler does not know that and wakes the tracee wherever a CPU is idle.
//
// The tracee's affinity is its own. But a stopped thread is placed when it is
// woken, and stays where it was placed until it runs: so it is confined to our
// CPU for just that moment, while it is stopped, and given its affinity back
// before it runs. We ourselves stay on that CPU meanwhile.
type beside struct {
	on     bool
	never  bool // it is not possible here
	cpu    int
	own    unix.CPUSet // our own affinity, while on
	tid    int         // of the last stop
	streak int         // quick stops of tid in a row
}

const (
	// enough quick stops of one thread in a row to go beside it
	besideAfter = 64
	// besideLeave is how long a thread that runs on without a stop is followed.
	besideLeave = time.Millisecond
)

// note takes note of a stop of tid that took so long to come.
func (b *beside) note(tid int, waited time.Duration) {
	if tid != b.tid || waited > besideLeave {
		b.tid, b.streak = tid, 0
		b.leave()
		return
	}
	if b.streak++; b.streak == besideAfter {
		b.join()
	}
}

// join confines the tracing thread to the CPU that it is on.
func (b *beside) join() {
	if b.never || b.on {
		return
	}
	cpu := currentCPU()
	if cpu < 0 || unix.SchedGetaffinity(0, &b.own) != nil || b.own.Count() < 2 {
		b.never = true
		return
	}
	var one unix.CPUSet
	one.Set(cpu)
	b.on, b.cpu = unix.SchedSetaffinity(0, &one) == nil, cpu
}

func (b *beside) leave() {
	if b.on {
		b.on = false
		_ = unix.SchedSetaffinity(0, &b.own)
	}
}

// place calls restart so that the stopped thread tid is woken on our CPU. It
// reports false if restart was not called.
func (b *beside) place(tid int, restart func() error) (bool, error) {
	var its, one unix.CPUSet
	if unix.SchedGetaffinity(tid, &its) != nil || !its.IsSet(b.cpu) {
		b.leave()
		return false, nil
	}
	one.Set(b.cpu)
	if unix.SchedSetaffinity(tid, &one) != nil {
		b.never = true
		b.leave()
		return false, nil
	}
	if its == b.own {
		its = everyCPU // as free as it was: also of CPUs that may come
	}
	err := restart()
	_ = unix.SchedSetaffinity(tid, &its)
	return true, err
}

// everyCPU is no restriction.
var everyCPU = func() (s unix.CPUSet) {
	for i := range s {
		s[i] = ^s[i]
	}
	return s
}()
