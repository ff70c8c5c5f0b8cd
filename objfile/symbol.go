package objfile

import (
	"strconv"

	"plait/background"
	"plait/elf"
)

// maxNames bounds the number of addresses in a file whose symbols are cached.
const maxNames = 1 << 12

// Symbol returns the function around a link-time address. It returns false if there is none,
// or if plait was interrupted.
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

// A sourceLine is a line of a source file, which is "" if unknown.
type sourceLine struct {
	file string
	line int
}

// Line returns the source file and line of a link-time address, by debugging information,
// or "" and 0 if they are not known (yet).
func (f *File) Line(addr uint64) (source string, line int) {
	at, known := f.lines[addr]
	if known {
		return at.file, at.line
	}
	d := f.describe()
	found := f.debugFile(d)
	if found == nil {
		return "", 0
	}
	info := f.debugInfo(found, d)
	if info == nil {
		return "", 0
	}
	at, ok := background.Do(f.files.work, func() (at sourceLine) { at.file, at.line = info.Line(addr); return at })
	if !ok {
		return "", 0
	}
	if len(f.lines) >= maxNames {
		clear(f.lines)
	}
	f.lines[addr] = at
	return at.file, at.line
}

// NameAt returns a name for a link-time address, "main" or "main+0x12", or "" if there is
// no function around it.
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
