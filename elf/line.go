package elf

import (
	"debug/dwarf"
	"debug/elf"
	"errors"
	"path/filepath"
	"strings"
)

// debugRoot is where separate files with debugging information are (gdb(1),
// "Separate Debug Files").
const debugRoot = "/usr/lib/debug"

// maxDebug bounds how much debugging information is read of a file: it is read
// as a whole.
const maxDebug = 1 << 30

// Line returns the source file and line of the instruction at the link-time
// address addr; "" if there is no debugging information about it.
func (f *File) Line(addr uint64) (file string, line int) {
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
	var entry dwarf.LineEntry
	if lines.SeekPC(addr, &entry) != nil || entry.File == nil {
		return "", 0
	}
	return entry.File.Name, entry.Line
}

// errNoDebug says that a file has no debugging information, nor another for it.
var errNoDebug = errors.New("no debugging information")

// readDebugData reads the debugging information of the file, or of the separate
// one that its build ID leads to.
func (f *File) readDebugData() (*dwarf.Data, error) {
	for _, open := range []func() (*elf.File, error){f.openAgain, f.openSeparate} {
		file, err := open()
		if err != nil {
			continue
		}
		data := dwarfOf(file)
		file.Close()
		if data != nil {
			return data, nil
		}
	}
	return nil, errNoDebug
}

// dwarfOf reads the debugging information of one file, nil if it has none.
func dwarfOf(file *elf.File) *dwarf.Data {
	if file.Section(".debug_line") == nil {
		return nil
	}
	size := uint64(0)
	for _, s := range file.Sections {
		if strings.HasPrefix(s.Name, ".debug_") {
			size += s.Size // when uncompressed
		}
	}
	if size > maxDebug {
		return nil
	}
	data, err := file.DWARF()
	if err != nil {
		return nil
	}
	return data
}

func (f *File) openAgain() (*elf.File, error) { return elf.NewFile(f.r) }

func (f *File) openSeparate() (*elf.File, error) {
	if len(f.BuildID) < 4 {
		return nil, errNoDebug
	}
	return elf.Open(filepath.Join(debugRoot, ".build-id", f.BuildID[:2], f.BuildID[2:]+".debug"))
}
