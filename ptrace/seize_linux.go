//go:build linux

package ptrace

import (
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Seize attaches to a running thread, which goes on running.
//
// While another thread of its process executes a program, the kernel lets us wait
// until that is done. But it is not done before all other threads are gone, and
// those that we trace already are gone when somebody has waited for them. So that
// is done meanwhile, from another thread of ours; what it learns, Wait reports.
func (l *Linux) Seize(tid int) error {
	seized, buried := make(chan struct{}), make(chan []Stop)
	watch := time.AfterFunc(burialAfter, func() { buried <- bury(tid, seized) })
	err := l.seize(tid, l.options)
	// The thread that was meant may be no more. Its successor is next.
	for n := 0; n < seizeTries && errors.Is(err, unix.EPERM); n++ {
		err = l.seize(tid, l.options)
	}
	close(seized)
	if !watch.Stop() {
		l.pending = append(l.pending, <-buried...)
	}
	return err
}

const (
	seizeTries  = 4
	burialAfter = 20 * time.Millisecond // far more than an attachment takes
)

// seize attaches without stopping (PTRACE_SEIZE). Go's scheduler is told, since
// that can take its time.
func (l *Linux) seize(tid int, options uintptr) error {
	l.tracees++
	_, _, errno := syscall.Syscall6(unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(tid), 0, options, 0, 0)
	return failed("seize", tid, errno)
}

// bury waits for those of our tracees that have ended in the process of tid, until
// done is closed.
func bury(tid int, done <-chan struct{}) (ends []Stop) {
	for {
		select {
		case <-done:
			return ends
		case <-time.After(burialAfter):
			ends = append(ends, buryOnce(tid)...)
		}
	}
}

func buryOnce(tid int) (ends []Stop) {
	var l Linux
	threads, _ := l.Threads(tid)
	for _, t := range threads {
		if !l.Ended(t) {
			continue
		}
		var status uint32
		if got, errno := wait4(t, &status, unix.WALL|unix.WNOHANG, nil); got == t && errno == 0 {
			ends = append(ends, classify(t, status))
		}
	}
	return ends
}
