package tracer

import (
	"strconv"

	"plait/elf"
)

// symbol names the function that addr lies in, "main" or "main+0x12"; it is
// empty if none is known.
func (t *Tracer) symbol(s *space, addr uint64) string {
	o := s.objectAt(addr)
	if o == nil || o.file == nil {
		return ""
	}
	return t.nameAt(o.file, addr-o.base)
}

// maxNames bounds the functions that are remembered of a file.
const maxNames = 1 << 12

// around is the function that a link-time address lies in.
func (t *Tracer) around(f *file, addr uint64) (elf.Symbol, bool) {
	s, known := f.names[addr]
	if !known {
		var ok bool
		s, ok = reading(t, f, func() elf.Symbol { s, _ := f.Around(addr); return s })
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

// line is where in the source a link-time address is, by debugging information.
func (t *Tracer) line(f *file, addr uint64) (source string, line int) {
	at, known := f.lines[addr]
	if known {
		return at.file, at.line
	}
	d := t.described(f)
	found := t.foundDebug(f, d)
	if found == nil {
		return "", 0
	}
	info := t.openDebug(found, d)
	if info == nil {
		return "", 0
	}
	at, ok := aside(t, func() (at sourceLine) { at.file, at.line = info.Line(addr); return at })
	if !ok {
		return "", 0
	}
	if len(f.lines) >= maxNames {
		clear(f.lines)
	}
	f.lines[addr] = at
	return at.file, at.line
}

// nameAt names a link-time address.
func (t *Tracer) nameAt(f *file, addr uint64) string {
	s, ok := t.around(f, addr)
	if !ok {
		return ""
	}
	if off := addr - s.Value; off != 0 {
		return s.Name + "+0x" + strconv.FormatUint(off, 16)
	}
	return s.Name
}
