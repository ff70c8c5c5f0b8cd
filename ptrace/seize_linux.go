//go:build linux

package ptrace

import (
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Seize attaches to a running thread, which keeps running.
//
// The kernel makes us wait while another thread of the process is in execve(2), which ends
// only when all other threads are gone. Those that we trace already are gone only once
// somebody has waited for them. Therefore another thread of ours reaps them meanwhile, and
// Wait reports their ends later.
func (l *Linux) Seize(tid int) error {
	seized, reaped := make(chan struct{}), make(chan []Stop)
	watch := time.AfterFunc(reapDelay, func() { reaped <- reapEnded(tid, seized) })
	err := l.seize(tid, l.options)
	// The thread may have ended in the execve(2). Try the thread that now has its number.
	for n := 0; n < seizeTries && errors.Is(err, unix.EPERM); n++ {
		err = l.seize(tid, l.options)
	}
	close(seized)
	if !watch.Stop() {
		l.pending = append(l.pending, <-reaped...)
	}
	return err
}

const (
	seizeTries = 4
	reapDelay  = 20 * time.Millisecond // far longer than attaching takes
)

// seize attaches without stopping the thread (PTRACE_SEIZE). That may take long, so Go's
// scheduler is told (Syscall6, not RawSyscall6).
func (l *Linux) seize(tid int, options uintptr) error {
	l.tracees++
	_, _, errno := syscall.Syscall6(unix.SYS_PTRACE, unix.PTRACE_SEIZE, uintptr(tid), 0, options, 0, 0)
	return requestError("seize", tid, errno)
}

// reapEnded reaps those of our tracees in the process of tid that have ended, until done is
// closed.
func reapEnded(tid int, done <-chan struct{}) (ends []Stop) {
	for {
		select {
		case <-done:
			return ends
		case <-time.After(reapDelay):
			ends = append(ends, reapOnce(tid)...)
		}
	}
}

func reapOnce(tid int) (ends []Stop) {
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
