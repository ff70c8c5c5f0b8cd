package tracer

import (
	"plait/event"
	"plait/objects"
	"plait/objfile"
	"plait/ptrace"
	"plait/unwind"
)

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
	var frames []event.Caller
	if tr.record != nil {
		frames = t.walk(tr, 1, unwind.CallerOnly(ret, sp+t.arch.RetPop, 0))
	} else {
		frames = t.backtrace(tr, 1, begin)
	}
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
	return t.walk(tr, n, begin(unwind.Start(tr.space.ownAddr(tr.regs.PC()), tr.regs.GPR)))
}

// walk lists at most n frames of a tracee, beginning with r.
func (t *Tracer) walk(tr *tracee, n int, r unwind.Registers) []event.Caller {
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		t.noticeMissing(tr, "no stacks", err)
		return nil
	}
	w := objects.Walk{
		Cache: unwind.Cache{Memory: memory{t.Kernel, tr}}, Maps: maps, Files: &tr.space.mappedFiles,
		Open: func(m ptrace.Mapping) (*objfile.File, error) { return t.openMapped(tr, m) }, Lines: t.StackSource, Stop: t.worker.Interrupted,
	}
	return w.Callers(r, n)
}

// openMapped opens the file of a mapping.
func (t *Tracer) openMapped(tr *tracee, m ptrace.Mapping) (*objfile.File, error) {
	f, err := t.files.Open(t.Kernel.OpenMapped(tr.tid, m))
	if err != nil {
		t.noticeMissing(tr, "nothing is known of "+m.Path, err)
	}
	return f, err
}
