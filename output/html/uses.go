package html

import "plait/event"

// A use is an address or a descriptor among the arguments or in the result of a call.
type use struct {
	number     uint64
	descriptor bool
	result     bool
	last       bool // the call gave it back: it freed the block, closed the descriptor
}

// Bounds of what counts as an address, and of the uses of one call.
const (
	minAddress = 1 << 12
	maxAddress = 1 << 48
	maxUses    = 16
)

// word returns the use as a number that the page can hold exactly.
func (u use) word() uint64 {
	w := u.number << 3
	if u.last {
		w |= 4
	}
	if u.descriptor {
		w |= 2
	}
	if u.result {
		w |= 1
	}
	return w
}

// usesOf returns what a call used.
func usesOf(r *event.Return) []use {
	u := uses{}
	for i := range r.Call.Args {
		a := &r.Call.Args[i]
		u.address(a.Addr)
		u.value(a.Value)
	}
	for i := range u.list {
		u.list[i].last = givesBack(r, u.list[i])
	}
	u.result = true
	u.value(r.Result)
	return u.list
}

// givesBack reports whether a call has freed or closed what it used.
func givesBack(r *event.Return, u use) bool {
	if u.descriptor {
		return r.Call.Name == "close" && !r.Call.Failed && r.Outcome == event.Returned
	}
	return r.Heap.Freed == u.number
}

type uses struct {
	list   []use
	result bool
}

func (u *uses) address(addr uint64) {
	if addr >= minAddress && addr < maxAddress {
		u.add(use{number: addr, result: u.result})
	}
}

func (u *uses) add(one use) {
	if len(u.list) >= maxUses {
		return
	}
	for _, has := range u.list {
		if has == one {
			return
		}
	}
	u.list = append(u.list, one)
}

// value adds what a value refers to. Of structs and arrays, the descriptors count: pipe(2)
// stores two.
func (u *uses) value(v event.Value) {
	switch v := v.(type) {
	case event.Pointer:
		u.address(v.Addr)
	case event.Unreadable:
		u.address(v.Addr)
	case event.Pointee:
		u.address(v.Addr)
	case event.Note:
		u.value(v.Value)
	case event.Change:
		u.value(v.After)
	case event.FD:
		if v.Num >= 0 && !v.Cwd {
			u.add(use{number: uint64(v.Num), descriptor: true, result: u.result})
		}
	case event.List:
		for _, item := range v.Items {
			if fd, ok := item.(event.FD); ok {
				u.value(fd)
			}
		}
	}
}
