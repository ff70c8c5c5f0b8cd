//go:build linux

package ptrace

import (
	"encoding/binary"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxParts is how many parts one ReadParts may have.
const maxParts = 16

// Read fills b from the tracee's memory at addr. It returns how many bytes it read, and an error
// if that is fewer than len(b).
func (l *Linux) Read(tid int, addr uint64, b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, errno := readParts(tid, []Part{{addr, b}})
	if errno == syscall.EPERM || errno == syscall.ENOSYS {
		return l.readSlowly(tid, addr, b)
	}
	if errno != 0 {
		return 0, requestError("read memory of", tid, errno)
	}
	if n < len(b) {
		return n, &Error{"read memory of", tid, syscall.EFAULT}
	}
	return n, nil
}

// ReadParts fills up to 16 parts in one system call. It returns how many bytes it read, in all,
// before the first that could not be read.
func (l *Linux) ReadParts(tid int, parts []Part) (int, error) {
	n, errno := readParts(tid, parts)
	return n, requestError("read memory of", tid, errno)
}

// readSlowly reads through /proc/TID/mem, which also sees pages without read permission, or word
// by word if that file cannot be opened.
func (l *Linux) readSlowly(tid int, addr uint64, b []byte) (int, error) {
	fd, done, err := l.openProc(tid, "mem", unix.O_RDONLY)
	if err != nil {
		return l.peek(tid, addr, b)
	}
	defer done()
	n, err := unix.Pread(fd, b, int64(addr))
	if err != nil || n < len(b) {
		return max(n, 0), &Error{"read memory of", tid, syscall.EFAULT}
	}
	return n, nil
}

// Write copies b to the tracee's memory at addr, whatever the protection of the page is. Pages
// of a file become private copies. It returns how many bytes it wrote.
func (l *Linux) Write(tid int, addr uint64, b []byte) (int, error) {
	fd, done, err := l.openProc(tid, "mem", unix.O_WRONLY)
	if err != nil {
		return l.poke(tid, addr, b)
	}
	defer done()
	n, err := unix.Pwrite(fd, b, int64(addr))
	if err != nil || n < len(b) {
		return max(n, 0), &Error{"write memory of", tid, syscall.EFAULT}
	}
	return n, nil
}

const wordSize = 8

// peek reads a stopped tracee's memory word by word, which takes no descriptor and no /proc.
func (l *Linux) peek(tid int, addr uint64, b []byte) (int, error) {
	for n := 0; n < len(b); {
		at := addr + uint64(n)
		word, errno := peekWord(tid, at&^(wordSize-1))
		if errno != 0 {
			return n, requestError("read memory of", tid, errno)
		}
		n += copy(b[n:], word[at%wordSize:])
	}
	return len(b), nil
}

// poke writes word by word, as peek reads.
func (l *Linux) poke(tid int, addr uint64, b []byte) (int, error) {
	for n := 0; n < len(b); {
		at := addr + uint64(n)
		word, errno := peekWord(tid, at&^(wordSize-1))
		if errno != 0 {
			return n, requestError("write memory of", tid, errno)
		}
		moved := copy(word[at%wordSize:], b[n:])
		if err := l.pokeWord(tid, at&^(wordSize-1), binary.NativeEndian.Uint64(word[:])); err != nil {
			return n, err
		}
		n += moved
	}
	return len(b), nil
}

// Store writes one machine word as the tracee itself would: it fails where the tracee may not
// write, such as at the guard page of its stack.
func (l *Linux) Store(tid int, addr, word uint64) error {
	errno := writeWord(tid, addr, word)
	if errno == syscall.EPERM || errno == syscall.ENOSYS {
		return l.pokeWord(tid, addr, word)
	}
	return requestError("write memory of", tid, errno)
}

// pokeWord writes one machine word, whatever the protection of the page is.
func (l *Linux) pokeWord(tid int, addr, word uint64) error {
	return requestError("write memory of", tid, request(syscall.PTRACE_POKEDATA, tid, uintptr(addr), uintptr(word)))
}
