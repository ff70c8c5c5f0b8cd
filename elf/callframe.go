package elf

import "encoding/binary"

// A CallFrame tells how to find the caller of a function (DWARF 5, section 6.4,
// as in .eh_frame: Linux Standard Base Core, "Exception Frames").
type CallFrame struct {
	Range               // the function
	CodeAlign    uint64 // factor of advances
	DataAlign    int64  // factor of offsets
	ReturnReg    uint64 // DWARF number of the register that stands for the return address
	Signal       bool   // a signal frame: its "caller" was interrupted
	InitialInsns []byte // call frame instructions of the CIE
	Insns        []byte // call frame instructions of this function
	InsnsAt      uint64 // address of Insns; pointers in it may be relative to theirs
	PtrEncoding  byte   // how pointers in Insns are encoded
}

// maxRecord is the most bytes of a record of .eh_frame.
const maxRecord = 1 << 16

// CallFrame returns the call frame information of the function that contains the
// link-time address addr, from .eh_frame or else from .debug_frame. It reports false if
// there is none.
func (f *File) CallFrame(addr uint64) (CallFrame, bool) {
	if frame, ok := f.mappedFrame(addr); ok {
		return frame, true
	}
	return f.debugFrame().find(addr)
}

// maxCachedFrames bounds the cache of call frames: the same functions are looked up again
// and again.
const maxCachedFrames = 256

// mappedFrame is CallFrame for .eh_frame.
func (f *File) mappedFrame(addr uint64) (CallFrame, bool) {
	t := f.unwind()
	at, ok := t.recordOf(f, addr)
	if !ok {
		return CallFrame{}, false
	}
	t.mu.Lock()
	frame, known := t.frames[at]
	t.mu.Unlock()
	if !known {
		if frame, ok = f.readFrame(at); !ok {
			return CallFrame{}, false
		}
		t.cache(at, frame)
	}
	return frame, frame.Contains(addr)
}

// cache caches the call frame whose record is at an address. A full cache is emptied.
func (t *unwindTable) cache(at uint64, frame CallFrame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.frames == nil || len(t.frames) == maxCachedFrames {
		t.frames = map[uint64]CallFrame{}
	}
	t.frames[at] = frame
}

// readFrame reads the FDE at an address and its CIE.
func (f *File) readFrame(at uint64) (frame CallFrame, ok bool) {
	b, ok := f.record(at)
	if !ok {
		return frame, false
	}
	back := uint64(binary.LittleEndian.Uint32(b[4:]))
	if back == 0 || back > at+4 {
		return frame, false
	}
	augmented, ok := f.readCIE(&frame, at+4-back)
	return frame, ok && f.readFDE(&frame, b, at, augmented)
}

// Pointer decodes the pointer at the beginning of b, whose address is addr, and returns
// it and its size in bytes.
func (cf *CallFrame) Pointer(b []byte, addr uint64) (v uint64, n int, ok bool) {
	c := cursor{b: b, addr: addr}
	v, ok = c.pointer(cf.PtrEncoding)
	return v, c.pos, ok
}

// record reads a whole record of .eh_frame, including its length field.
func (f *File) record(at uint64) ([]byte, bool) {
	head := f.readUpTo(at, 8)
	if len(head) < 8 {
		return nil, false
	}
	length := uint64(binary.LittleEndian.Uint32(head))
	if length < 4 || length > maxRecord {
		return nil, false
	}
	b := f.readUpTo(at, 4+length)
	return b, uint64(len(b)) == 4+length
}

// readCIE reads the fields of a CIE. augmented reports whether its FDEs have augmentation
// data.
func (f *File) readCIE(frame *CallFrame, at uint64) (augmented, ok bool) {
	b, ok := f.record(at)
	if !ok || binary.LittleEndian.Uint32(b[4:]) != 0 {
		return false, false
	}
	frame.PtrEncoding = cieEncoding(cursor{b: b, pos: 8, addr: at})
	c := cursor{b: b, pos: 8, addr: at}
	version, _ := c.byte()
	augmentation := c.string()
	frame.CodeAlign = c.uleb()
	frame.DataAlign = c.sleb()
	if version == 1 {
		reg, _ := c.byte()
		frame.ReturnReg = uint64(reg)
	} else {
		frame.ReturnReg = c.uleb()
	}
	if augmentation != "" {
		size := c.uleb()
		if size > uint64(len(b)-c.pos) {
			return false, false
		}
		c.pos += int(size)
	}
	for _, letter := range augmentation {
		frame.Signal = frame.Signal || letter == 'S'
	}
	frame.InitialInsns = b[c.pos:]
	return augmentation != "", frame.PtrEncoding != encOmit
}

// readFDE reads the FDE b.
func (f *File) readFDE(frame *CallFrame, b []byte, at uint64, augmented bool) bool {
	c := cursor{b: b, pos: 8, addr: at}
	start, ok := c.pointer(frame.PtrEncoding)
	if !ok {
		return false
	}
	size, ok := c.pointer(frame.PtrEncoding & encFormat)
	if size = truncate(size, frame.PtrEncoding); !ok || size > 1<<40 {
		return false
	}
	frame.Range = Range{start, start + size}
	if augmented {
		n := c.uleb()
		if n > uint64(len(b)-c.pos) {
			return false
		}
		c.pos += int(n)
	}
	frame.Insns, frame.InsnsAt = b[c.pos:], at+uint64(c.pos)
	return true
}

// uleb reads an unsigned LEB128 number. It drops bits beyond 64.
func (c *cursor) uleb() (v uint64) {
	for shift := uint(0); ; shift += 7 {
		b, ok := c.byte()
		if !ok {
			return v
		}
		if shift < 64 {
			v |= uint64(b&0x7f) << shift
		}
		if b&0x80 == 0 {
			return v
		}
	}
}

// sleb reads a signed LEB128 number.
func (c *cursor) sleb() int64 {
	from := c.pos
	v := c.uleb()
	if n := uint(c.pos-from) * 7; c.pos > from && n < 64 && c.b[c.pos-1]&0x40 != 0 {
		v |= ^uint64(0) << n
	}
	return int64(v)
}
