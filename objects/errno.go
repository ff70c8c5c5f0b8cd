package objects

import "plait/infer"

// An ErrnoPlace is where the threads of a space have errno: what the C library's
// own __errno_location(3) would return.
type ErrnoPlace struct {
	objects int // how many there were when it was looked for
	base    uint64
	sum     infer.Sum
	known   bool
}

// Stale tells whether errno was not found, and there are other objects now.
func (p *ErrnoPlace) Stale(l List) bool { return !p.known && p.objects != len(l) }

// Address is where a thread has errno: thread is its thread pointer, and word reads a word
// of its memory. It reports false if that is not known.
func (p *ErrnoPlace) Address(thread func() uint64, word func(addr uint64) (uint64, error)) (uint64, bool) {
	if !p.known {
		return 0, false
	}
	addr := p.sum.Const
	if p.sum.Thread {
		addr += thread()
	}
	for _, at := range p.sum.Words {
		v, err := word(p.base + at)
		if err != nil {
			return 0, false
		}
		addr += v
	}
	return addr, true
}

// Errno reads the code of __errno_location, of the object whose symbol the
// others find.
func (l List) Errno() ErrnoPlace {
	p := ErrnoPlace{objects: len(l)}
	for _, o := range l {
		if o.File == nil {
			continue
		}
		sym, ok := o.File.Lookup("__errno_location")
		if !ok || !sym.IsFunction() || sym.Value == 0 {
			continue
		}
		p.base = o.Base
		p.sum, p.known = infer.Address(infer.Program{Code: o.File.Code}, sym.Value)
		return p
	}
	return p
}
