package elf

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// maxDebugFrame is the most bytes of .debug_frame that are read.
const maxDebugFrame = 16 << 20

// A debugFrame is the contents of .debug_frame, which is for debuggers only (DWARF 5,
// section 6.4.1). It describes code that was built without .eh_frame: that of Go, and C
// compiled with -fno-asynchronous-unwind-tables.
type debugFrame struct {
	b    []byte
	fdes []debugFDE // sorted
}

// A debugFDE is the record of one function.
type debugFDE struct {
	Range
	cie   uint64 // offset of its CIE
	insns []byte
}

// debugCIE marks a CIE of .debug_frame. An FDE has the offset of its CIE in that place.
const debugCIE = 0xffffffff

// readDebugFrame reads .debug_frame from the object or else from its separate file.
func (f *File) readDebugFrame() *debugFrame {
	const name = ".debug_frame"
	d := &DebugFile{file: f, Size: int64(f.size)}
	if !f.Native() || !d.parse() {
		return &debugFrame{}
	}
	if !d.has(name) {
		other, err := f.OpenDebug()
		if err != nil {
			return &debugFrame{}
		}
		d = other
	}
	defer d.Close()
	r, size := d.Section(name)
	if r == nil || size <= 0 || size > maxDebugFrame {
		return &debugFrame{}
	}
	t := &debugFrame{b: make([]byte, size)}
	n, _ := r.ReadAt(t.b, 0)
	t.b = t.b[:n]
	t.index()
	return t
}

// index lists the FDEs:
//
//	length 4 | offset of the CIE 4 | start 8 | size 8 | instructions
func (d *debugFrame) index() {
	le := binary.LittleEndian
	for at := uint64(0); at+8 <= uint64(len(d.b)); {
		length, cie := uint64(le.Uint32(d.b[at:])), uint64(le.Uint32(d.b[at+4:]))
		end := at + 4 + length
		if length < 4 || end > uint64(len(d.b)) { // broken, or 64-bit DWARF, which no compiler writes
			break
		}
		if b := d.b[at+8 : end]; cie != debugCIE && len(b) >= 16 {
			start, size := le.Uint64(b), le.Uint64(b[8:])
			if size > 0 && size < 1<<40 {
				d.fdes = append(d.fdes, debugFDE{Range{start, start + size}, cie, b[16:]})
			}
		}
		at = end
	}
	slices.SortFunc(d.fdes, func(a, b debugFDE) int { return cmp.Compare(a.Start, b.Start) })
}

// find returns the call frame information of the function that contains addr.
func (d *debugFrame) find(addr uint64) (CallFrame, bool) {
	i, exact := slices.BinarySearchFunc(d.fdes, addr, func(d debugFDE, addr uint64) int { return cmp.Compare(d.Start, addr) })
	if !exact {
		i--
	}
	if i < 0 || !d.fdes[i].Contains(addr) {
		return CallFrame{}, false
	}
	frame := CallFrame{Range: d.fdes[i].Range, Insns: d.fdes[i].insns, PtrEncoding: encAbs}
	return frame, d.readCIE(&frame, d.fdes[i].cie)
}

// readCIE reads a CIE: version, augmentation, the sizes of addresses and segment selectors
// (since version 4), code and data alignment, return register.
func (d *debugFrame) readCIE(frame *CallFrame, at uint64) bool {
	if at+9 > uint64(len(d.b)) || binary.LittleEndian.Uint32(d.b[at+4:]) != debugCIE {
		return false
	}
	end := min(at+4+uint64(binary.LittleEndian.Uint32(d.b[at:])), uint64(len(d.b)))
	if end < at+9 {
		return false
	}
	c := cursor{b: d.b[at:end], pos: 8}
	version, _ := c.byte()
	if augmentation := bytes.IndexByte(c.b[c.pos:], 0); augmentation != 0 {
		return false // unknown augmentation
	}
	c.pos++
	if version >= 4 {
		if size, _ := c.byte(); size != 8 {
			return false
		}
		c.byte()
	}
	frame.CodeAlign, frame.DataAlign = c.uleb(), c.sleb()
	if version == 1 {
		reg, _ := c.byte()
		frame.ReturnReg = uint64(reg)
	} else {
		frame.ReturnReg = c.uleb()
	}
	frame.InitialInsns = c.b[min(c.pos, len(c.b)):]
	return true
}
