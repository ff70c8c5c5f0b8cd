//go:build linux

package ptrace

import (
	"fmt"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sharedSeals keep the tracee from changing the size of shared memory, which would kill us.
const sharedSeals = unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_SEAL

// Share makes the memfd that a stopped tracee has as descriptor fd, which must be empty and allow
// seals, size bytes long, and maps it. The word of 4 bytes at offset owner becomes the thread ID of this thread, and the kernel
// clears it when the thread ends in whatever way (FUTEX_TID_MASK).
func (l *Linux) Share(tid, fd, size, owner int) (*Shared, error) {
	file, err := fetch(tid, fd)
	if err != nil {
		return nil, &Error{"share memory with", tid, err}
	}
	defer func() { _ = unix.Close(file) }()
	if err := resize(file, size); err != nil {
		return nil, &Error{"share memory with", tid, err}
	}
	s, err := l.mapShared(file, size, owner)
	if err != nil {
		return nil, &Error{"map memory of", tid, err}
	}
	return s, nil
}

// resize sets the size of a memfd for ever. The tracee does not do that: a limit of the size of its
// files (RLIMIT_FSIZE) would kill it.
func resize(file, size int) error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &limit); err != nil || limit.Cur < uint64(size) {
		return fmt.Errorf("the size of files is limited to %d bytes", limit.Cur)
	}
	if err := unix.Ftruncate(file, int64(size)); err != nil {
		return err
	}
	_, err := unix.FcntlInt(uintptr(file), unix.F_ADD_SEALS, sharedSeals)
	return err
}

// mapShared maps a memfd behind a page of our own, which has the entry of the robust list: the
// kernel follows that list, so that the tracee must not reach it.
func (l *Linux) mapShared(file, size, owner int) (*Shared, error) {
	whole, err := unix.MmapPtr(-1, 0, nil, uintptr(size+ownPage), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return nil, err
	}
	at := unsafe.Add(whole, ownPage)
	if _, err := unix.MmapPtr(file, 0, at, uintptr(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_FIXED); err != nil {
		_ = unix.MunmapPtr(whole, uintptr(size+ownPage))
		return nil, err
	}
	s := &Shared{bytes: unsafe.Slice((*byte)(at), size)}
	s.Store32(owner, uint32(l.tid))
	err = l.robust.add(whole, ownPage+owner)
	s.unmap = func() {
		s.Store32(owner, 0)
		l.robust.remove(whole)
		_ = unix.MunmapPtr(whole, uintptr(size+ownPage))
	}
	if err != nil {
		s.unmap()
		return nil, err
	}
	return s, nil
}

const ownPage = 4096

// fetch returns a descriptor for what a tracee has as fd.
func fetch(tid, fd int) (int, error) {
	if pidfd, err := unix.PidfdOpen(tid, unix.PIDFD_THREAD); err == nil {
		defer func() { _ = unix.Close(pidfd) }()
		if got, err := unix.PidfdGetfd(pidfd, fd, 0); err == nil {
			return got, nil
		}
	}
	return unix.Open(proc(tid, "fd/"+strconv.Itoa(fd)), unix.O_RDWR|unix.O_CLOEXEC, 0) // before Linux 6.9
}

// Listen calls rung, in a goroutine of its own, each time the word of 4 bytes at offset bell has
// changed and its waiters were woken, until Unshare. It stores 1 at offset waiting, so that a
// tracee knows that somebody is to be woken.
func (l *Linux) Listen(s *Shared, bell, waiting int, rung func()) {
	s.bell, s.closed = bell, make(chan struct{})
	s.Store32(waiting, 1)
	go s.listen(rung)
}

func (s *Shared) listen(rung func()) {
	defer close(s.closed)
	last := uint32(0)
	for !s.closing.Load() {
		now := s.Load32(s.bell)
		if now != last {
			last = now
			rung()
			continue
		}
		_, _, _ = syscall.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(s.word32(s.bell))), futexWait, uintptr(now), 0, 0, 0)
	}
}

// Unshare gives shared memory up. Nothing may use it any more.
func (l *Linux) Unshare(s *Shared) {
	s.closing.Store(true)
	for s.closed != nil {
		s.Add32(s.bell, 1)
		l.WakeFutex(s, s.bell)
		select {
		case <-s.closed:
			s.closed = nil
		case <-time.After(time.Millisecond): // the tracee may have changed the word back
		}
	}
	s.unmap()
}

// WakeFutex wakes all threads, of whatever process, that wait on the word of 4 bytes at an offset
// (futex(2)).
func (l *Linux) WakeFutex(s *Shared, offset int) {
	const all = 1<<31 - 1
	_, _, _ = syscall.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(s.word32(offset))), futexWake, all, 0, 0, 0)
}

// Operations of futex(2), from linux/futex.h. They are not private: another process wakes or is
// woken.
const (
	futexWait = 0
	futexWake = 1
)
