package tracer

import (
	"strconv"

	"plait/event"
	"plait/proto"
	"plait/ptrace"
	"plait/syscalls"
)

// syscall handles a syscall-stop. Whether it is an entry or an exit is asked,
// not guessed.
func (t *Tracer) syscall(tr *tracee) (ptrace.Restart, error) {
	info, err := t.Kernel.Syscall(tr.tid)
	if err != nil {
		return ptrace.Restart{}, err
	}
	switch info.Op {
	case ptrace.Entry:
		t.enterSyscall(tr, &info)
	case ptrace.Exit:
		t.returnSyscall(tr, &info)
	}
	return t.onward(tr), nil
}

// enterSyscall reports the beginning of a system call, if it is chosen: then it
// is also known when it returns.
func (t *Tracer) enterSyscall(tr *tracee, info *ptrace.SyscallInfo) {
	table := t.tableOf(info.Arch)
	if !t.Calls.HasIn(table, info.Nr) {
		return
	}
	t.lastCall++
	f, c := &tr.sysFrame, &tr.call
	*c = event.Call{
		ID: t.lastCall, Kind: event.System, Number: int(info.Nr), Caller: info.IP, Site: info.IP, Args: c.Args[:0],
	}
	c.Name, _ = table.Name(info.Nr)
	if c.Name == "" {
		c.Name = strconv.FormatUint(info.Nr, 10)
	}
	c.Class, c.ABI = table.Class(info.Nr), table.ABI(info.Nr)
	f.proto = table.Prototype(info.Nr)
	if f.proto == nil {
		f.proto, c.Guess = proto.Unknown(event.System), true
	}
	tr.words.ints, tr.words.sp, tr.words.fpRead = info.Args, 0, true
	tr.words.fp = tr.words.fp[:0]
	f.words.ints = info.Args
	tr.source.Kind = event.System
	c.Args, c.Held = f.proto.Enter(&tr.source)
	f.call, f.begun, f.ret = c, t.now, info.IP
	tr.syscall = f
	t.emit(&event.Enter{Head: t.head(tr, len(tr.frames), info.IP), Call: c})
}

// returnSyscall reports the end of a system call. One whose beginning was not
// reported is passed over.
func (t *Tracer) returnSyscall(tr *tracee, info *ptrace.SyscallInfo) {
	f := tr.syscall
	if f == nil {
		return
	}
	tr.syscall = nil
	tr.words.ints, tr.words.sp = f.words.ints, 0
	tr.source.Kind = event.System
	result := proto.Result{Int: [2]uint64{uint64(info.Result)}}
	if info.Failed {
		result.Errno = int(-info.Result)
	}
	c := f.call
	c.Failed, c.Held = info.Failed, false
	r := &event.Return{Head: t.head(tr, len(tr.frames), info.IP), Call: c, Elapsed: t.now.Sub(f.begun)}
	c.Args, r.Result = f.proto.Return(&tr.source, c.Args, result)
	if e, ok := r.Result.(event.Errno); ok {
		e.Name, e.Text = syscalls.Errno(e.Num)
		e.Restart = syscalls.IsRestart(e.Num)
		r.Result = e
	}
	t.emit(r)
}

// tableOf is the system-call table of the ABI that the kernel says a call was
// made in: a 64-bit program may make 32-bit calls (int 0x80).
func (t *Tracer) tableOf(audit uint32) *syscalls.Table {
	if audit == t.arch.Audit {
		return t.table
	}
	return syscalls.For(t.arch, audit)
}
