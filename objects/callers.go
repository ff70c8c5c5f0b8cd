package objects

import (
	"errors"

	"plait/elf"
	"plait/event"
	"plait/objfile"
	"plait/ptrace"
	"plait/unwind"
)

// Files are the files of an address space's mappings. Each is opened once. The zero Files has
// opened none.
type Files struct {
	known map[ptrace.Mapping]*objfile.File // nil: it can't be read
}

// maxFiles bounds how many are remembered.
const maxFiles = 4096

// of is the file of a mapping, nil if it can't be read. open opens it; it is asked again if it was
// interrupted.
func (f *Files) of(m ptrace.Mapping, open func(ptrace.Mapping) (*objfile.File, error)) *objfile.File {
	file, known := f.known[m]
	if known {
		return file
	}
	if f.known == nil || len(f.known) >= maxFiles {
		f.known = map[ptrace.Mapping]*objfile.File{}
	}
	file, err := open(m)
	if errors.Is(err, objfile.ErrInterrupted) {
		return nil
	}
	if err != nil {
		file = nil
	}
	f.known[m] = file
	return file
}

// A Walk is what is needed to find the callers of one stopped thread. Its mappings are those of
// now, because not every change of them is seen.
type Walk struct {
	unwind.Cache
	Maps  []ptrace.Mapping
	Files *Files
	Open  func(ptrace.Mapping) (*objfile.File, error)
	Lines bool        // with source files and lines
	Stop  func() bool // asked after each frame whether it is enough
}

// Callers lists at most n frames, from the innermost, r, outwards.
func (w *Walk) Callers(r unwind.Registers, n int) (frames []event.Caller) {
	unwind.Walk(w, r, n, func(r *unwind.Registers) bool {
		frames = append(frames, w.caller(r))
		return !w.Stop()
	})
	return frames
}

// Object implements unwind.Space.
func (w *Walk) Object(addr uint64) (*elf.File, uint64) {
	f, m := w.file(addr)
	if f == nil || !f.Unwindable() {
		return nil, 0
	}
	return f.File, base(f, m)
}

// Executable implements unwind.Space.
func (w *Walk) Executable(addr uint64) bool {
	i := MappingAt(w.Maps, addr)
	return i >= 0 && w.Maps[i].Exec
}

// file is the file mapped at addr, nil if there is none that can be read.
func (w *Walk) file(addr uint64) (*objfile.File, ptrace.Mapping) {
	i := MappingAt(w.Maps, addr)
	if i < 0 || len(w.Maps[i].Path) == 0 || w.Maps[i].Path[0] != '/' {
		return nil, ptrace.Mapping{}
	}
	return w.Files.of(w.Maps[i], w.Open), w.Maps[i]
}

// base is the difference between run-time and link-time addresses of a file mapped at m.
func base(f *objfile.File, m ptrace.Mapping) uint64 {
	for _, s := range f.Segments {
		if s.Off <= m.Offset+uint64(m.End-m.Start)-1 && m.Offset < s.Off+s.Filesz && s.Executable() == m.Exec {
			return m.Start - m.Offset + s.Off - s.Vaddr
		}
	}
	return m.Start - m.Offset
}

// caller describes a frame by the instruction that it is in. The offset is that of where
// it will continue.
func (w *Walk) caller(r *unwind.Registers) event.Caller {
	pc, at := r.PC(), r.At()
	c := event.Caller{Addr: pc}
	i := MappingAt(w.Maps, at)
	if i < 0 {
		return c
	}
	m := w.Maps[i]
	c.Object, c.File = m.Path, pc-m.Start+m.Offset
	f, _ := w.file(at)
	if f == nil {
		return c
	}
	addr := at - base(f, m)
	if s, ok := f.Symbol(addr); ok {
		c.Symbol, c.Offset = s.Name, addr-s.Value+pc-at
	}
	if w.Lines {
		c.Source, c.Line = f.Line(addr)
	}
	return c
}
