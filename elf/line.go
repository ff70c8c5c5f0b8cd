package elf

import (
	"debug/dwarf"
	"debug/elf"
	"encoding/binary"
	"strings"
)

// maxLines bounds how much debugging information is read of a file to find
// lines: it is read as a whole.
const maxLines = 1 << 29

// Line returns the source file and line of the instruction at the link-time
// address addr; "" if there is no debugging information about it.
func (f *File) Line(addr uint64) (file string, line int) {
	defer func() {
		if recover() != nil { // debug/dwarf can't be sure of hostile data
			file, line = "", 0
		}
	}()
	data, err := f.debugData()
	if err != nil {
		return "", 0
	}
	r := data.Reader()
	unit, err := r.SeekPC(addr)
	if err != nil {
		return "", 0
	}
	lines, err := data.LineReader(unit)
	if err != nil || lines == nil {
		return "", 0
	}
	return find(lines, addr)
}

// find looks through the sequences of a unit, of which each is in order, but not one
// behind the other: functions that are seldom run, or in sections of their own, come
// in any.
func find(lines *dwarf.LineReader, addr uint64) (file string, line int) {
	var row, next dwarf.LineEntry
	for row.EndSequence = true; lines.Next(&next) == nil; row = next {
		if !row.EndSequence && row.Address <= addr && addr < next.Address && row.File != nil {
			return row.File.Name, row.Line
		}
	}
	return "", 0
}

// readDebugData reads the debugging information of the file, or of its separate
// one, as a whole.
func (f *File) readDebugData() (data *dwarf.Data, err error) {
	defer func() {
		if recover() != nil { // as in Line
			data, err = nil, errNoDebug
		}
	}()
	d, err := f.OpenDebug()
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if !d.has(".debug_line") || !d.readable() {
		return nil, errNoDebug
	}
	return d.parsed.DWARF()
}

// readable tells whether all of the debugging information may be read at once.
func (d *DebugFile) readable() bool {
	plain, inflated := uint64(0), uint64(0)
	for _, s := range d.parsed.Sections {
		if !strings.HasPrefix(s.Name, ".debug_") && !strings.HasPrefix(s.Name, ".zdebug_") || s.Type == elf.SHT_NOBITS {
			continue
		}
		switch {
		case s.Name[1] == 'z':
			inflated += min(d.sizeOld(s), maxLines+1)
		case isCompressed(s):
			inflated += min(s.Size, maxLines+1)
		case d.file.holds(s.Offset, s.Size):
			plain += s.Size
		default:
			return false
		}
	}
	return plain+inflated <= maxLines && inflated <= freeOfRatio+maxRatio*d.deflated()
}

// sizeOld is the size that a .zdebug section claims to have.
func (d *DebugFile) sizeOld(s *elf.Section) uint64 {
	var head [12]byte
	if n, _ := s.ReadAt(head[:], 0); n < len(head) {
		return 0
	}
	return binary.BigEndian.Uint64(head[4:])
}
