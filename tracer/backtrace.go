package tracer

import (
	"plait/elf"
	"plait/event"
	"plait/ptrace"
	"plait/unwind"
)

// A backtrace reads what is needed to find the callers of one tracee, at one
// stop. The mappings are read anew each time: not every change of them is seen.
type backtrace struct {
	t    *Tracer
	tr   *tracee
	maps []ptrace.Mapping
}

// backtrace lists the frames of a tracee that stands still, innermost first, at
// most limit. It is nil for a tracee of another machine mode.
func (t *Tracer) backtrace(tr *tracee, limit int) []event.Caller {
	native, err := t.loadRegs(tr)
	if err != nil || !native {
		return nil
	}
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		return nil
	}
	b := &backtrace{t, tr, maps}
	var frames []event.Caller
	unwind.Walk(b, unwind.Start(tr.regs.PC(), tr.regs.GPR), limit, func(r *unwind.Registers) bool {
		frames = append(frames, b.caller(r.PC()))
		return true
	})
	return frames
}

// callers is the backtrace of a library call: it begins with the caller, not with
// the stub that the call goes through.
func (t *Tracer) callers(tr *tracee, through *slot) []event.Caller {
	if through == nil || calls(through.Form) {
		return t.backtrace(tr, t.StackFrames)
	}
	frames := t.backtrace(tr, t.StackFrames+1)
	return frames[min(1, len(frames)):]
}

// Word implements unwind.Space.
func (b *backtrace) Word(addr uint64) (uint64, bool) {
	v, err := b.t.readWord(b.tr, addr)
	return v, err == nil
}

// Object implements unwind.Space.
func (b *backtrace) Object(addr uint64) (*elf.File, uint64) {
	f, m := b.file(addr)
	if f == nil {
		return nil, 0
	}
	return f.File, base(f, m)
}

// file is the file mapped at addr, nil if there is none that can be read.
func (b *backtrace) file(addr uint64) (*file, ptrace.Mapping) {
	i := mappingAt(b.maps, addr)
	if i < 0 || len(b.maps[i].Path) == 0 || b.maps[i].Path[0] != '/' {
		return nil, ptrace.Mapping{}
	}
	return b.t.mappedFile(b.tr, b.maps[i]), b.maps[i]
}

// maxBehind bounds how many mappings' files a space knows.
const maxBehind = 4096

// mappedFile is the file behind a mapping, nil if it can't be read. The mapping of
// one space is not looked at twice.
func (t *Tracer) mappedFile(tr *tracee, m ptrace.Mapping) *file {
	s := tr.space
	f, known := s.behind[m]
	if known {
		return f
	}
	if s.behind == nil || len(s.behind) >= maxBehind {
		s.behind = map[ptrace.Mapping]*file{}
	}
	f, err := t.open(t.Kernel.OpenMapped(tr.tid, m))
	if err != nil {
		f = nil
	}
	s.behind[m] = f
	return f
}

// base is what the link-time addresses of a file mapped at m are moved by.
func base(f *file, m ptrace.Mapping) uint64 {
	for _, s := range f.Segments {
		if s.Off <= m.Offset+uint64(m.End-m.Start)-1 && m.Offset < s.Off+s.Filesz && s.Executable() == m.Exec {
			return m.Start - m.Offset + s.Off - s.Vaddr
		}
	}
	return m.Start - m.Offset
}

// caller describes the frame that goes on at pc.
func (b *backtrace) caller(pc uint64) event.Caller {
	c := event.Caller{Addr: pc}
	i := mappingAt(b.maps, pc)
	if i < 0 {
		return c
	}
	m := b.maps[i]
	c.Object, c.File = m.Path, pc-m.Start+m.Offset
	f, _ := b.file(pc)
	if f == nil {
		return c
	}
	addr := pc - base(f, m)
	if s, ok := f.around(addr); ok {
		c.Symbol, c.Offset = s.Name, addr-s.Value
	}
	if b.t.StackSource {
		c.Source, c.Line = f.Line(addr)
	}
	return c
}
