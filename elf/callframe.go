package elf

import "encoding/binary"

// A CallFrame tells how to find the caller of a function (DWARF 5, section 6.4,
// as in .eh_frame: Linux Standard Base Core, "Exception Frames").
type CallFrame struct {
	Range             // of the function
	CodeAlign  uint64 // factor of advances
	DataAlign  int64  // factor of offsets
	ReturnReg  uint64 // DWARF number of the register that stands for the return address
	Signal     bool   // the frame is of a signal's handler: its "caller" was interrupted
	Initial    []byte // instructions of all functions of the CIE
	Program    []byte // instructions of this one
	ProgramAt  uint64 // address of Program, from which pointers in it may count
	PtrEncoded byte   // how pointers in it are encoded
}

// maxRecord bounds a record of .eh_frame.
const maxRecord = 1 << 16

// CallFrame returns the call frame information of the function that the
// link-time address addr is in.
func (f *File) CallFrame(addr uint64) (CallFrame, bool) {
	if frame, ok := f.mappedFrame(addr); ok {
		return frame, true
	}
	return f.debugFrame().find(addr)
}

// maxFrames bounds how many call frames are kept: a stack's functions come again and again.
const maxFrames = 256

// mappedFrame is CallFrame by .eh_frame.
func (f *File) mappedFrame(addr uint64) (CallFrame, bool) {
	t := f.unwind()
	at, ok := t.place(f, addr)
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
		t.keep(at, frame)
	}
	return frame, frame.Contains(addr)
}

// keep remembers the call frame whose record is at an address.
func (t *unwindTable) keep(at uint64, frame CallFrame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.frames == nil || len(t.frames) == maxFrames {
		t.frames = map[uint64]CallFrame{}
	}
	t.frames[at] = frame
}

// readFrame reads the record of a function and the common one.
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

// Pointer reads a pointer at the beginning of b, which is at addr; n is its size.
func (frame *CallFrame) Pointer(b []byte, addr uint64) (v uint64, n int, ok bool) {
	c := cursor{b: b, addr: addr}
	v, ok = c.pointer(frame.PtrEncoded)
	return v, c.pos, ok
}

// record reads a whole record of .eh_frame, its length included.
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

// readCIE reads what the functions of a CIE share; augmented says whether their
// records have augmentation data.
func (f *File) readCIE(frame *CallFrame, at uint64) (augmented, ok bool) {
	b, ok := f.record(at)
	if !ok || binary.LittleEndian.Uint32(b[4:]) != 0 {
		return false, false
	}
	frame.PtrEncoded = cieEncoding(cursor{b: b, pos: 8, addr: at})
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
	frame.Initial = b[c.pos:]
	return augmentation != "", frame.PtrEncoded != encOmit
}

// readFDE reads the record b of one function.
func (f *File) readFDE(frame *CallFrame, b []byte, at uint64, augmented bool) bool {
	c := cursor{b: b, pos: 8, addr: at}
	start, ok := c.pointer(frame.PtrEncoded)
	if !ok {
		return false
	}
	size, ok := c.pointer(frame.PtrEncoded & encFormat)
	if size = truncate(size, frame.PtrEncoded); !ok || size > 1<<40 {
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
	frame.Program, frame.ProgramAt = b[c.pos:], at+uint64(c.pos)
	return true
}

// uleb reads an unsigned LEB128 number; bits beyond 64 are lost.
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

// sleb reads a signed one.
func (c *cursor) sleb() int64 {
	from := c.pos
	v := c.uleb()
	if n := uint(c.pos-from) * 7; c.pos > from && n < 64 && c.b[c.pos-1]&0x40 != 0 {
		v |= ^uint64(0) << n
	}
	return int64(v)
}
