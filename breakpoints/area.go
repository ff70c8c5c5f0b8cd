package breakpoints

import (
	"slices"

	"plait/arch"
)

// AreaSize is the size of an out-of-line area in bytes.
const AreaSize = 64 << 10

// areaSlots is how many instructions an area has room for.
const areaSlots = AreaSize / arch.MaxStep

// Areas are the out-of-line areas of one address space: memory that was mapped there for
// displaced instructions, each in a slot of arch.MaxStep bytes. A slot belongs to the
// owner of its instruction; the zero O owns nothing.
type Areas[O comparable] struct {
	all []*area[O]
}

type area[O comparable] struct {
	start  uint64
	owners []O      // by slot, for those that were ever used
	free   []uint64 // addresses of used slots without an owner
}

// Any reports whether there is an area.
func (a *Areas[O]) Any() bool { return len(a.all) > 0 }

// Add adds an area that was mapped at start.
func (a *Areas[O]) Add(start uint64) { a.all = append(a.all, &area[O]{start: start}) }

// Starts returns where the areas begin.
func (a *Areas[O]) Starts() (all []uint64) {
	for _, one := range a.all {
		all = append(all, one.start)
	}
	return all
}

// Vacant finds a slot without an owner in an area less than reach bytes from addr. It
// reports false if there is none.
func (a *Areas[O]) Vacant(addr, reach uint64) (at uint64, ok bool) {
	for _, one := range a.all {
		if near := addr-one.start < reach || one.start-addr < reach; near && !one.full() {
			return one.vacant(), true
		}
	}
	return 0, false
}

// Occupy gives the slot at an address that Vacant returned to owner.
func (a *Areas[O]) Occupy(at uint64, owner O) {
	for _, one := range a.all {
		if at-one.start < AreaSize {
			one.occupy(at, owner)
		}
	}
}

// Owner returns the owner of the slot that contains pc, the zero O if it has none, and
// the offset of pc in the slot. It reports false if no slot there was ever used.
func (a *Areas[O]) Owner(pc uint64) (owner O, off int, ok bool) {
	for _, one := range a.all {
		if n := (pc - one.start) / arch.MaxStep; pc >= one.start && n < uint64(len(one.owners)) {
			return one.owners[n], int((pc - one.start) % arch.MaxStep), true
		}
	}
	return owner, 0, false
}

// Vacate takes the slot at an address from its owner. An address in no area is ignored.
func (a *Areas[O]) Vacate(at uint64) {
	for _, one := range a.all {
		if n := (at - one.start) / arch.MaxStep; at >= one.start && n < uint64(len(one.owners)) {
			var nobody O
			one.owners[n] = nobody
			one.free = append(one.free, at)
		}
	}
}

// Clone returns the areas of a forked child. inChild returns the owner in the child that
// corresponds to one in the parent.
func (a *Areas[O]) Clone(inChild func(O) O) (c Areas[O]) {
	var nobody O
	for _, one := range a.all {
		copied := &area[O]{start: one.start, free: slices.Clone(one.free)}
		for _, o := range one.owners {
			if o != nobody {
				o = inChild(o)
			}
			copied.owners = append(copied.owners, o)
		}
		c.all = append(c.all, copied)
	}
	return c
}

// full reports whether every slot has an owner.
func (a *area[O]) full() bool { return len(a.owners) == areaSlots && len(a.free) == 0 }

// vacant is the address of a slot without an owner, in an area that is not full.
func (a *area[O]) vacant() uint64 {
	if n := len(a.free); n > 0 {
		return a.free[n-1]
	}
	return a.start + uint64(len(a.owners))*arch.MaxStep
}

func (a *area[O]) occupy(at uint64, owner O) {
	if n := len(a.free); n > 0 {
		a.free = a.free[:n-1]
		a.owners[(at-a.start)/arch.MaxStep] = owner
		return
	}
	a.owners = append(a.owners, owner)
}
