package tracer

import (
	"errors"
	"strconv"
	"time"

	"plait/callstack"
	"plait/dump"
	"plait/event"
	"plait/proto/decode"
	"plait/ptrace"
	"plait/syscalls"
)

// A systemCall is a system call that a thread is in.
type systemCall struct {
	callstack.Frame
	execs  bool          // execve(2) succeeded: the calls around it are over
	cpu    time.Duration // CPU time of its process when it began
	limits decode.Limits // for its arguments and result

	// shallow calls show addresses instead of what is there; full are their arguments
	// as they would be otherwise.
	shallow bool
	full    []event.Arg
}

// syscall handles a syscall-stop. It asks the kernel whether that is an entry or an
// exit.
func (t *Tracer) syscall(tr *tracee) (ptrace.Restart, error) {
	info, err := t.Kernel.Syscall(tr.tid)
	if err != nil {
		if errors.Is(err, ptrace.ErrGone) {
			t.killedInSyscall(tr)
		}
		return ptrace.Restart{}, err
	}
	info.IP = tr.space.ownAddr(info.IP)
	if info.Op == ptrace.Exit {
		err = t.restoreFlags(tr)
	}
	t.observeSyscall(tr, &info)
	switch {
	case err != nil || !t.Syscalls || tr.phase == execFailed || !tr.shown:
	case info.Op == ptrace.Entry && tr.filtering == filtered: // the filter's stop comes next
	case info.Op == ptrace.Entry:
		err = t.enterSyscall(tr, &info)
	case info.Op == ptrace.Exit:
		err = t.returnSyscall(tr, &info)
		if tr.phase == preExec {
			t.launchedExec(tr, &info)
		}
	}
	if err == nil && info.Op == ptrace.Entry {
		err = t.takeUntracedFlag(tr, &info)
	}
	return t.afterSyscall(tr), err
}

// killedInSyscall ends the system call in which a tracee was killed.
func (t *Tracer) killedInSyscall(tr *tracee) {
	if tr.syscall != nil {
		t.endSyscall(tr, event.Unavailable)
	}
}

// enterSyscall reports the beginning of a system call if the call is wanted. Only then
// its return is reported.
func (t *Tracer) enterSyscall(tr *tracee, info *ptrace.SyscallInfo) error {
	table := t.tableOf(info.Arch)
	t.noteMode(tr, table.ABI(info.Nr))
	last := tr.last
	nr := t.unwrap(tr, table, info)
	tr.last = syscallNumber{table, info.Nr, true}
	if !t.Calls.HasIn(table, nr) {
		return nil
	}
	f := &tr.sysFrame
	t.describeCall(tr, table, nr, info)
	tr.words.Ints, tr.words.SP, tr.words.FPRead = info.Args, 0, true
	tr.words.FP = tr.words.FP[:0]
	f.Words.Ints = info.Args
	f.limits = t.limitsOf(table, nr)
	f.shallow = t.Verbose != nil && !t.Verbose.HasIn(table, nr)
	t.decodeEntry(tr, f, info.SP)
	if t.Files.Any() && !t.onWantedFile(tr) {
		return nil
	}
	if len(t.Injections) > 0 && tr.phase != preExec {
		if err := t.injectEntry(tr, table, info); err != nil {
			return err
		}
	}
	t.lastCallID++
	f.Call.ID = t.lastCallID
	if f.Call.Name == "restart_syscall" {
		f.Call.Args = append(f.Call.Args[:0], event.Arg{Value: resuming(last, table)})
	}
	f.Call.Stack = t.calling(tr)
	f.Begun, f.cpu, f.Ret, f.execs = time.Time{}, t.cpu, info.IP, false
	f.Call.Parent = tr.parentOf(tr.calls.Depth())
	tr.syscall = f
	tr.enterEvent = event.Enter{Head: t.head(tr, tr.calls.Depth(), info.IP), Call: f.Call}
	t.emit(&tr.enterEvent)
	return nil
}

// unwrap is the number of the call that a multiplexing call stands for, whose words
// replace those in info. For any other call it is the call's own number.
func (t *Tracer) unwrap(tr *tracee, table *syscalls.Table, info *ptrace.SyscallInfo) uint64 {
	tr.inner = info.Args
	nr := table.Inner(info.Nr, tr.inner[:], tr.source.Memory)
	// For a raw call strace shows the array that the words are in.
	if nr != info.Nr && t.Raw != nil && t.Raw.HasIn(table, info.Nr) {
		return info.Nr
	}
	info.Args = tr.inner
	return nr
}

// describeCall fills in what is known of call number nr without its arguments.
func (t *Tracer) describeCall(tr *tracee, table *syscalls.Table, nr uint64, info *ptrace.SyscallInfo) {
	f, c := &tr.sysFrame, &tr.call
	f.Call = c
	*c = event.Call{
		Kind: event.System, Number: int(info.Nr), Caller: info.IP, Addr: info.IP, Args: c.Args[:0], Words: c.Words[:0],
	}
	c.Name, _ = table.Name(nr)
	c.ABI = table.ABI(info.Nr)
	c.Raw = t.Raw != nil && t.Raw.HasIn(table, nr)
	if t.Origins {
		c.From = t.origin(tr, info.IP)
	}
	f.Proto = table.Prototype(nr)
	words := len(info.Args)
	if f.Proto == nil {
		f.Proto, c.Guess = decode.Unknown(event.System), true
	} else {
		words = min(f.Proto.Len(), words)
	}
	c.Words = append(c.Words, info.Args[:words]...)
}

// decodeEntry decodes the arguments of a system call at its beginning.
func (t *Tracer) decodeEntry(tr *tracee, f *systemCall, sp uint64) {
	s := &tr.source
	s.Kind, s.SP, s.Limits = event.System, sp, f.limits
	f.Call.Args, f.Call.ArgsPending = f.Proto.Enter(s)
	s.Limits = t.Limits
	if f.shallow {
		f.full = f.Call.Args
		f.Call.Args = event.Shallow(f.full, f.Call.Words)
	}
}

// returnSyscall reports the end of a system call whose beginning was reported.
func (t *Tracer) returnSyscall(tr *tracee, info *ptrace.SyscallInfo) error {
	f := tr.syscall
	if f == nil {
		return nil
	}
	tr.syscall = nil
	c := f.Call
	r := &tr.returnEvent
	*r = event.Return{Call: c, CPU: t.cpu - f.cpu}
	r.Elapsed, r.Work = t.timesOf(tr, &f.Frame)
	if tr.injection != nil {
		if err := t.injectExit(tr, info, r); err != nil {
			return err
		}
	}
	c.Failed, c.ArgsPending, c.Parent = info.Failed, false, tr.parentOf(tr.calls.Depth())
	result := decode.Result{Int: [2]uint64{uint64(info.Result)}}
	if info.Failed {
		result.Errno = int(-info.Result)
	}
	t.decodeExit(tr, f, info.SP, r, result)
	if t.Namespaces && !info.Failed {
		r.Result = t.namer.NewNamespaces(tr.tid, c, info.Result, r.Result, func(addr uint64) uint64 { v, _ := t.readWord(tr, addr); return v })
	}
	r.Head = t.head(tr, tr.calls.Depth(), info.IP)
	if t.Dumps.Any() {
		r.Dumps = t.Dumps.Of(c, info.Result, dump.Memory{ReaderAt: memory{t.Kernel, tr}, Order: t.arch.Order, Size: t.arch.PtrSize})
	}
	t.emit(r)
	if f.execs {
		t.endCalls(tr)
		t.endOldTID(tr)
	}
	t.renamed(tr, c)
	t.count(r)
	return nil
}

// decodeExit decodes the result of a system call and the memory that it has filled in.
func (t *Tracer) decodeExit(tr *tracee, f *systemCall, sp uint64, r *event.Return, result decode.Result) {
	s := &tr.source
	tr.words.Ints, tr.words.SP = f.Words.Ints, 0
	s.Kind, s.SP, s.Limits = event.System, sp, f.limits
	if f.shallow {
		f.Call.Args = f.full
	}
	f.Call.Args, r.Result = f.Proto.Return(s, f.Call.Args, result)
	r.Word, r.HasWord = int64(result.Int[0]), true
	s.Limits = t.Limits
	if f.shallow {
		f.Call.Args = event.Shallow(f.Call.Args, f.Call.Words)
	}
	if e, ok := r.Result.(event.Errno); ok {
		e.Name, e.Text = syscalls.Errno(e.Num)
		e.Restart = syscalls.IsRestart(e.Num)
		r.Result = e
	}
	if r.Tamper&event.InjectedResult != 0 && !f.Call.Failed && int64(result.Int[0]) < 0 {
		r.Result = event.Int{Bits: result.Int[0], Size: 8} // as requested, whatever its type
	}
}

// tableOf is the system-call table of the ABI that the kernel says a call was made in,
// since a 64-bit program may make 32-bit calls (int 0x80).
func (t *Tracer) tableOf(audit uint32) *syscalls.Table {
	if audit == t.arch.Audit {
		return t.table
	}
	if t.foreign == nil {
		t.foreign = syscalls.For(t.arch, audit)
	}
	return t.foreign
}

// knownCall is what is known of a system call of the native ABI, by its name or number.
func (t *Tracer) knownCall(call string) decode.SystemCall {
	nr, err := strconv.ParseUint(call, 10, 64)
	if err != nil {
		var known bool
		if nr, known = t.table.Number(call); !known {
			return decode.SystemCall{}
		}
	}
	name, _ := t.table.Name(nr)
	return decode.SystemCall{Name: name, Proto: t.table.Prototype(nr)}
}
