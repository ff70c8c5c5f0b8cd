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

// waitAny waits for a report of any tracee, in the way that costs least.
func (l *Linux) waitAny() (Stop, error) {
	s, err := l.waitIn(l.way())
	now := time.Now()
	if !l.reported.IsZero() {
		l.pace.took(now.Sub(l.reported))
	}
	l.reported = now
	if err == nil {
		l.last = s.TID
		l.count()
	} else if errors.Is(err, ErrNone) && l.guest != nil {
		l.guest.leave()
	}
	return s, err
}

// count lets the pace try to be a guest where a run has become a long one.
func (l *Linux) count() {
	if l.reports == longRun {
		return
	}
	if l.reports++; l.reports == longRun && len(l.pace.ways) == len(atHome) {
		l.pace.among(anywhere...)
	}
}

// waitIn waits in one way.
func (l *Linux) waitIn(w way) (Stop, error) {
	if s, ok := l.look(w); ok {
		return s, nil
	}
	// A busy tracee is back soon. For a quiet one the second, patient wait costs
	// nothing while it lasts.
	if s, err := l.report(rawWait4, -1, 0); !errors.Is(err, ErrWoken) {
		return s, err
	}
	return l.report(wait4, -1, 0)
}

// Bounds of what is done before we sleep.
const (
	spinTries  = 400 // some 80 us: about what it costs to sleep and be woken on another CPU
	yieldTries = 2   // another thread may be let run instead of the tracee
)

// look looks for a report without sleeping.
func (l *Linux) look(w way) (Stop, bool) {
	switch w {
	case spin:
		for range spinTries {
			if s, ok := l.poll(-1); ok {
				return s, true
			}
		}
	case aside:
		for range yieldTries {
			stepAside()
			if s, ok := l.poll(-1); ok {
				return s, true
			}
		}
	case beside:
		s, ok := l.poll(-1)
		l.guest.looked(ok, l.last)
		return s, ok
	}
	return Stop{}, false
}

// way is the one that the pace has chosen, for which we are a guest or at home.
func (l *Linux) way() way {
	w := l.pace.way
	if w != beside {
		if l.guest != nil {
			l.guest.leave()
		}
		return w
	}
	if l.guest == nil {
		l.guest = newGuest(l.tid)
	}
	switch {
	case l.guest == nil:
		l.pace.among(atHome...)
	case l.guest.starved.Swap(false):
		l.pace.without(beside)
	case !l.guest.welcome(l.last):
		l.pace.among(atHome...)
	}
	return l.pace.way
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
		return l.complete(classify(got, status)), nil
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
