//go:build linux

package ptrace

import (
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"
)

// Descriptors may run out at any moment: other processes use up the system's, and
// the files of the tracees' libraries our own. What /proc tells is needed even so,
// to leave no breakpoint behind and no thread alone with one. So a few are kept in
// reserve for files that are open for a moment only.

// reserved is how many there are: such files are open one at a time.
const reserved = 1

// needed is how many descriptors have to be free for tracing to begin: those, one
// for the trace, Go's runtime's own two, and what it takes to start a command.
const needed = reserved + 1 + 2 + 3

// A reserve is descriptors that stand for nothing.
type reserve struct{ fds []int }

// fill makes the reserve whole, if that can be.
func (r *reserve) fill() {
	for len(r.fds) < reserved {
		fd, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return
		}
		r.fds = append(r.fds, fd)
	}
}

// yield gives up one descriptor, if err is for want of one.
func (r *reserve) yield(err error) bool {
	if len(r.fds) == 0 || err != unix.EMFILE && err != unix.ENFILE {
		return false
	}
	last := len(r.fds) - 1
	unix.Close(r.fds[last])
	r.fds = r.fds[:last]
	return true
}

// Enough tells why there are not enough descriptors to trace anything.
func Enough() error {
	var fds []int
	defer func() {
		for _, fd := range fds {
			unix.Close(fd)
		}
	}()
	for range needed {
		fd, err := unix.Open("/", unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			return wanting(err)
		}
		fds = append(fds, fd)
	}
	return nil
}

// wanting tells where a limit comes from.
func wanting(err error) error {
	if err != unix.EMFILE {
		return err
	}
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return err
	}
	return fmt.Errorf("%w: at most %d by ulimit -n", err, limit.Max)
}

// openProc opens a file of /proc/TID for a moment, with close to be called then. Of
// a thread that is not there any more the error is ErrGone.
func (l *Linux) openProc(tid int, name string, flags int) (fd int, close func(), err error) {
	path := proc(tid, name)
	for {
		fd, err = unix.Open(path, flags|unix.O_CLOEXEC, 0)
		if err == unix.EINTR || l.reserve.yield(err) {
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
	return &fs.PathError{Op: op, Path: path, Err: wanting(err)}
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
