package tracer

import (
	"errors"

	"plait/elf"
	"plait/event"
	"plait/objects"
	"plait/objfile"
	"plait/ptrace"
	"plait/unwind"
)

// A backtrace reads what is needed to find the callers of one stopped tracee. It reads
// the mappings anew each time, because not every change of them is seen.
type backtrace struct {
	unwind.Cache
	t    *Tracer
	tr   *tracee
	maps []ptrace.Mapping
}

// signalled is the backtrace of a tracee that stopped with a signal.
func (t *Tracer) signalled(tr *tracee) []event.Caller {
	return t.backtrace(tr, t.StackFrames, func(r unwind.Registers) unwind.Registers { return r })
}

// calling is the backtrace of a system call.
func (t *Tracer) calling(tr *tracee) []event.Caller {
	return t.backtrace(tr, t.StackFrames, unwind.Registers.AfterSyscall)
}

// callers is the backtrace of a call whose return address ret is, or will be, stored at
// sp. It begins with the caller, not with the stub that the call goes through or the
// function that it has reached.
func (t *Tracer) callers(tr *tracee, ret, sp uint64) []event.Caller {
	begin := func(r unwind.Registers) unwind.Registers { return r.Caller(ret, sp+t.arch.RetPop) }
	if t.StackFrames > 1 || t.StackFrames == 0 && !t.Callers {
		return t.backtrace(tr, t.StackFrames, begin)
	}
	s := tr.space
	if known := s.callers[ret]; known != nil {
		return known
	}
	frames := t.backtrace(tr, 1, begin)
	if len(frames) > 0 && s.objects.At(ret) != nil {
		if s.callers == nil || len(s.callers) >= maxCallers {
			s.callers = map[uint64][]event.Caller{}
		}
		s.callers[ret] = frames
	}
	return frames
}

// maxCallers bounds how many callers a space remembers.
const maxCallers = 1 << 16

// backtrace lists at most n frames of a stopped tracee, innermost first, beginning with the
// one that begin makes of its registers. It is nil for a tracee of another machine mode.
func (t *Tracer) backtrace(tr *tracee, n int, begin func(unwind.Registers) unwind.Registers) []event.Caller {
	if n == 0 {
		return nil
	}
	native, err := t.loadRegs(tr)
	if err != nil || !native {
		return nil
	}
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		t.noticeMissing(tr, "no stacks", err)
		return nil
	}
	b := &backtrace{unwind.Cache{Memory: memory{t.Kernel, tr}}, t, tr, maps}
	var frames []event.Caller
	unwind.Walk(b, begin(unwind.Start(tr.space.ownAddr(tr.regs.PC()), tr.regs.GPR)), n, func(r *unwind.Registers) bool {
		frames = append(frames, b.caller(r))
		return !t.worker.Interrupted()
	})
	return frames
}

// Object implements unwind.Space.
func (b *backtrace) Object(addr uint64) (*elf.File, uint64) {
	f, m := b.file(addr)
	if f == nil || !f.Unwindable() {
		return nil, 0
	}
	return f.File, base(f, m)
}

// Executable implements unwind.Space.
func (b *backtrace) Executable(addr uint64) bool {
	i := objects.MappingAt(b.maps, addr)
	return i >= 0 && b.maps[i].Exec
}

// file is the file mapped at addr, nil if there is none that can be read.
func (b *backtrace) file(addr uint64) (*objfile.File, ptrace.Mapping) {
	i := objects.MappingAt(b.maps, addr)
	if i < 0 || len(b.maps[i].Path) == 0 || b.maps[i].Path[0] != '/' {
		return nil, ptrace.Mapping{}
	}
	return b.t.mappedFile(b.tr, b.maps[i]), b.maps[i]
}

// maxMappedFiles bounds how many mapped files a space remembers.
const maxMappedFiles = 4096

// mappedFile is the file of a mapping, nil if it can't be read. Each mapping of a space
// is opened once.
func (t *Tracer) mappedFile(tr *tracee, m ptrace.Mapping) *objfile.File {
	s := tr.space
	f, known := s.mappedFiles[m]
	if known {
		return f
	}
	if s.mappedFiles == nil || len(s.mappedFiles) >= maxMappedFiles {
		s.mappedFiles = map[ptrace.Mapping]*objfile.File{}
	}
	f, err := t.files.Open(t.Kernel.OpenMapped(tr.tid, m))
	if errors.Is(err, objfile.ErrInterrupted) {
		return nil // asked again next time
	}
	if err != nil {
		t.noticeMissing(tr, "nothing is known of "+m.Path, err)
		f = nil
	}
	s.mappedFiles[m] = f
	return f
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
func (b *backtrace) caller(r *unwind.Registers) event.Caller {
	pc, at := r.PC(), r.At()
	c := event.Caller{Addr: pc}
	i := objects.MappingAt(b.maps, at)
	if i < 0 {
		return c
	}
	m := b.maps[i]
	c.Object, c.File = m.Path, pc-m.Start+m.Offset
	f, _ := b.file(at)
	if f == nil {
		return c
	}
	addr := at - base(f, m)
	if s, ok := f.Symbol(addr); ok {
		c.Symbol, c.Offset = s.Name, addr-s.Value+pc-at
	}
	if b.t.StackSource {
		c.Source, c.Line = f.Line(addr)
	}
	return c
}
