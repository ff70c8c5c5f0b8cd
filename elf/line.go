package elf

import (
	"debug/dwarf"
)

// maxLines bounds how much debugging information is read of a file to find
// lines: it is read as a whole.
const maxLines = 1 << 30

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
	size := uint64(0)
	for _, s := range d.parsed.Sections {
		size += min(s.Size, maxLines) // when uncompressed
	}
	if !d.has(".debug_line") || size > maxLines {
		return nil, errNoDebug
	}
	return d.parsed.DWARF()
}
