//go:build linux

package ptrace

import (
	"errors"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Wait returns the next report. It returns ErrNone when no tracee is left and
// ErrWoken after Wake.
//
// Of many tracees the kernel reports always the same ones first. So all that
// have stopped are taken note of, and none is reported twice before each was.
func (l *Linux) Wait() (Stop, error) {
	l.void = 0
	if len(l.pending) == 0 {
		s, err := l.waitAny()
		if err != nil || l.tracees < 2 {
			return s, err
		}
		l.pending = append(l.pending, s)
		l.collect()
		return l.take(), nil
	}
	s := l.take()
	newer, ok := l.poll(s.TID)
	if !ok {
		return s, nil
	}
	l.pending = slices.Insert(l.pending, 0, newer)
	if !announces(s) {
		return l.take(), nil
	}
	l.void = s.TID
	return s, nil
}

// take removes the first pending report.
func (l *Linux) take() Stop {
	s := l.pending[0]
	l.pending = slices.Delete(l.pending, 0, 1)
	return s
}

// collect adds the reports that are there already.
func (l *Linux) collect() {
	for {
		s, ok := l.poll(-1)
		if !ok {
			return
		}
		l.pending = append(l.pending, s)
	}
}

// announces tells the reports that must be known even if their tracee has been
// killed since, or replaced by another thread's execve(2).
func announces(s Stop) bool {
	switch s.Kind {
	case Fork, VFork, Clone, Exec:
		return true
	}
	return false
}

// waitAny waits for a report of any tracee.
func (l *Linux) waitAny() (Stop, error) {
	if s, ok := l.spin(); ok {
		return s, nil
	}
	// A busy tracee is back soon. For a quiet one the second, patient wait costs
	// nothing while it lasts.
	if s, err := l.report(rawWait4, -1, 0); !errors.Is(err, ErrWoken) {
		return s, err
	}
	return l.report(wait4, -1, 0)
}

// Bounds of spin.
const (
	spinTries   = 400 // some 80 us: about what it costs to sleep and be woken on another CPU
	yieldTries  = 2   // another thread may be let run instead of the tracee
	spinPenalty = 64  // waits that do not spin after one that spun in vain
)

// spin asks again and again for a short while. A tracee that stops often is
// mostly back before a sleeping tracer would have been woken, at a third of the
// cost of a stop (docs/PERFORMANCE.md). Where it spins in vain the tracee
// computes, and the CPU may be of more use to it. With one CPU for all it steps
// aside instead: then the tracee runs, and this thread need not be woken.
func (l *Linux) spin() (Stop, bool) {
	if l.rest > 0 {
		l.rest--
		return Stop{}, false
	}
	tries := spinTries
	if l.alone {
		tries = yieldTries
	}
	for range tries {
		if l.alone {
			stepAside()
		}
		if s, err := l.report(rawWait4, -1, unix.WNOHANG); err != nil || s.TID != 0 {
			return s, err == nil
		}
	}
	l.rest = spinPenalty
	return Stop{}, false
}

// poll asks for a report of tid, or of any tracee, without waiting.
func (l *Linux) poll(tid int) (Stop, bool) {
	s, err := l.report(rawWait4, tid, unix.WNOHANG)
	return s, err == nil && s.TID != 0
}

// report makes one wait for tid, or for all.
func (l *Linux) report(wait func(int, *uint32, int, *unix.Rusage) (int, syscall.Errno), tid, options int) (Stop, error) {
	var status uint32
	got, errno := wait(tid, &status, options|unix.WALL|unix.WNOTHREAD, l.usage)
	switch errno {
	case 0:
		return l.complete(Classify(got, status)), nil
	case syscall.EINTR:
		return Stop{}, ErrWoken
	case syscall.ECHILD:
		return Stop{}, ErrNone
	}
	return Stop{}, &Error{"wait4", tid, errno}
}

// complete asks for what the wait status does not hold.
func (l *Linux) complete(s Stop) Stop {
	if l.usage != nil {
		s.CPU = time.Duration(l.usage.Stime.Nano())
	}
	if announces(s) {
		// If the tracee was killed meanwhile, its end comes next.
		v, _ := eventMessage(s.TID)
		s.Child = int(v)
		if s.Kind != Exec {
			l.tracees++
		}
	}
	return s
}

// waitFor waits for a report of tid alone.
func (l *Linux) waitFor(tid int) (Stop, error) {
	for {
		s, err := l.report(wait4, tid, 0)
		if !errors.Is(err, ErrWoken) {
			return s, err
		}
	}
}
