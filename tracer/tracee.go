package tracer

import (
	"io"
	"time"

	"plait/arch"
	"plait/callend"
	"plait/callstack"
	"plait/event"
	"plait/procinfo"
	"plait/proto/decode"
	"plait/ptrace"
	"plait/syscalls"
)

// A tracee is one traced thread.
type tracee struct {
	tid, pid  int
	oldTID    int // its ID before an execve(2), until the end of that is reported; else 0
	space     *space
	phase     phase
	filtering filtering
	shown     bool // its events are emitted
	joined    bool // it has its place in its space's engine
	attached  bool // it, or an ancestor, was attached to

	freed map[uint64]uint64 // by the ID of an open call: address of the block that it frees

	disposition     *disposition // what its process does on SIGTRAP
	sigtrapBlocked  bool         // it blocks SIGTRAP
	readMaskNext    bool         // sigtrapBlocked is to be read at its next stop
	restorePending  bool         // it runs a new program, for which SIGTRAP is to be ignored
	hiddenHandler   uint64       // address of a handler that is hidden from its system call; 0: none
	oldActionAt     uint64       // where its system call stores the old action for SIGTRAP; 0: nowhere
	oldAction       []byte       // that action
	cloningUntraced bool         // it is about to make a child with CLONE_UNTRACED
	untraced        *untraced    // the flag that was taken from its clone(2); nil: none

	calls         callend.Thread
	work          time.Duration  // how long plait has worked while it was stopped
	resolverCalls []resolverCall // those that have not returned
	syscall       *systemCall    // the system call it is in

	regset      []byte    // buffer of regs
	regs        arch.Regs // valid while it is stopped
	record      *recorded // the record that is read: recorded; nil: it is stopped
	recorded    recorded
	source      decode.Source
	words       callstack.Words
	gotWord     uint64                           // the GOT word of the slot that a call goes through
	callBytes   [8 + 8*callstack.StackWords]byte // the GOT word and the stack, as last read
	parts       [2]ptrace.Part
	result      decode.Result
	resultFP    []byte // floating-point register set at a return
	resultRead  bool
	skip        uint64     // entry of a function whose first instruction a signal has prevented
	skipSP      uint64     // and the stack pointer there
	stepping    *site      // breakpoint lifted for one step
	call        event.Call // of system calls, one at a time
	sysFrame    systemCall
	enterEvent  event.Enter   // a sink may use an event only while it is emitted
	returnEvent event.Return  // likewise
	inner       [6]uint64     // words of the call that a multiplexing system call stands for
	last        syscallNumber // the last system call it began, shown or not
	abi         string        // of that call
	injection   *injection    // what is done to its calls; nil: nothing yet
	comm        string        // its name, "" until asked for
}

// A phase is the part of its life that a tracee is in.
type phase uint8

const (
	running      phase = iota // from stop to stop
	launching                 // it was launched and has not stopped yet; then it is preExec or running
	preExec                   // it has yet to execute the command, by plait's own code; then it is running or execFailed
	execFailed                // it could not execute the command: its calls are not shown, and it will exit
	unfollowed                // it is detached from at its first stop; if that fails, it is running
	vforking                  // it waits for its vfork(2) child and cannot be stopped; then it is running
	zombieLeader              // it ended before its process and cannot be stopped
)

// blocked tells whether a tracee cannot be stopped.
func (tr *tracee) blocked() bool { return tr.phase == vforking || tr.phase == zombieLeader }

// A filtering says which seccomp filters a tracee has. Filters are never removed.
type filtering uint8

const (
	unfiltered   filtering = iota // none that plait knows of
	filtered                      // ours, which stops it at the system calls that are shown
	hasOwnFilter                  // ours and its own, which may come first: all system calls stop
)

// adopt makes a tracee of a thread. s is its space, nil if it needs one of its own.
func (t *Tracer) adopt(tid, pid int, s *space) *tracee {
	tr := &tracee{tid: tid, pid: pid, regset: make([]byte, t.arch.RegsetSize)}
	if s == nil {
		s = t.newSpace(tid)
	}
	s.users++
	tr.space = s
	tr.calls = callend.Thread{Machine: &machine{t: t, tr: tr}, RetPop: t.arch.RetPop}
	tr.disposition = s.dispositionOf(pid)
	tr.source = decode.Source{
		Arch:   t.arch,
		Int:    func(i int) uint64 { return tr.words.Int(i) },
		Vector: func(i int) [16]byte { return t.vector(tr, i) },
		Stack:  func(i int) uint64 { return t.stackWord(tr, i) },
		Go:     func(i int) uint64 { return tr.regs.GoArg(i) },
		Memory: memory{t.Kernel, tr},
		Symbol: func(addr uint64) string { return tr.space.objects.Symbol(addr) },
		Stream: func(addr uint64) string {
			return tr.space.streams.Name(tr.space.objects, addr, func(at uint64) (uint64, error) { return t.readWord(tr, at) })
		},
		Place:  func(addr uint64) decode.Place { return t.place(tr, addr) },
		Call:   syscalls.CallName,
		System: t.knownCall,
		Floats: func() int { return tr.regs.Floats() },
		Limits: t.Limits,
	}
	tr.source.Link = func(index int) string { return t.Kernel.Link(tr.tid, index) }
	tr.source.Netlink = func(fd int) (int, bool) { return t.namer.Netlink(tr.tid, fd) }
	tr.source.Device = func(fd int) (uint32, bool) { return t.namer.Device(tr.tid, fd) }
	if t.Descriptors.Any() {
		tr.source.File = func(fd int) event.FD { return t.namer.Describe(tr.tid, fd, tr.source.Named) }
	}
	if t.PIDs != (procinfo.PIDs{}) {
		tr.source.PID = func(pid int) event.PID { return t.namer.PID(tr.tid, pid) }
	}
	tr.result.Go = func(i int) uint64 { return tr.regs.GoArg(i) }
	tr.result.Vector = func(i int) [16]byte {
		if tr.record != nil {
			return tr.record.Vector()
		}
		return t.arch.Vector(t.resultFP(tr), i)
	}
	tr.result.LongDouble = func(i int) [10]byte { return t.arch.LongDouble(t.resultFP(tr), i) }
	tr.result.LibcErrno = func() int { return max(t.errno(tr), 0) }
	t.tracees[tid] = tr
	return tr
}

// removeTracee forgets a tracee.
func (t *Tracer) removeTracee(tr *tracee) {
	delete(t.tracees, tr.tid)
	t.removeFromSpace(tr)
}

// head is the head of an event of tr that happens now.
func (t *Tracer) head(tr *tracee, depth int, ip uint64) event.Head {
	h := event.Head{Time: t.now, PID: tr.pid, TID: tr.tid, Depth: depth, Number: int(tr.last.nr), IP: ip}
	if t.Comm {
		h.Comm = t.nameOf(tr)
	}
	return h
}

// loadRegs reads the registers of a stopped tracee. It reports false for a tracee of
// another machine mode, whose registers mean nothing here.
func (t *Tracer) loadRegs(tr *tracee) (bool, error) {
	raw, err := t.Kernel.Regs(tr.tid, tr.regset[:t.arch.RegsetSize])
	if err != nil {
		return false, err
	}
	tr.regs = t.arch.View(raw)
	return len(raw) == t.arch.RegsetSize, nil
}

func (t *Tracer) storeRegs(tr *tracee) error { return t.Kernel.SetRegs(tr.tid, tr.regs.Raw) }

// stackWord is word i of the stack arguments, which follow the return address.
func (t *Tracer) stackWord(tr *tracee, i int) uint64 {
	w := &tr.words
	if w.SP == 0 || i < 0 {
		return 0
	}
	if i+1 < w.Known {
		return w.Stack[i+1]
	}
	v, _ := t.readWord(tr, w.SP+8*uint64(i+1))
	return v
}

// vector is vector argument register i. The register set is read when it is first
// needed.
func (t *Tracer) vector(tr *tracee, i int) [16]byte {
	return t.arch.Vector(t.fpRegs(tr), i)
}

func (t *Tracer) fpRegs(tr *tracee) []byte {
	w := &tr.words
	if !w.FPRead {
		w.FPRead = true
		w.FP = t.readFP(tr, w.FP)
	}
	return w.FP
}

// resultFP is the floating-point register set at a return.
func (t *Tracer) resultFP(tr *tracee) []byte {
	if !tr.resultRead {
		tr.resultRead = true
		tr.resultFP = t.readFP(tr, tr.resultFP)
	}
	return tr.resultFP
}

// readFP reads the floating-point register set into buf. It is empty if that fails.
func (t *Tracer) readFP(tr *tracee, buf []byte) []byte {
	if cap(buf) < t.arch.FPRegsetSize {
		buf = make([]byte, t.arch.FPRegsetSize)
	}
	raw, err := t.Kernel.FPRegs(tr.tid, buf[:t.arch.FPRegsetSize])
	if err != nil {
		return buf[:0]
	}
	return raw
}

// memory is a tracee's memory as the program itself would see it, without our
// breakpoints.
type memory struct {
	kernel Memory
	tr     *tracee
}

// ReadAt implements io.ReaderAt. The offset is an address. It returns what could be read
// before the first unreadable page.
func (m memory) ReadAt(b []byte, off int64) (int, error) {
	addr := uint64(off)
	n, err := m.kernel.Read(m.tr.tid, addr, b)
	m.tr.space.hide(addr, b[:n])
	if n < len(b) && err == nil {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (t *Tracer) readWord(tr *tracee, addr uint64) (uint64, error) {
	var b [8]byte
	if _, err := (memory{t.Kernel, tr}).ReadAt(b[:], int64(addr)); err != nil {
		return 0, err
	}
	return t.arch.Order.Uint64(b[:]), nil
}

// stayStopped is the restart that leaves a tracee stopped.
var stayStopped = ptrace.Restart{Op: ptrace.Hold}
