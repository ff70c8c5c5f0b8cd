package objects

import "plait/infer"

// An ErrnoLocation says where the threads of an address space have errno: it is what the C
// library's __errno_location(3) would return.
type ErrnoLocation struct {
	objects int // length of the List that was searched
	base    uint64
	sum     infer.Sum
	known   bool
}

// Stale reports whether a new search may succeed: errno was not found, and the objects have
// changed since.
func (e *ErrnoLocation) Stale(l List) bool { return !e.known && e.objects != len(l) }

// Address returns the address of a thread's errno. thread returns its thread pointer, and
// word reads a word of its memory. Address returns false if it is not known, or if word
// fails.
func (e *ErrnoLocation) Address(thread func() uint64, word func(addr uint64) (uint64, error)) (uint64, bool) {
	if !e.known {
		return 0, false
	}
	addr := e.sum.Const
	if e.sum.Thread {
		addr += thread()
	}
	for _, at := range e.sum.Words {
		v, err := word(e.base + at)
		if err != nil {
			return 0, false
		}
		addr += v
	}
	return addr, true
}

// Offset returns where errno is from the thread pointer, in bytes, if that is the same for
// all threads. word reads a word of memory.
func (e *ErrnoLocation) Offset(word func(addr uint64) (uint64, error)) (int64, bool) {
	if !e.sum.Thread {
		return 0, false
	}
	at, ok := e.Address(func() uint64 { return 0 }, word)
	return int64(at), ok
}

// Errno finds errno by the code of __errno_location, in the first object that defines it:
// the one whose symbol the dynamic loader binds.
func (l List) Errno() ErrnoLocation {
	e := ErrnoLocation{objects: len(l)}
	for _, o := range l {
		if o.File == nil {
			continue
		}
		sym, ok := o.File.Lookup("__errno_location")
		if !ok || !sym.IsFunction() || sym.Value == 0 {
			continue
		}
		e.base = o.Base
		e.sum, e.known = infer.Address(infer.Program{Code: o.File.Code}, sym.Value)
		return e
	}
	return e
}
