package tracer

import (
	"plait/callstack"
	"plait/event"
	"plait/objects"
	"plait/syscalls"
)

// maxErrno is the highest error number (MAX_ERRNO, linux/err.h).
const maxErrno = 4095

// noErrno stands for an errno that can't be read.
const noErrno = -1

// failure is why call f, which has ended, failed: the thread's errno, or no number if
// that can't be known. An errno that has not changed is no reason, unless the function
// always sets it.
func (t *Tracer) failure(tr *tracee, f *callstack.Frame) (e event.Errno) {
	n := t.errno(tr)
	if n <= 0 || n > maxErrno || f.Proto.MayKeepErrno && (f.Errno == n || f.Errno == noErrno) {
		return e
	}
	e.Num = n
	e.Name, e.Text = syscalls.Errno(n)
	return e
}

// errno is the thread's errno, or noErrno.
func (t *Tracer) errno(tr *tracee) int {
	if tr.record != nil {
		return tr.record.errno()
	}
	addr, ok := t.errnoAddr(tr)
	if !ok {
		return noErrno
	}
	word, err := t.readWord(tr, addr&^7) // two words of 4 bytes
	if err != nil {
		return noErrno
	}
	return int(int32(word >> (8 * (addr & 4))))
}

// errnoAddr is the address of the thread's errno.
func (t *Tracer) errnoAddr(tr *tracee) (uint64, bool) {
	return tr.space.errnoLocation().Address(tr.regs.ThreadPointer, func(addr uint64) (uint64, error) { return t.readWord(tr, addr) })
}

// errnoLocation is where the threads of a space have errno.
func (s *space) errnoLocation() *objects.ErrnoLocation {
	if s.errno.Stale(s.objects) {
		s.errno = s.objects.Errno()
	}
	return &s.errno
}
