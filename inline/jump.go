package inline

import (
	"encoding/binary"
	"errors"
	"sort"

	"plait/arch"
)

// A Jump is what replaces bytes of the program, so that it comes to code of ours.
type Jump struct {
	Addr   uint64
	Bytes  []byte // all within one instruction of the program
	Relies int    // so many bytes behind Bytes must stay what they are
	To     uint64
}

func (j Jump) span() (lo, hi uint64) {
	return j.Addr, j.Addr + uint64(len(j.Bytes)+j.Relies)
}

// Machine code of jumps (Intel SDM vol. 2, "JMP", "CALL", 2.1.1).
const (
	jumpOp    = 0xe9
	callOp    = 0xe8
	jumpSize  = 5
	noMeaning = 0x67 // as a prefix of a direct jump or call
)

// SlotJump returns what replaces the instruction of a slot at site, which is at the beginning
// of own, so that it comes to c. A call remains a call of the same length.
func SlotJump(site uint64, own []byte, c *Code) (Jump, error) {
	s, ok := slotOf(site, own)
	if !ok {
		return Jump{}, errSite
	}
	j := Jump{Addr: site, To: c.Entry}
	if s.call {
		for range s.size - jumpSize {
			j.Bytes = append(j.Bytes, noMeaning)
		}
		j.Bytes = append(j.Bytes, callOp)
	} else {
		j.Bytes = append(j.Bytes, jumpOp)
	}
	d := int64(c.Entry - site - uint64(len(j.Bytes)) - 4)
	if !isOffset(d) {
		return Jump{}, errReach
	}
	j.Bytes = binary.LittleEndian.AppendUint32(j.Bytes, uint32(d))
	return j, nil
}

// A Range is the addresses [Lo, Hi).
type Range struct{ Lo, Hi uint64 }

// Room is where code can be: Held is free memory that is mapped for code already, Gaps is
// where nothing is mapped. Both are sorted and do not overlap.
type Room struct{ Held, Gaps []Range }

// A Place is where code was found to fit.
type Place struct {
	Range
	Mapped bool // it is in Room.Held
}

// ErrNoJump means that no jump leads from an instruction to where code can be.
var ErrNoJump = errors.New("no jump leads to free memory")

// Find returns a jump that fits into the first instruction at site, and where it leads: the
// code has size bytes, its entry is that many bytes from its begin. own has the program's
// bytes at site, 15 if there are as many.
//
// A jump has five bytes. If the instruction has fewer, those behind it are part of the jump as
// they are (a punned jump); prefixes without a meaning shift it, which gives other places.
func Find(site uint64, own []byte, room Room, size, entry int) (Jump, Place, error) {
	n, ok := arch.AMD64.Length(own)
	if !ok {
		return Jump{}, Place{}, ErrNoJump
	}
	for _, kind := range []struct {
		ranges []Range
		mapped bool
	}{{room.Held, true}, {room.Gaps, false}} {
		for shift := range min(n, maxShift+1) {
			w, ok := windowOf(site, own, n, shift)
			if !ok {
				continue
			}
			if to, ok := fit(w, kind.ranges, uint64(entry), uint64(size-entry)); ok {
				begin := to - uint64(entry)
				return w.jump(to), Place{Range{begin, begin + uint64(size)}, kind.mapped}, nil
			}
		}
	}
	return Jump{}, Place{}, ErrNoJump
}

// FindByte is Find for a jump that changes one byte only, whatever the instruction is. It can be
// planted by one write while threads run.
func FindByte(site uint64, own []byte, room Room, size, entry int) (Jump, Place, error) {
	w, ok := windowOf(site, own, 1, 0)
	for _, ranges := range [][]Range{room.Held, room.Gaps} {
		if to, fits := fit(w, ranges, uint64(entry), uint64(size-entry)); ok && fits {
			begin := to - uint64(entry)
			return w.jump(to), Place{Range{begin, begin + uint64(size)}, false}, nil
		}
	}
	return Jump{}, Place{}, ErrNoJump
}

// maxShift is how many prefixes are tried. An instruction of five bytes or more needs none.
const maxShift = 4

// A window is what a jump with so many prefixes can reach: the addresses [lo, hi].
type window struct {
	site   uint64
	shift  int // prefixes
	size   int // bytes of the instruction
	lo, hi uint64
}

// windowOf returns the window of a jump behind shift prefixes. It reports false if there is
// none.
func windowOf(site uint64, own []byte, size, shift int) (window, bool) {
	if shift > 0 && size >= jumpSize || len(own) < shift+jumpSize {
		return window{}, false
	}
	from := int64(site) + int64(shift+jumpSize)
	w := window{site: site, shift: shift, size: size}
	free := min(size-shift-1, 4)
	if free == 4 {
		w.lo, w.hi = reach(from)
		return w, true
	}
	fixed := int64(int32(binary.LittleEndian.Uint32(own[shift+1:]) &^ (1<<(8*free) - 1)))
	lo := from + fixed
	hi := lo + 1<<(8*free) - 1
	if lo < 0 || uint64(hi)>>arch.AMD64.AddrBits != 0 {
		return window{}, false
	}
	w.lo, w.hi = uint64(lo), uint64(hi)
	return w, true
}

// reach returns what code can be used by an instruction that was at from, so that its operands
// are within reach of the code, too.
func reach(from int64) (lo, hi uint64) {
	far := int64(arch.AMD64.Reach) - pageSize
	return uint64(max(from-far, 0)), uint64(from + far)
}

// jump returns the jump to an address in the window.
func (w window) jump(to uint64) Jump {
	var b []byte
	for range w.shift {
		b = append(b, noMeaning)
	}
	b = append(b, jumpOp)
	b = binary.LittleEndian.AppendUint32(b, uint32(to-w.site-uint64(w.shift)-jumpSize))
	n := min(w.size, len(b))
	return Jump{Addr: w.site, Bytes: b[:n:n], Relies: len(b) - n, To: to}
}

// fit returns the lowest address in a window that has before and after bytes of one range
// around it; if it can, one where the code begins with a page.
func fit(w window, ranges []Range, before, after uint64) (to uint64, ok bool) {
	i := sort.Search(len(ranges), func(i int) bool { return ranges[i].Hi > w.lo })
	for ; i < len(ranges) && ranges[i].Lo <= w.hi; i++ {
		r := ranges[i]
		if r.Hi-r.Lo < before+after {
			continue
		}
		lo, hi := max(w.lo, r.Lo+before), min(w.hi, r.Hi-after)
		if lo > hi {
			continue
		}
		if page := (lo-before+pageSize-1)/pageSize*pageSize + before; page <= hi && (lo-before)/pageSize != (lo+after-1)/pageSize {
			return page, true
		}
		return lo, true
	}
	return 0, false
}
