package tracer

import (
	"bytes"
	"errors"

	"plait/breakpoints"
	"plait/objects"
	"plait/ptrace"
)

// Constants of mmap(2).
const (
	protReadExec      = 1 | 4
	mapPrivateAnon    = 0x2 | 0x20
	mapFixedNoReplace = 0x100000
)

// mapArea maps an out-of-line area within reach of addr, by a system call that the
// tracee makes for us.
func (t *Tracer) mapArea(tr *tracee, addr uint64) (uint64, error) {
	if tr.mayForbidMmap(t.Kernel) {
		if err := tr.suspendFilters(t.Kernel, true); err != nil {
			return 0, errors.New("a seccomp filter may forbid mmap")
		}
		defer func() { _ = tr.suspendFilters(t.Kernel, false) }()
	}
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		return 0, err
	}
	at := objects.GapNear(maps, addr, breakpoints.AreaSize, t.arch.Reach)
	if at == 0 {
		return 0, errors.New("no room near the code")
	}
	got, err := t.remote(tr, maps, t.arch.Calls.Mmap, at, breakpoints.AreaSize, protReadExec, mapPrivateAnon|mapFixedNoReplace, ^uint64(0), 0)
	if err != nil {
		return 0, err
	}
	if got != at {
		return 0, errors.New("mmap failed in the tracee")
	}
	return at, nil
}

// mayForbidMmap tells whether a seccomp filter may keep the tracee from mapping memory.
func (tr *tracee) mayForbidMmap(proc Proc) bool {
	n, ok := proc.Filters(tr.tid)
	return !ok || n > tr.space.filters
}

// suspendFilters switches the seccomp filters of a tracee off or on again. Not every
// tracer is allowed to.
func (tr *tracee) suspendFilters(stops Stops, on bool) error {
	return stops.SetOptions(tr.tid, ptrace.Options{ExitKill: !tr.attached, Seccomp: tr.filtering != unfiltered, Suspended: on})
}

// remote makes a stopped tracee run a system call and returns its result.
func (t *Tracer) remote(tr *tracee, maps []ptrace.Mapping, nr uint64, args ...uint64) (uint64, error) {
	s := tr.space
	if s.syscallAddr == 0 {
		s.syscallAddr = objects.FindCode(maps, memory{t.Kernel, tr}, t.arch.Syscall)
	}
	if s.syscallAddr == 0 {
		return 0, errors.New("no system call instruction to borrow")
	}
	saved := bytes.Clone(tr.regs.Raw)
	call := t.arch.View(bytes.Clone(tr.regs.Raw))
	call.PrepareSyscall(s.syscallAddr, nr, args...)
	after, err := t.Kernel.Remote(tr.tid, saved, call.Raw)
	if err != nil {
		return 0, err
	}
	return t.arch.View(after).Result(0), nil
}
