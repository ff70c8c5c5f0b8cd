//go:build linux

package ptrace

import (
	"errors"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Wait returns the next report. The error is ErrNone if no tracee is left, ErrWoken after Wake.
//
// With many tracees, the kernel would report always the same ones first. So Wait collects the
// reports of all that have stopped, and returns none twice before each once.
func (l *Linux) Wait() (Stop, error) {
	l.superseded = 0
	if len(l.pending) == 0 {
		s, err := l.waitAny()
		if err != nil || l.tracees < 2 {
			return s, err
		}
		l.pending = append(l.pending, s)
		l.collect()
		return l.takePending(), nil
	}
	s := l.takePending()
	newer, ok := l.poll(s.TID)
	if !ok {
		return s, nil
	}
	l.pending = slices.Insert(l.pending, 0, newer)
	if !mustReport(s) {
		return l.takePending(), nil
	}
	l.superseded = s.TID
	return s, nil
}

// takePending removes the first pending report and returns it.
func (l *Linux) takePending() Stop {
	s := l.pending[0]
	l.pending = slices.Delete(l.pending, 0, 1)
	return s
}

// collect appends the reports that are available without waiting.
func (l *Linux) collect() {
	for {
		s, ok := l.poll(-1)
		if !ok {
			return
		}
		l.pending = append(l.pending, s)
	}
}

// mustReport reports whether a stop must be returned even if its tracee has been killed since, or
// replaced by another thread's execve(2): it says that there is another thread.
func mustReport(s Stop) bool {
	switch s.Kind {
	case Fork, VFork, Clone, Exec:
		return true
	}
	return false
}

// waitAny waits for a report of any tracee, in the mode that the tuner has chosen.
func (l *Linux) waitAny() (Stop, error) {
	s, stopped, woken := l.alarmed()
	if woken {
		return Stop{}, ErrWoken
	}
	var err error
	if !stopped {
		s, err = l.waitBy(l.chooseMode())
	}
	now := time.Now()
	if !l.lastReport.IsZero() {
		l.tuner.record(now.Sub(l.lastReport))
	}
	l.lastReport = now
	if err == nil {
		l.lastTID = s.TID
		l.countReport()
	} else if f := l.follower.Load(); errors.Is(err, ErrNone) && f != nil {
		f.stop()
	}
	return s, err
}

// countReport lets the tuner try a follower once a run is a long one.
func (l *Linux) countReport() {
	if l.reportCount == longRun {
		return
	}
	if l.reportCount++; l.reportCount == longRun && len(l.tuner.modes) == len(ownCPUModes) {
		l.tuner.setModes(followModes...)
	}
}

// waitBy waits in one mode.
func (l *Linux) waitBy(w waitMode) (Stop, error) {
	if s, ok := l.look(w); ok {
		return s, nil
	}
	// A busy tracee stops again soon. For a quiet one the second wait, which tells the
	// scheduler, makes no difference.
	if s, err := l.waitOnce(rawWait4, -1, 0); !errors.Is(err, ErrWoken) || l.alarm.rung.Load() {
		return s, err
	}
	return l.waitOnce(wait4, -1, 0)
}

// Bounds of the polls before we sleep.
const (
	spinTries  = 400 // about 80 us, which is what it costs to sleep and be woken on another CPU
	yieldTries = 2   // the first may let another thread run instead of the tracee
)

// look polls for a report as the mode says, without sleeping.
func (l *Linux) look(w waitMode) (Stop, bool) {
	switch w {
	case spin:
		for range spinTries {
			if s, ok := l.poll(-1); ok {
				return s, true
			}
		}
	case yield:
		for range yieldTries {
			schedYield()
			if s, ok := l.poll(-1); ok {
				return s, true
			}
		}
	case follow:
		s, ok := l.poll(-1)
		l.follower.Load().polled(ok, l.lastTID)
		return s, ok
	}
	return Stop{}, false
}

// chooseMode returns the mode that the tuner has chosen, and starts or stops the follower.
func (l *Linux) chooseMode() waitMode {
	w, f := l.tuner.mode, l.follower.Load()
	if w != follow {
		if f != nil {
			f.stop()
		}
		return w
	}
	if f == nil {
		f = newFollower(l.tid)
		l.follower.Store(f)
	}
	switch {
	case f == nil:
		l.tuner.setModes(ownCPUModes...)
	case f.unwanted.Swap(false):
		l.tuner.ban(follow)
	case !f.start(l.lastTID):
		l.tuner.setModes(ownCPUModes...)
	}
	return l.tuner.mode
}

// poll asks for a report of tid, or of any tracee (-1), without waiting.
func (l *Linux) poll(tid int) (Stop, bool) {
	s, err := l.waitOnce(rawWait4, tid, unix.WNOHANG)
	return s, err == nil && s.TID != 0
}

// waitOnce calls wait once, for tid or for any tracee (-1).
func (l *Linux) waitOnce(wait func(int, *uint32, int, *unix.Rusage) (int, syscall.Errno), tid, options int) (Stop, error) {
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

// complete adds to a stop what the wait status does not contain.
func (l *Linux) complete(s Stop) Stop {
	if l.usage != nil {
		s.CPU = time.Duration(l.usage.Stime.Nano())
	}
	if mustReport(s) {
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
		s, err := l.waitOnce(wait4, tid, 0)
		if !errors.Is(err, ErrWoken) {
			return s, err
		}
	}
}
