//go:build linux

package ptrace

import (
	"errors"
	"os"
	"strconv"
	"syscall"
)

// maxParts is how many pieces one ReadParts may have.
const maxParts = 16

// Read fills b from the tracee's memory at addr. It returns how many bytes
// could be read, and an error if fewer than len(b).
func (l *Linux) Read(tid int, addr uint64, b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, errno := readParts(tid, []Part{{addr, b}})
	if errno == syscall.EPERM || errno == syscall.ENOSYS {
		return l.readProc(tid, addr, b)
	}
	if errno != 0 {
		return 0, failed("read memory of", tid, errno)
	}
	if n < len(b) {
		return n, &Error{"read memory of", tid, syscall.EFAULT}
	}
	return n, nil
}

// ReadParts fills up to 16 pieces in one system call; it returns the bytes read
// before the first that could not be read.
func (l *Linux) ReadParts(tid int, parts []Part) (int, error) {
	n, errno := readParts(tid, parts)
	return n, failed("read memory of", tid, errno)
}

// readProc reads through /proc, which also sees pages without read permission.
func (l *Linux) readProc(tid int, addr uint64, b []byte) (int, error) {
	f, err := l.memory(tid, os.O_RDONLY)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, err := f.ReadAt(b, int64(addr))
	if err != nil {
		return n, &Error{"read memory of", tid, syscall.EFAULT}
	}
	return n, nil
}

// Write copies b to the tracee's memory at addr, whatever the page's
// protection: pages of a file become private copies.
func (l *Linux) Write(tid int, addr uint64, b []byte) (int, error) {
	f, err := l.memory(tid, os.O_WRONLY)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, err := f.WriteAt(b, int64(addr))
	if err != nil {
		return n, &Error{"write memory of", tid, syscall.EFAULT}
	}
	return n, nil
}

func (l *Linux) memory(tid, flag int) (*os.File, error) {
	f, err := os.OpenFile("/proc/"+strconv.Itoa(tid)+"/mem", flag, 0)
	if os.IsNotExist(err) || errors.Is(err, syscall.ESRCH) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, &Error{"open memory of", tid, err}
	}
	return f, nil
}

// WriteWord stores one machine word; it is the cheap way for the hot path.
func (l *Linux) WriteWord(tid int, addr, word uint64) error {
	return failed("write memory of", tid, request(syscall.PTRACE_POKEDATA, tid, uintptr(addr), uintptr(word)))
}
