package tracer

import (
	"encoding/binary"
	"slices"
	"strings"

	"plait/objects"
	"plait/plt"
	"plait/ptrace"
)

// The kernel forces the trap of a breakpoint on its thread: if the thread blocks SIGTRAP
// or its process ignores it, the kernel unblocks SIGTRAP and resets its action to the
// default. What they were before can't be asked for afterwards. So plait follows what
// the program does about SIGTRAP and restores it after each of its traps:
//
//   - breakpoints are planted at the system calls of the C library that change it;
//   - after each signal that has a handler, a thread is stopped at the handler's first
//     instruction, where it has the handler's mask;
//   - where a trap would do harm, all system calls of a thread stop, so that their
//     returns are seen too.
//
// Where all system calls stop anyway, the breakpoints are not needed.
//
// plait never tells the kernel that SIGTRAP is ignored, because that would discard
// pending SIGTRAPs, and with them the trap of another thread. The kernel has the default
// action instead. A SIGTRAP that arrives is not delivered, a program that asks for the
// action gets its own, and the kernel gets it when plait detaches or the process runs a
// new program.

// Constants of the system calls that change masks and actions of signals.
const (
	sigUnblock   = 1       // SIG_UNBLOCK; SIG_BLOCK is 0, SIG_SETMASK 2
	sigDfl       = 0       // SIG_DFL
	sigIgn       = 1       // SIG_IGN
	resetHandler = 1 << 31 // SA_RESETHAND
	sigtrapBit   = 1 << (sigTrap - 1)
	actionSize   = 32  // of the kernel's struct sigaction; the handler comes first
	siginfoSize  = 128 // of siginfo_t
	sigsetSize   = 8
	largestScan  = 4 << 20 // of a program's code that is scanned for system calls
)

// signalNumbers are the system calls at which breakpoints are planted.
func (t *Tracer) signalNumbers() []uint32 {
	nr := &t.arch.Calls
	return []uint32{uint32(nr.RtSigaction), uint32(nr.RtSigprocmask), uint32(nr.Clone), uint32(nr.Clone3)}
}

// signalCalls are the functions of C libraries that make these system calls on behalf of
// a caller.
var signalCalls = []string{"sigaction", "signal", "bsd_signal", "sysv_signal", "ssignal", "siginterrupt",
	"sigset", "sighold", "sigrelse", "sigignore", "sigvec", "sigblock", "sigsetmask", "sigpause", "sigprocmask", "pthread_sigmask",
	"setcontext", "swapcontext", "syscall", "clone"}

// A disposition is what a process does on SIGTRAP. Its threads share it.
type disposition struct {
	action []byte // struct sigaction as the program has set it; nil: the default action
}

// ignores tells whether a process ignores SIGTRAP.
func (d *disposition) ignores() bool {
	return d.action != nil && binary.NativeEndian.Uint64(d.action) == sigIgn
}

// stopsAtSyscalls tells whether every system call of a thread has to stop: a trap would
// change what SIGTRAP does to it, or the return of a call has to be seen.
func (tr *tracee) stopsAtSyscalls() bool {
	return tr.sigtrapBlocked || tr.disposition.ignores() || tr.untraced != nil || tr.cloningUntraced
}

// hasSites tells whether a thread may hit a breakpoint of ours.
func (tr *tracee) hasSites() bool { return len(tr.space.sites) > 0 }

// dispositionOf is the disposition of a process in the space.
func (s *space) dispositionOf(pid int) *disposition {
	r := s.dispositions[pid]
	if r == nil {
		r = &disposition{}
		if s.dispositions == nil {
			s.dispositions = map[int]*disposition{}
		}
		s.dispositions[pid] = r
	}
	return r
}

// copyDisposition gives a child its parent's mask and disposition.
func (tr *tracee) copyDisposition(child *tracee) {
	child.sigtrapBlocked, child.readMaskNext = tr.sigtrapBlocked, true
	if child.pid != tr.pid {
		*child.disposition = *tr.disposition
	}
}

// execDisposition keeps what execve(2) keeps: SIGTRAP stays ignored, but a handler does
// not stay.
func (tr *tracee) execDisposition() {
	old := tr.disposition
	tr.disposition = tr.space.dispositionOf(tr.pid)
	if tr.restorePending = old.ignores(); tr.restorePending {
		*tr.disposition = *old
	}
}

// learnSignals finds out what SIGTRAP does to a thread that was not traced before.
func (t *Tracer) learnSignals(tr *tracee) {
	sets, err := t.Kernel.Signals(tr.tid)
	if err != nil {
		return
	}
	tr.sigtrapBlocked = sets.Blocked&sigtrapBit != 0
	switch {
	case sets.Ignored&sigtrapBit != 0:
		tr.disposition.action = binary.NativeEndian.AppendUint64(nil, sigIgn)
		tr.disposition.action = append(tr.disposition.action, make([]byte, actionSize-8)...)
	case sets.Caught&sigtrapBit != 0 && tr.disposition.action == nil:
		t.askAction(tr)
	}
}

// askAction makes a thread ask for its handler of SIGTRAP.
func (t *Tracer) askAction(tr *tracee) {
	if native, err := t.loadRegs(tr); err != nil || !native {
		return
	}
	at := t.scratch(tr, actionSize)
	if got, err := t.call(tr, t.arch.Calls.RtSigaction, sigTrap, 0, at, sigsetSize); err != nil || got != 0 {
		return
	}
	action := make([]byte, actionSize)
	if _, err := t.Kernel.Read(tr.tid, at, action); err == nil {
		tr.disposition.action = action
	}
}

// scratch is room for n bytes on the stack of a thread, outside of what it uses.
func (t *Tracer) scratch(tr *tracee, n uint64) uint64 {
	return (tr.regs.SP() - t.arch.RedZone - n) &^ 15
}

// call makes a stopped thread run a system call, wherever it is.
func (t *Tracer) call(tr *tracee, nr uint64, args ...uint64) (uint64, error) {
	maps, err := t.Kernel.Maps(tr.tid)
	if err != nil {
		return 0, err
	}
	return t.remote(tr, maps, nr, args...)
}

// plantSyscalls plants breakpoints at the signal system calls of an object: in a C
// library, once an object imports functions that make them, and in a program that is
// small enough to be scanned. It reports false if it was interrupted.
func (t *Tracer) plantSyscalls(tr *tracee, o *objects.Object) bool {
	s := tr.space
	switch {
	case t.allSyscallsStop():
		return true
	case !s.changesSignals && o.File.Imports(signalling):
		s.changesSignals = true
		for _, other := range s.objects {
			if other.File != nil && other.File.Exports("sigaction") && !t.addSyscalls(tr, other) {
				return false
			}
		}
	case s.changesSignals && o.File.Exports("sigaction"):
		return t.addSyscalls(tr, o)
	}
	return !o.Main || o.File.CodeSize() > largestScan || t.addSyscalls(tr, o)
}

// signalling tells whether the function with this name makes signal system calls, or
// finds one that does.
func signalling(name string) bool {
	return name == "dlsym" || name == "dlvsym" || slices.Contains(signalCalls, strings.TrimLeft(name, "_"))
}

// addSyscalls plants breakpoints at the signal system calls of an object.
func (t *Tracer) addSyscalls(tr *tracee, o *objects.Object) bool {
	insns := t.signalSyscalls(tr.space, o)
	var addrs []uint64
	for _, addr := range insns {
		if tr.space.sites[o.Base+addr] == nil {
			addrs = append(addrs, o.Base+addr)
		}
	}
	whole := t.addSites(tr, o, addrs)
	for _, addr := range insns {
		if p := tr.space.sites[o.Base+addr]; p != nil {
			p.syscallInsn = true
		}
	}
	return whole
}

// allSyscallsStop tells whether the system calls of every thread stop.
func (t *Tracer) allSyscallsStop() bool { return t.Syscalls && t.Follow && t.Calls == nil }

// signalSyscalls are the addresses of the signal system calls of an object. In the GNU C
// library those that its exported functions reach are enough, unless something is traced
// inside it: signals that it changes for itself it restores before it calls anybody.
func (t *Tracer) signalSyscalls(s *space, o *objects.Object) []uint64 {
	f := o.File
	return f.SyscallAddrs(func() []uint64 {
		switch {
		case f.IsGo():
			return nil
		case !o.Main && f.Exports("gnu_get_libc_version") && !t.tracedIn(s, o):
			return plt.SyscallAddrsIn(f.File, signalCalls, t.signalNumbers()...)
		}
		return plt.SyscallAddrs(f.File, t.signalNumbers()...)
	})
}

// tracedIn tells whether calls or functions of an object are traced.
func (t *Tracer) tracedIn(s *space, o *objects.Object) bool {
	calls, _ := t.callsOf(s, o)
	return calls != nil || t.Library.FunctionsOf(o.ForFilter()) != nil
}

// atSyscall handles a signal system call that is about to be made.
func (t *Tracer) atSyscall(tr *tracee) {
	var args [6]uint64
	for i := range args {
		args[i] = tr.regs.SyscallArg(i)
	}
	nr := tr.regs.SyscallNumber()
	t.noteSignalCall(tr, nr, args)
	tr.cloningUntraced = t.mustTraceChildren(tr) && t.untracedClone(tr, nr, args) != nil
}

// noteSignalCall notes what a system call that is about to be made will change.
func (t *Tracer) noteSignalCall(tr *tracee, nr uint64, args [6]uint64) {
	switch nr {
	case t.arch.Calls.RtSigprocmask:
		var set [sigsetSize]byte
		if args[1] == 0 || args[0] == sigUnblock {
			return
		}
		if _, err := t.Kernel.Read(tr.tid, args[1], set[:]); err == nil && binary.NativeEndian.Uint64(set[:])&sigtrapBit != 0 {
			tr.sigtrapBlocked = true
		}
	case t.arch.Calls.RtSigaction:
		action := make([]byte, actionSize)
		if args[0] != sigTrap || args[1] == 0 || args[3] != sigsetSize {
			return
		}
		if _, err := t.Kernel.Read(tr.tid, args[1], action); err == nil {
			tr.disposition.action = action
			if binary.NativeEndian.Uint64(action) == 0 { // SIG_DFL
				tr.disposition.action = nil
			}
		}
	}
}

// observeSyscall follows what system calls change whose entry and exit are seen anyway.
func (t *Tracer) observeSyscall(tr *tracee, info *ptrace.SyscallInfo) {
	switch {
	case info.Arch != t.arch.Audit || !tr.hasSites():
	case info.Op == ptrace.Exit:
		tr.readMask(t.Kernel)
		tr.correctOldAction(t.Kernel, info)
		if tr.restorePending {
			_ = t.restoreDisposition(tr)
		}
	default:
		if tr.oldActionAt = 0; info.Nr == t.arch.Calls.RtSigaction && info.Args[0] == sigTrap {
			tr.oldActionAt, tr.oldAction = info.Args[2], tr.disposition.action
		}
		t.noteSignalCall(tr, info.Nr, info.Args)
		if info.Nr == t.arch.Calls.RtSigaction && info.Args[0] == sigTrap && info.Args[1] != 0 && tr.disposition.ignores() {
			tr.hiddenHandler = info.Args[1]
			_ = tr.setHandler(t.Kernel, tr.hiddenHandler, sigDfl)
		}
	}
}

// setHandler changes the handler in a struct sigaction of a thread.
func (tr *tracee) setHandler(m Memory, at, handler uint64) error {
	_, err := m.Write(tr.tid, at, binary.NativeEndian.AppendUint64(nil, handler))
	return err
}

// correctOldAction corrects the old action that a thread got from sigaction(2): the trap
// of another thread may have changed what the kernel reported.
func (tr *tracee) correctOldAction(m Memory, info *ptrace.SyscallInfo) {
	if tr.oldActionAt != 0 && !info.Failed && tr.oldAction != nil {
		_, _ = m.Write(tr.tid, tr.oldActionAt, tr.oldAction[:8]) // the handler alone
	}
	if tr.hiddenHandler != 0 {
		_ = tr.setHandler(m, tr.hiddenHandler, sigIgn)
	}
	tr.oldActionAt, tr.hiddenHandler = 0, 0
}

// readMask reads whether a thread blocks SIGTRAP. No trap of ours may have changed that
// meanwhile.
func (tr *tracee) readMask(stops Stops) {
	tr.readMaskNext = false
	if mask, err := stops.SigMask(tr.tid); err == nil {
		tr.sigtrapBlocked = mask&sigtrapBit != 0
	}
}

// interruptStop handles a stop that plait asked for, or the first stop of a new thread.
func (t *Tracer) interruptStop(tr *tracee) (ptrace.Restart, error) {
	if tr.readMaskNext {
		tr.readMask(t.Kernel)
	}
	return t.nextRestart(tr), t.restoreFlags(tr)
}

// stopInHandler makes a thread that gets a signal stop again when the handler begins.
func (t *Tracer) stopInHandler(tr *tracee, sig int) {
	if sig == 0 || !tr.hasSites() {
		return
	}
	if sets, err := t.Kernel.Signals(tr.tid); err == nil && sets.Caught>>(sig-1)&1 != 0 {
		tr.readMaskNext = t.Kernel.Interrupt(tr.tid) == nil
	}
}

// restoreSigtrap restores the mask and the action for SIGTRAP after a trap of ours
// that the thread has stopped in. Its registers are loaded.
func (t *Tracer) restoreSigtrap(tr *tracee) error {
	if !tr.sigtrapBlocked {
		return nil
	}
	mask, err := t.Kernel.SigMask(tr.tid)
	if err == nil {
		err = t.Kernel.SetSigMask(tr.tid, mask|sigtrapBit)
	}
	if err != nil || tr.disposition.ignores() {
		return err
	}
	return t.setDisposition(tr)
}

// restoreDisposition sets the action for SIGTRAP for a process that is detached from or
// that runs a new program. No other thread may be in a trap of ours.
func (t *Tracer) restoreDisposition(tr *tracee) error {
	tr.restorePending = false
	if tr.disposition.action == nil {
		return nil
	}
	sets, err := t.Kernel.Signals(tr.tid)
	if err != nil || (sets.Ignored|sets.Caught)&sigtrapBit != 0 {
		return nil
	}
	if native, err := t.loadRegs(tr); err != nil || !native {
		return err
	}
	return t.setDisposition(tr)
}

// handlerReset tells whether a SIGTRAP that the program handles would kill it now:
// another thread's trap has reset the action to the default, and its stop has not been
// reported yet.
func (tr *tracee) handlerReset(proc Proc) bool {
	if tr.disposition.action == nil || tr.disposition.ignores() || !tr.hasSites() {
		return false
	}
	sets, err := proc.Signals(tr.tid)
	return err == nil && sets.Caught&sigtrapBit == 0
}

// setDisposition sets the action for SIGTRAP to what the program has set.
func (t *Tracer) setDisposition(tr *tracee) error {
	if tr.disposition.action == nil {
		return nil
	}
	at := t.scratch(tr, actionSize)
	if _, err := t.Kernel.Write(tr.tid, at, tr.disposition.action); err != nil {
		return nil // no stack: it is as lost as it would be
	}
	_, err := t.call(tr, t.arch.Calls.RtSigaction, sigTrap, at, 0, sigsetSize)
	return err
}

// resend sends a SIGTRAP to a thread again that a trap of ours has displaced: only one
// instance of a signal can be pending.
func (t *Tracer) resend(tr *tracee, info []byte) error {
	at := t.scratch(tr, siginfoSize)
	if _, err := t.Kernel.Write(tr.tid, at, info); err != nil {
		return nil
	}
	pid, err := t.call(tr, t.arch.Calls.Getpid)
	if err != nil {
		return err
	}
	tid, err := t.call(tr, t.arch.Calls.Gettid)
	if err != nil {
		return err
	}
	_, err = t.call(tr, t.arch.Calls.RtTgsigqueueinfo, pid, tid, sigTrap, at)
	return err
}

// sentByProcess tells whether a process sent the signal. Otherwise an instruction raised
// it.
func sentByProcess(info []byte) bool {
	return len(info) >= 12 && int32(binary.NativeEndian.Uint32(info[8:])) <= 0
}

// noteDelivered notes that a signal is delivered to a thread, because its handler may be
// for one time only.
func (tr *tracee) noteDelivered(sig int) {
	r := tr.disposition
	if sig == sigTrap && r.action != nil && !r.ignores() && binary.NativeEndian.Uint64(r.action[8:])&resetHandler != 0 {
		r.action = nil
	}
}
