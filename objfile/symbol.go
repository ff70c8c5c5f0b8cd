package objfile

import (
	"strconv"

	"plait/background"
	"plait/elf"
)

// maxNames bounds the functions that are remembered of a file.
const maxNames = 1 << 12

// Symbol is the function that a link-time address lies in. It reports false if none is
// known.
func (f *File) Symbol(addr uint64) (elf.Symbol, bool) {
	s, known := f.names[addr]
	if !known {
		var ok bool
		s, ok = Read(f, func() elf.Symbol { s, _ := f.EnclosingFunction(addr); return s })
		if !ok {
			return s, false
		}
		if len(f.names) >= maxNames {
			clear(f.names)
		}
		f.names[addr] = s
	}
	return s, s.Name != ""
}

// A sourceLine is a line of a source file; the file is "" if it is not known.
type sourceLine struct {
	file string
	line int
}

// Line is where in the source a link-time address is, by debugging information;
// "" and 0 if that is not known.
func (f *File) Line(addr uint64) (source string, line int) {
	at, known := f.lines[addr]
	if known {
		return at.file, at.line
	}
	d := f.described()
	found := f.foundDebug(d)
	if found == nil {
		return "", 0
	}
	info := f.openDebug(found, d)
	if info == nil {
		return "", 0
	}
	at, ok := background.Do(f.in.work, func() (at sourceLine) { at.file, at.line = info.Line(addr); return at })
	if !ok {
		return "", 0
	}
	if len(f.lines) >= maxNames {
		clear(f.lines)
	}
	f.lines[addr] = at
	return at.file, at.line
}

// NameAt names a link-time address, "main" or "main+0x12"; it is empty if no function
// is known there.
func (f *File) NameAt(addr uint64) string {
	s, ok := f.Symbol(addr)
	if !ok {
		return ""
	}
	if off := addr - s.Value; off != 0 {
		return s.Name + "+0x" + strconv.FormatUint(off, 16)
	}
	return s.Name
}
