package tracer

import (
	"plait/event"
	"plait/infer"
	"plait/syscalls"
)

// An errnoPlace is where the threads of a space have errno: what the C library's
// own __errno_location(3) would return.
type errnoPlace struct {
	objects int // how many there were when it was looked for
	base    uint64
	sum     infer.Sum
	known   bool
}

// maxErrno is the highest error number (MAX_ERRNO, linux/err.h).
const maxErrno = 4095

// noErrno stands for an errno that can't be read.
const noErrno = -1

// failure is why call f, which is over, failed, by the thread's errno; no number if
// that can't be told. What was there before is no reason, unless the function is known
// to set it.
func (t *Tracer) failure(tr *tracee, f *frame) (e event.Errno) {
	n := t.errno(tr)
	if n <= 0 || n > maxErrno || f.proto.MayKeepErrno && (f.errno == n || f.errno == noErrno) {
		return e
	}
	e.Num = n
	e.Name, e.Text = syscalls.Errno(n)
	return e
}

// errno is what the thread's errno is, or noErrno.
func (t *Tracer) errno(tr *tracee) int {
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
	p := &tr.space.errno
	if !p.known && p.objects != len(tr.space.objects) {
		*p = tr.space.findErrno()
	}
	if !p.known {
		return 0, false
	}
	addr := p.sum.Const
	if p.sum.Thread {
		addr += tr.regs.ThreadPointer()
	}
	for _, word := range p.sum.Words {
		v, err := t.readWord(tr, p.base+word)
		if err != nil {
			return 0, false
		}
		addr += v
	}
	return addr, true
}

// findErrno reads the code of __errno_location, of the object whose symbol the
// others find.
func (s *space) findErrno() errnoPlace {
	p := errnoPlace{objects: len(s.objects)}
	for _, o := range s.objects {
		if o.file == nil {
			continue
		}
		sym, ok := o.file.Lookup("__errno_location")
		if !ok || !sym.IsFunction() || sym.Value == 0 {
			continue
		}
		p.base = o.base
		p.sum, p.known = infer.Address(infer.Program{Code: o.file.Code}, sym.Value)
		return p
	}
	return p
}
