//go:build linux

package ptrace

import (
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"
)

// Descriptors may run out at any moment: other processes use up the system's, and the
// tracees' libraries our own. plait must be able to read /proc even so, to remove every
// breakpoint and to find every thread that may run into one. So a few descriptors are kept
// in reserve for files that are open only briefly.

// reserved is the size of the reserve: such files are open one at a time.
const reserved = 1

// needed is how many descriptors must be free for tracing to begin: the reserve, one for the
// trace, two of Go's runtime, and three to start a command.
const needed = reserved + 1 + 2 + 3

// A reserve is descriptors that are kept open for nothing.
type reserve struct{ fds []int }

// fill fills the reserve, as far as that is possible.
func (r *reserve) fill() {
	for len(r.fds) < reserved {
		fd, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return
		}
		r.fds = append(r.fds, fd)
	}
}

// release closes one descriptor of the reserve if err says that there are too few. It reports
// whether it did.
func (r *reserve) release(err error) bool {
	if len(r.fds) == 0 || err != unix.EMFILE && err != unix.ENFILE {
		return false
	}
	last := len(r.fds) - 1
	unix.Close(r.fds[last])
	r.fds = r.fds[:last]
	return true
}

// CheckDescriptors returns an error if there are too few free descriptors to trace anything.
func CheckDescriptors() error {
	var fds []int
	defer func() {
		for _, fd := range fds {
			unix.Close(fd)
		}
	}()
	for range needed {
		fd, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return explainLimit(err)
		}
		fds = append(fds, fd)
	}
	return nil
}

// explainLimit adds to EMFILE where the limit comes from.
func explainLimit(err error) error {
	if err != unix.EMFILE {
		return err
	}
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return err
	}
	return fmt.Errorf("%w: at most %d by ulimit -n", err, limit.Max)
}

// openProc opens a file of /proc/TID for a short time; the caller must call close. The error is
// ErrGone if there is no such thread any more.
func (l *Linux) openProc(tid int, name string, flags int) (fd int, close func(), err error) {
	path := proc(tid, name)
	for {
		fd, err = unix.Open(path, flags|unix.O_CLOEXEC, 0)
		if err == unix.EINTR || l.reserve.release(err) {
			continue
		}
		break
	}
	if err != nil {
		return -1, nil, l.procError("open", path, tid, err)
	}
	return fd, func() { unix.Close(fd); l.reserve.fill() }, nil
}

func (l *Linux) procError(op, path string, tid int, err error) error {
	if err == unix.ESRCH || err == unix.ENOENT && unix.Kill(tid, 0) == unix.ESRCH {
		return ErrGone
	}
	return &fs.PathError{Op: op, Path: path, Err: explainLimit(err)}
}

// readProc reads a file of /proc/TID.
func (l *Linux) readProc(tid int, name string) ([]byte, error) {
	fd, done, err := l.openProc(tid, name, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer done()
	b := make([]byte, 0, 4096)
	for {
		n, err := unix.Read(fd, b[len(b):cap(b)])
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return b, l.procError("read", proc(tid, name), tid, err)
		case n == 0:
			return b, nil
		}
		if b = b[:len(b)+n]; len(b) == cap(b) {
			b = append(b, make([]byte, cap(b))...)[:len(b)]
		}
	}
}

// listProc lists the names in a directory of /proc/TID.
func (l *Linux) listProc(tid int, name string) ([]string, error) {
	fd, done, err := l.openProc(tid, name, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer done()
	var names []string
	for b := make([]byte, 8192); ; {
		n, err := unix.Getdents(fd, b)
		if err != nil && err != unix.EINTR {
			return names, l.procError("read", proc(tid, name), tid, err)
		}
		if err == nil && n <= 0 {
			return names, nil
		}
		_, _, names = unix.ParseDirent(b[:max(n, 0)], -1, names)
	}
}
