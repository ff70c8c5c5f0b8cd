package tracer

import (
	"errors"
	"fmt"
	"path/filepath"

	"plait/event"
	"plait/objects"
	"plait/objfile"
	"plait/ptrace"
	"plait/syscalls"
)

// firstStop handles the first stop of a tracee that was launched.
func (t *Tracer) firstStop(tr *tracee, stop ptrace.Stop) (ptrace.Restart, error) {
	tr.phase = running
	if stop.Kind == ptrace.Exited || stop.Kind == ptrace.Killed {
		return stayStopped, t.exited(tr, stop)
	}
	launched := &event.Spawn{Head: t.head(tr, 0, 0), Kind: event.Launched, ChildPID: tr.pid, ChildTID: tr.tid}
	if !t.ShowExec { // else the program is still plait
		launched.Path = t.Kernel.Exe(tr.tid)
	}
	t.emit(launched)
	if t.ShowExec {
		tr.phase = preExec
		return ptrace.Restart{Op: ptrace.ToSyscall}, nil
	}
	t.installFilter(tr)
	t.newImage(tr)
	return t.nextRestart(tr), nil
}

// launchedExec handles the end of the execve(2) by which a launched process becomes the
// command. If it failed, the process can only exit.
func (t *Tracer) launchedExec(tr *tracee, info *ptrace.SyscallInfo) {
	tr.phase = running
	if !info.Failed {
		t.installFilter(tr)
		return
	}
	tr.phase = execFailed
	_, text := syscalls.Errno(int(-info.Result))
	t.emit(&event.Notice{Head: t.head(tr, 0, 0), Kind: event.ExecFailed, Text: "exec: " + text})
}

// noLibraryCalls says why no library calls of the program at path are traced. The path
// is "" without /proc; then err names the file.
func noLibraryCalls(path string, err error) string {
	if path == "" {
		return "no library calls: " + err.Error()
	}
	return path + ": no library calls: " + cause(err)
}

// newImage prepares the space of a tracee that has just been given a new program. What
// can be traced is found when the dynamic loader is done, or at the entry point if there
// is no loader.
func (t *Tracer) newImage(tr *tracee) {
	s := tr.space
	if !t.Library.Any() {
		return
	}
	t.learnSignals(tr)
	main, err := t.openMain(tr)
	if errors.Is(err, objfile.ErrInterrupted) && tr.attached {
		t.cutShort = true
		return
	}
	if err != nil {
		t.notice(tr, noLibraryCalls(t.Kernel.Exe(tr.tid), err))
		return
	}
	s.native = main.File.Native()
	if !s.native {
		t.notice(tr, fmt.Sprintf("%s: no library calls: %s", main.Path, main.File.Kind()))
		return
	}
	aux, err := t.Kernel.Auxv(tr.tid)
	if err != nil {
		t.noticeMissing(tr, "no library calls", err)
		return
	}
	main.Base = aux.Entry - main.File.Entry
	loader := aux.Base
	if _, ok := main.File.Lookup("_dl_debug_state"); ok && loader == 0 {
		loader = main.Base // "ld.so ./prog": the link map says which program it is
	} else {
		t.setMain(tr, main)
	}
	if loader != 0 {
		s.filters, _ = t.Kernel.Filters(tr.tid) // they let the loader map code
		t.watchLinker(tr, loader)
	}
}

// setMain notes which program a space runs and waits for its first instruction.
func (t *Tracer) setMain(tr *tracee, main *objects.Object) {
	s := tr.space
	s.linker.main = main
	if p := s.siteAt(main.Base + main.File.Entry); p != nil {
		p.entry = true
	}
}

// openMain opens the program that a process runs.
func (t *Tracer) openMain(tr *tracee) (*objects.Object, error) {
	o := &objects.Object{Main: true, Path: t.Kernel.Exe(tr.tid)}
	o.FileName = filepath.Base(o.Path)
	f, err := t.files.Open(t.Kernel.OpenExe(tr.tid))
	if o.File = f; f != nil {
		f.Rename(o.Path)
	}
	return o, err
}

// watchLinker plants the breakpoint at which the dynamic loader, mapped at base, tells
// debuggers that its link map has changed.
func (t *Tracer) watchLinker(tr *tracee, base uint64) {
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		t.noticeMissing(tr, "calls of libraries that are loaded later are not traced", err)
		return
	}
	for _, m := range maps {
		if m.Start != base {
			continue
		}
		f, err := t.files.Open(t.Kernel.OpenMapped(tr.tid, m))
		if err != nil {
			t.noticeMissing(tr, "calls of libraries that are loaded later are not traced: the dynamic loader "+m.Path, err)
			return
		}
		if sym, ok := f.Lookup("_dl_debug_state"); ok {
			tr.space.watchLinkerAt(base + sym.Value)
		}
		if sym, ok := f.Lookup("_r_debug"); ok {
			tr.space.linker.debug = base + sym.Value
		}
		if sym, ok := f.Lookup("_dl_debug_addr"); ok {
			tr.space.linker.pointer = base + sym.Value
		}
		return
	}
}

func (s *space) watchLinkerAt(addr uint64) {
	if p := s.siteAt(addr); p != nil {
		p.linker = true
		s.linker.watched = true
	}
}

// atEntryPoint handles the program's first instruction. All that it needs is mapped by
// now, and the breakpoint is needed no more.
func (t *Tracer) atEntryPoint(tr *tracee, p *site) {
	s := tr.space
	if len(s.objects) == 0 { // else the loader has reported its last change
		t.updateObjects(tr)
	}
	if !s.linker.watched && s.linker.debug != 0 {
		if brk := t.linkMap(tr).Rendezvous(s.linker.debug); brk != 0 {
			s.watchLinkerAt(brk)
		}
	}
	p.entry = false
	if !p.returns && p.onlyReturns() {
		s.removeSite(p)
	}
}
