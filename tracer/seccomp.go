package tracer

import (
	"slices"

	"plait/inject"
	"plait/ptrace"
	"plait/seccomp"
)

// A seccomp filter (seccomp(2)) in the tracee lets system calls that nobody wants to see
// run without a stop. It cannot be removed, and without a tracer the calls that it names
// fail. So it is installed only in a launched program whose children are followed, or
// that apparently makes none. If it makes children all the same, they stay traced and
// are not shown.

// Constants of seccomp(2).
const (
	prSetSeccomp  = 22
	noSuchCall    = ^uint64(0)
	setModeFilter = 1
)

// installFilter puts the filter for the wanted calls into a tracee that has just been
// launched. If that fails all calls stop, as without a filter.
func (t *Tracer) installFilter(tr *tracee) {
	if !t.Syscalls || t.Calls == nil || t.DetachOnExec || t.CallLimit > 0 || !t.Follow && t.mayFork(tr) {
		return
	}
	if slices.ContainsFunc(t.Injections, func(in inject.Injection) bool { return in.Signal != 0 }) {
		return // no signal can be injected at a filter's stop
	}
	nr := &t.arch.Calls
	prog := seccomp.For(t.arch.Audit, append(t.Calls.Numbers(), nr.Seccomp, nr.Prctl, nr.Clone, nr.Clone3))
	if native, err := t.loadRegs(tr); err != nil || !native || prog.TooLong() {
		return
	}
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil || t.Kernel.SetOptions(tr.tid, ptrace.Options{ExitKill: true, Seccomp: true}) != nil {
		return
	}
	fprog, code := prog.Encode(tr.regs.SP())
	if _, err := t.Kernel.Write(tr.tid, fprog, code); err != nil {
		return
	}
	got, err := t.remote(tr, maps, nr.Seccomp, setModeFilter, 0, fprog)
	if err == nil && got == 0 {
		tr.filtering = filtered
		tr.space.filters++
	}
}

// mayFork tells whether a program may create processes. It is true if the program can't
// be read.
func (t *Tracer) mayFork(tr *tracee) bool {
	f, err := t.files.Open(t.Kernel.OpenExe(tr.tid))
	return err != nil || f.MayFork()
}

// seccomp handles the stop of a call that the filter selected, which is the call's
// entry.
func (t *Tracer) seccomp(tr *tracee) (ptrace.Restart, error) {
	info, err := t.Kernel.Syscall(tr.tid)
	if err != nil {
		return ptrace.Restart{}, err
	}
	info.IP = tr.space.ownAddr(info.IP)
	if info.Data != seccomp.Data { // by the program's own filter, for a tracer that it does not have: ENOSYS
		return t.nextRestart(tr), t.Kernel.SetCall(tr.tid, noSuchCall)
	}
	if !tr.shown || tr.filtering == hasOwnFilter { // its syscall-stop came before
		err = t.takeUntracedFlag(tr, &info)
		return t.nextRestart(tr), err
	}
	if t.installsFilter(&info) || t.Modes && t.tableOf(info.Arch).ABI(info.Nr) != "" {
		t.stopAtAllCalls(tr) // any call may change the convention
	}
	if err = t.enterSyscall(tr, &info); err == nil {
		err = t.takeUntracedFlag(tr, &info)
	}
	return t.afterSyscall(tr), err
}

// installsFilter tells whether a call installs a filter of the program's own. Calls that
// such a filter forbids end without a stop by ours.
func (t *Tracer) installsFilter(info *ptrace.SyscallInfo) bool {
	nr := &t.arch.Calls
	return info.Arch == t.arch.Audit && (info.Nr == nr.Seccomp || info.Nr == nr.Prctl && info.Args[0] == prSetSeccomp)
}

// stopAtAllCalls makes all calls of a process stop from now on, as if it had no filter
// of ours.
func (t *Tracer) stopAtAllCalls(tr *tracee) {
	for _, other := range t.tracees {
		if other.pid == tr.pid && other.filtering == filtered {
			other.filtering = hasOwnFilter
		}
	}
}
