package elf

import (
	"encoding/binary"
	"slices"
	"sort"
	"sync"
)

// Pointer encodings (Linux Standard Base Core, "DWARF Exception Header Encoding").
const (
	encAbs     = 0x00
	encUdata2  = 0x02
	encUdata4  = 0x03
	encUdata8  = 0x04
	encSdata2  = 0x0a
	encSdata4  = 0x0b
	encSdata8  = 0x0c
	encFormat  = 0x0f
	encPCRel   = 0x10
	encDataRel = 0x30
	encApply   = 0x70
	encOmit    = 0xff
)

// An unwindTable knows where functions begin and end. The sorted table of .eh_frame_hdr
// gives only the start and the FDE of each function; ends are read from .eh_frame on
// demand. Without that table the whole .eh_frame is read at once.
type unwindTable struct {
	base   uint64  // address that pairs are relative to
	pairs  []byte  // pairs of signed 32-bit words: function start, its FDE
	ranges []Range // sorted; used if pairs is nil
	// records has the address of the FDE of each of ranges, by start.
	records map[uint64]uint64

	mu     sync.Mutex
	cies   map[uint64]byte      // pointer encoding by the address of the CIE
	frames map[uint64]CallFrame // cache, by the address of the FDE
	view   []byte               // part of .eh_frame
	at     uint64               // its address
}

// readUnwind reads .eh_frame_hdr: version 1, three encodings, the address of .eh_frame,
// the number of pairs, and the pairs.
func (f *File) readUnwind() *unwindTable {
	t := &unwindTable{base: f.ehFrame.Start, cies: map[uint64]byte{}, records: map[uint64]uint64{}}
	if !f.Native() {
		return t
	}
	head := f.readUpTo(f.ehFrame.Start, min(f.ehFrame.End-f.ehFrame.Start, 32))
	frame := f.ehFrameSection()
	if len(head) >= 4 && head[0] == 1 {
		c := cursor{b: head, pos: 4, addr: f.ehFrame.Start, data: f.ehFrame.Start}
		if at, ok := c.pointer(head[1]); ok {
			frame.Start = at
		}
		count, ok := c.pointer(head[2])
		if size := f.ehFrame.End - f.ehFrame.Start - uint64(c.pos); ok && head[3] == encDataRel|encSdata4 {
			t.pairs = f.readUpTo(f.ehFrame.Start+uint64(c.pos), min(size, saturate(count, 8)))
			t.pairs = t.pairs[:len(t.pairs)&^7]
		}
	}
	if len(t.pairs) == 0 || !t.sorted() {
		t.pairs = nil
		t.ranges = t.readAll(f, frame)
	}
	return t
}

// saturate returns n*by, but at most maxTable.
func saturate(n, by uint64) uint64 {
	if n > maxTable/by {
		return maxTable
	}
	return n * by
}

// ehFrameSection finds .eh_frame by the section headers.
func (f *File) ehFrameSection() Range {
	for _, s := range f.sections() {
		if s.name == ".eh_frame" {
			return Range{s.addr, s.addr + s.size}
		}
	}
	return Range{}
}

// pair returns the addresses of the i-th function and of its FDE.
func (t *unwindTable) pair(i int) (start, fde uint64) {
	b := t.pairs[8*i:]
	return t.base + uint64(int64(int32(binary.LittleEndian.Uint32(b)))),
		t.base + uint64(int64(int32(binary.LittleEndian.Uint32(b[4:]))))
}

func (t *unwindTable) sorted() bool {
	last := uint64(0)
	for i := range len(t.pairs) / 8 {
		start, _ := t.pair(i)
		if start < last {
			return false
		}
		last = start
	}
	return true
}

// find returns the range of the function that contains addr.
func (t *unwindTable) find(f *File, addr uint64) (Range, bool) {
	if t.pairs == nil {
		return findRange(t.ranges, addr)
	}
	i := t.lastBefore(addr)
	if i < 0 {
		return Range{}, false
	}
	start, fde := t.pair(i)
	t.mu.Lock()
	defer t.mu.Unlock()
	r, _, ok := t.fde(f, fde)
	return r, ok && r.Start == start && r.Contains(addr)
}

// lastBefore returns the index of the last pair that starts at or before addr, or -1.
func (t *unwindTable) lastBefore(addr uint64) int {
	return sort.Search(len(t.pairs)/8, func(i int) bool { start, _ := t.pair(i); return start > addr }) - 1
}

// recordOf returns the address of the FDE that may describe the function at addr.
func (t *unwindTable) recordOf(f *File, addr uint64) (uint64, bool) {
	if t.pairs == nil {
		r, ok := findRange(t.ranges, addr)
		return t.records[r.Start], ok
	}
	i := t.lastBefore(addr)
	if i < 0 {
		return 0, false
	}
	_, fde := t.pair(i)
	return fde, true
}

// readAll reads .eh_frame up to its terminator or the end of the section or segment.
func (t *unwindTable) readAll(f *File, frame Range) []Range {
	var all []Range
	for at := frame.Start; at != 0 && (frame.End <= frame.Start || at < frame.End); {
		r, next, ok := t.fde(f, at)
		if next <= at {
			break
		}
		if ok {
			all = append(all, r)
			t.records[r.Start] = at
		}
		at = next
	}
	slices.SortFunc(all, func(a, b Range) int {
		if a.Start < b.Start {
			return -1
		}
		return 1
	})
	return slices.CompactFunc(all, func(a, b Range) bool { return a.Start == b.Start })
}

// bytes returns n bytes of .eh_frame at addr, or fewer if there are no more. It reads a
// new block only if the last one does not have them.
func (t *unwindTable) bytes(f *File, addr, n uint64) []byte {
	const block = 1 << 12 // records of adjacent functions need not be adjacent
	if addr < t.at || addr-t.at+n > uint64(len(t.view)) {
		t.view, t.at = f.readUpTo(addr, max(n, block)), addr
	}
	rest := t.view[min(addr-t.at, uint64(len(t.view))):]
	return rest[:min(n, uint64(len(rest)))]
}

// fde reads the record at addr. next is the address of the next one, 0 at the end. ok is
// false if the record is a CIE or broken.
//
//	length 4 | distance back to the CIE 4 | start | size | ...
func (t *unwindTable) fde(f *File, addr uint64) (r Range, next uint64, ok bool) {
	b := t.bytes(f, addr, 32)
	if len(b) < 8 {
		return r, 0, false
	}
	length, back := uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[4:]))
	if length == 0 || length >= 0xfffffff0 { // the end, or 64-bit DWARF, which no linker writes here
		return r, 0, false
	}
	next = addr + 4 + length
	if back == 0 || back > addr+4 {
		return r, next, false
	}
	c := cursor{b: b[:min(4+length, uint64(len(b)))], pos: 8, addr: addr}
	enc := t.encoding(f, addr+4-back)
	if r.Start, ok = c.pointer(enc); !ok {
		return r, next, false
	}
	size, ok := c.pointer(enc & encFormat)
	if size = truncate(size, enc); size > 1<<40 {
		return r, next, false
	}
	r.End = r.Start + size
	return r, next, ok && r.End > r.Start
}

// truncate undoes the sign extension of a size: only pointers are signed.
func truncate(size uint64, enc byte) uint64 {
	switch enc & encFormat {
	case encSdata2:
		return size & 0xffff
	case encSdata4:
		return size & 0xffffffff
	}
	return size
}

// encoding returns the pointer encoding of the FDEs of the CIE at addr.
func (t *unwindTable) encoding(f *File, addr uint64) byte {
	if enc, ok := t.cies[addr]; ok {
		return enc
	}
	b := f.readUpTo(addr, 128)
	enc := byte(encOmit)
	if len(b) > 9 && binary.LittleEndian.Uint32(b[4:]) == 0 {
		enc = cieEncoding(cursor{b: b, pos: 8, addr: addr})
	}
	if len(t.cies) < 1<<12 {
		t.cies[addr] = enc
	}
	return enc
}

// cieEncoding returns the pointer encoding of a CIE, read from its version on: version,
// augmentation string, code and data alignment, return register, augmentation data.
func cieEncoding(c cursor) byte {
	version, ok := c.byte()
	if !ok || version != 1 && version != 3 {
		return encOmit
	}
	augmentation := c.string()
	c.uleb()
	c.uleb()
	if version == 1 {
		c.byte()
	} else {
		c.uleb()
	}
	if augmentation == "" {
		return encAbs
	}
	if augmentation[0] != 'z' {
		return encOmit
	}
	c.uleb()
	return encodingOf(&c, augmentation[1:])
}

func encodingOf(c *cursor, augmentation string) byte {
	for _, letter := range augmentation {
		switch letter {
		case 'R':
			if enc, ok := c.byte(); ok {
				return enc
			}
			return encOmit
		case 'P':
			enc, _ := c.byte()
			c.pointer(enc &^ 0x80)
		case 'L':
			c.byte()
		case 'S', 'B':
		default:
			return encOmit
		}
	}
	return encAbs
}

// A cursor reads the parts of unwind records. Every read checks for the end.
type cursor struct {
	b    []byte
	pos  int
	addr uint64 // of b[0]
	data uint64 // base of data-relative pointers
}

func (c *cursor) byte() (byte, bool) {
	if c.pos >= len(c.b) {
		return 0, false
	}
	c.pos++
	return c.b[c.pos-1], true
}

func (c *cursor) string() string {
	from := c.pos
	for {
		b, ok := c.byte()
		if !ok {
			return ""
		}
		if b == 0 {
			return string(c.b[from : c.pos-1])
		}
	}
}

// pointer reads a pointer with the encoding enc.
func (c *cursor) pointer(enc byte) (uint64, bool) {
	size := [16]int{encAbs: 8, encUdata2: 2, encUdata4: 4, encUdata8: 8, encSdata2: 2, encSdata4: 4, encSdata8: 8}[enc&encFormat]
	if enc == encOmit || enc&0x80 != 0 || size == 0 || len(c.b)-c.pos < size {
		return 0, false
	}
	from := c.addr + uint64(c.pos)
	v := c.number(enc&encFormat, size)
	switch enc & encApply {
	case 0:
		return v, true
	case encPCRel:
		return from + v, true
	case encDataRel:
		return c.data + v, true
	}
	return 0, false
}

func (c *cursor) number(format byte, size int) uint64 {
	b := c.b[c.pos:]
	c.pos += size
	le := binary.LittleEndian
	switch format {
	case encUdata2:
		return uint64(le.Uint16(b))
	case encUdata4:
		return uint64(le.Uint32(b))
	case encSdata2:
		return uint64(int64(int16(le.Uint16(b))))
	case encSdata4:
		return uint64(int64(int32(le.Uint32(b))))
	}
	return le.Uint64(b)
}
