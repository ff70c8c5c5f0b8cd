package tracer

import (
	"bytes"

	"plait/arch"
	"plait/callstack"
	"plait/event"
	"plait/objects"
	"plait/plt"
	"plait/proto/decode"
	"plait/ptrace"
	"plait/syscalls"
)

// sigtrap handles SIGTRAP. It reports false if no breakpoint of ours caused it:
// then the signal is the program's.
func (t *Tracer) sigtrap(tr *tracee) (how ptrace.Restart, ours bool, err error) {
	native, err := t.loadRegs(tr)
	if err != nil || !native {
		return ptrace.Restart{}, false, err
	}
	if tr.stepping != nil {
		if err := t.restoreSigtrap(tr); err != nil {
			return ptrace.Restart{}, true, err
		}
		return t.stepped(tr)
	}
	addr := tr.regs.PC() - t.arch.TrapSkew
	p := tr.space.sites[addr]
	if p == nil {
		return t.sigtrapNoSite(tr, addr)
	}
	info, mine := t.sigtrapInfo(tr)
	if p.short && !mine && !tr.sigtrapBlocked { // a blocked SIGTRAP arrives only if it is forced
		return ptrace.Restart{}, false, nil
	}
	if !t.isProgramsOwn(tr, p) {
		err = t.restoreSigtrap(tr)
	}
	if err == nil {
		how, err = t.hit(tr, p)
	}
	if err == nil && !mine && info != nil {
		how, err = t.deliverSentToo(tr, how, info)
	}
	return how, true, err
}

// isProgramsOwn tells whether the program itself has a breakpoint instruction at a site.
// Then the trap is the program's.
func (t *Tracer) isProgramsOwn(tr *tracee, p *site) bool {
	b := tr.space.table.At(p.addr)
	return b != nil && bytes.HasPrefix(b.Original, t.arch.Breakpoint)
}

// deliverSentToo handles a SIGTRAP that another process sent and that was pending when a
// breakpoint was hit.
func (t *Tracer) deliverSentToo(tr *tracee, how ptrace.Restart, info []byte) (ptrace.Restart, error) {
	if tr.sigtrapBlocked {
		return how, t.resend(tr, info)
	}
	return t.deliver(tr, sigTrap)
}

// executedBreakpoint tells a trap from a sent SIGTRAP where the program counter alone
// can't: after a one-byte instruction.
func (t *Tracer) executedBreakpoint(tr *tracee) bool {
	_, executed := t.sigtrapInfo(tr)
	return executed
}

// sigtrapInfo is the siginfo_t of a SIGTRAP, and whether a breakpoint instruction raised
// it.
func (t *Tracer) sigtrapInfo(tr *tracee) (info []byte, executed bool) {
	info, err := t.Kernel.Siginfo(tr.tid)
	if err != nil || len(info) < 12 {
		return nil, false
	}
	return info, t.arch.Order.Uint32(info[8:]) == t.arch.TrapCode
}

// sigtrapNoSite handles a trap where there is no site. If the breakpoint was removed after
// the tracee had hit it, the tracee is sent back. If it could not be removed, the tracee
// is taken past it. Any other trap is the program's own.
func (t *Tracer) sigtrapNoSite(tr *tracee, addr uint64) (ptrace.Restart, bool, error) {
	if b := tr.space.table.At(addr); b != nil && t.executedBreakpoint(tr) {
		if err := t.restoreSigtrap(tr); err != nil {
			return ptrace.Restart{}, true, err
		}
		how, err := t.stepOver(tr, tr.space.addSite(b))
		return how, true, err
	}
	if !tr.space.removed[addr] || !t.executedBreakpoint(tr) {
		return ptrace.Restart{}, false, nil
	}
	now := make([]byte, len(t.arch.Breakpoint))
	if _, err := t.Kernel.Read(tr.tid, addr, now); err != nil || string(now) == string(t.arch.Breakpoint) {
		return ptrace.Restart{}, false, nil
	}
	if err := t.restoreSigtrap(tr); err != nil {
		return ptrace.Restart{}, true, err
	}
	how, err := t.goTo(tr, addr)
	return how, true, err
}

// goTo restarts a tracee at addr.
func (t *Tracer) goTo(tr *tracee, addr uint64) (ptrace.Restart, error) {
	tr.regs.SetPC(addr)
	return t.nextRestart(tr), t.storeRegs(tr)
}

// goToStepped restarts a tracee at addr, where an instruction that plait carried out has
// led. To a program that single-steps itself that was a step.
func (t *Tracer) goToStepped(tr *tracee, addr uint64) (ptrace.Restart, error) {
	how, err := t.goTo(tr, addr)
	if err != nil || !tr.regs.SingleSteps() || tr.stopsAtSyscalls() { // then the step's trap would kill it
		return how, err
	}
	if err := t.Kernel.SetSiginfo(tr.tid, syscalls.StepInfo(addr)); err != nil {
		return how, err
	}
	return t.deliver(tr, sigTrap)
}

// hit does what the site is there for and gets the tracee past it.
func (t *Tracer) hit(tr *tracee, p *site) (ptrace.Restart, error) {
	again := !p.syscallInsn && tr.reentered(p) // a handler may make that call on a stack of its own
	if p.linker {
		t.rendezvous(tr)
	}
	if p.resolverReturns {
		t.returnResolver(tr, p)
	}
	if p.resolver != nil {
		t.enterResolver(tr, p)
	}
	if p.entry {
		t.atEntryPoint(tr, p)
		t.reserve(tr, p.addr)
		t.startEngine(tr)
	}
	if p.returns && tr.shown {
		tr.calls.EndReturned(p.addr, tr.regs.SP())
		t.promoteReturn(tr, p)
	}
	if p.returnsGo && tr.shown {
		tr.calls.EndReturnedGo(p.addr, tr.regs.SP())
	}
	if p.function != nil && tr.shown && !again {
		t.enterFunction(tr, p)
	}
	if p.syscallInsn {
		t.atSyscall(tr)
	}
	if len(p.slots) > 0 {
		return t.emulateSlot(tr, p)
	}
	return t.stepOver(tr, p)
}

// reentered tells whether a tracee is at the entry of a function for the second time: a
// signal interrupted the displaced first instruction and its handler has returned. A
// handler that did not return is noticed by the stack pointer at the next site outside.
// (Returns need no such care: a call that has returned has no frame to return again.)
func (tr *tracee) reentered(p *site) bool {
	if tr.skip == 0 || tr.regs.SP() < tr.skipSP {
		return false
	}
	again := tr.skip == p.addr && tr.regs.SP() == tr.skipSP
	tr.skip = 0
	return again
}

// emulateSlot takes the tracee through a slot. plait carries out the indirect jump or
// call by setting the program counter to the GOT word.
func (t *Tracer) emulateSlot(tr *tracee, p *site) (ptrace.Restart, error) {
	s, target, err := t.chooseSlot(tr, p)
	if err != nil {
		return t.stepOver(tr, p) // the GOT word cannot be read: the program shall fault itself
	}
	sp, ret := tr.regs.SP(), tr.words.Stack[0]
	if calls(s.Form) {
		sp -= uint64(t.arch.PtrSize)
		ret = p.addr + uint64(s.Len)
		tr.words.Stack[0] = ret
	}
	if tr.shown && (!byRegister(s.Form) || target == tr.gotWord) {
		t.enterSlot(tr, p, s, target, sp, ret)
	}
	if !t.arch.Canonical(target) {
		return t.stepOver(tr, p) // the instruction itself faults, not its target
	}
	if err := t.goThrough(tr, p, s, target); err != nil {
		return t.stepOver(tr, p)
	}
	t.promoteSlot(tr, p, s)
	return t.goToStepped(tr, target)
}

// goThrough does what the instruction of slot s does, except that the tracee is not there yet.
func (t *Tracer) goThrough(tr *tracee, p *site, s *slot, target uint64) error {
	if calls(s.Form) {
		sp := tr.regs.SP() - uint64(t.arch.PtrSize)
		if err := t.Kernel.Store(tr.tid, sp, p.addr+uint64(s.Len)); err != nil {
			return err
		}
		tr.regs.SetSP(sp)
	}
	if s.Form == plt.LoadStub {
		tr.regs.SetGPR(s.Reg, target)
	}
	return nil
}

// chooseSlot reads what the calls through site p need, in one go: the GOT word and the
// stack. If several slots share the instruction (a call through a register), it chooses
// the one whose GOT word the register holds.
func (t *Tracer) chooseSlot(tr *tracee, p *site) (s *slot, target uint64, err error) {
	s = p.slots[0]
	if err := t.readCall(tr, s); err != nil {
		return nil, 0, err
	}
	if !byRegister(s.Form) {
		return s, tr.gotWord, nil
	}
	if target, err = t.registerTarget(tr, s); err != nil {
		return nil, 0, err
	}
	for _, other := range p.slots {
		if v, err := t.readWord(tr, other.got); err == nil && v == target {
			tr.gotWord = v
			return other, target, nil
		}
	}
	tr.gotWord = ^target
	return s, target, nil
}

// registerTarget is the target of a call whose GOT word was loaded into a register or
// spilled.
func (t *Tracer) registerTarget(tr *tracee, s *slot) (target uint64, err error) {
	target = tr.regs.GPR(s.Reg)
	if s.Form == plt.SpilledCall {
		return t.readWord(tr, target+uint64(int64(s.Disp)))
	}
	return target, nil
}

// readCall reads the GOT word of s and the words on the stack, from the return address
// on. If the call has yet to push that, it reads from the first argument on.
func (t *Tracer) readCall(tr *tracee, s *slot) error {
	b, w := &tr.callBytes, &tr.words
	w.SP, w.Known, w.FPRead = tr.regs.SP(), 0, false
	first := 0
	if calls(s.Form) {
		w.SP -= uint64(t.arch.PtrSize)
		first = 1
	}
	tr.parts[0] = ptrace.Part{Addr: s.got, B: b[:8]}
	tr.parts[1] = ptrace.Part{Addr: tr.regs.SP(), B: b[8 : 8+8*(callstack.StackWords-first)]}
	n, err := t.Kernel.ReadParts(tr.tid, tr.parts[:])
	if err != nil || n < 8 {
		return errUnreadable
	}
	tr.gotWord = t.arch.Order.Uint64(b[:])
	w.Known = min(first+(n-8)/8, callstack.StackWords)
	for i := first; i < w.Known; i++ {
		w.Stack[i] = t.arch.Order.Uint64(b[8+8*(i-first):])
	}
	for i := range t.arch.IntArgs() {
		w.Ints[i] = tr.regs.Arg(i)
	}
	return nil
}

// enterSlot reports the call that goes through slot s.
func (t *Tracer) enterSlot(tr *tracee, p *site, s *slot, target, sp, ret uint64) {
	tr.calls.Prune(sp, ret, func(f *callstack.Frame) bool { return t.isTailCall(tr, p, s, f, ret) })
	if !s.known {
		t.resolve(tr, s, target, ret)
	}
	t.enter(tr, &callstack.Frame{
		Call: &event.Call{
			Kind: event.Library, Object: s.callee, From: s.object.Name(), FromMain: s.object.Main, Name: s.Name, Version: s.Version, Addr: p.addr,
		},
		Proto: s.proto, SP: sp, Ret: ret,
	})
}

// resolve finds the prototype of a slot, and the object that it leads to. Before the
// first call of a lazily bound slot the GOT word leads back into the caller's object;
// then it is the object that the dynamic loader would choose, at first by name.
func (t *Tracer) resolve(tr *tracee, s *slot, target, ret uint64) {
	if target == 0 { // no stop is at the call
		target, _ = t.readWord(tr, s.got)
	}
	if o := tr.space.objects.At(target); o != nil && (o != s.object || o.DefinesAt(s.Name, target)) {
		s.callee, s.known = o.Name(), true
	} else {
		if s.callee == "" {
			s.callee = tr.space.objects.Definer(s.Name)
		}
		m, _, _ := tr.space.codeAt(t.Kernel, target)
		target, s.known = 0, m.Path == "[vdso]" // else back in the caller's object
	}
	if s.proto == nil || s.known {
		s.proto = t.prototypes(tr).Of(objects.Call{From: s.object, Name: s.Name, Callee: s.callee, Target: target, Ret: ret})
	}
}

// prototypes finds prototypes of the functions of a tracee's space.
func (t *Tracer) prototypes(tr *tracee) objects.Prototypes {
	return objects.Prototypes{Database: t.Prototypes, List: tr.space.objects}
}

// isTailCall tells whether a call through slot s at exactly the place of frame f is made
// by f's callee as its last act. If not, f was unwound (by an exception, say) and the
// same code calls again.
func (t *Tracer) isTailCall(tr *tracee, p *site, s *slot, f *callstack.Frame, ret uint64) bool {
	if f.Ret != ret || calls(s.Form) {
		return false
	}
	return !t.callsDirectly(tr, p, s, ret)
}

// callsDirectly tells whether the instruction before ret is a direct call of the stub of
// s.
func (t *Tracer) callsDirectly(tr *tracee, p *site, s *slot, ret uint64) bool {
	to, ok := t.directTarget(tr, ret)
	return ok && to <= p.addr && p.addr-to <= maxStub
}

// directTarget is the target of the direct call that returns to ret, if there is one.
func (t *Tracer) directTarget(tr *tracee, ret uint64) (to uint64, ok bool) {
	var b [arch.MaxCall]byte
	code := b[:t.arch.CallSize]
	if _, err := (memory{t.Kernel, tr}).ReadAt(code, int64(ret)-int64(len(code))); err != nil {
		return 0, false
	}
	return t.arch.CallTarget(code, ret)
}

// maxStub is how far into its stub the indirect jump may be.
const maxStub = 16

// enterFunction reports a call that has reached the entry point of a traced function.
func (t *Tracer) enterFunction(tr *tracee, p *site) {
	fn, w := p.function, &tr.words
	w.SP, w.Known, w.FPRead = tr.regs.SP(), 0, false
	for i := range t.arch.IntArgs() {
		w.Ints[i] = tr.regs.Arg(i)
	}
	ret, err := t.readWord(tr, w.SP)
	if err != nil {
		return
	}
	direct := func() bool {
		to, ok := t.directTarget(tr, ret)
		return ok && to == p.addr
	}
	if fn.part && !direct() {
		return // its own function has jumped there
	}
	if !fn.known {
		fn.proto, fn.known = t.prototypes(tr).At(fn.object, fn.name, p.addr), true
	}
	tail := func(f *callstack.Frame) bool { return f.Ret == ret && f.Call.Addr != p.addr && !direct() }
	var at callstack.Goroutine
	if fn.isGo {
		at, _ = tr.calls.GoroutineAt(w.SP)
	}
	switch {
	case at.G == 0:
		tr.calls.Prune(w.SP, ret, tail)
	case tr.calls.BegunAgain(p.addr, ret, w.SP, at):
		return
	default:
		tr.calls.PruneGo(at, tail)
	}
	call := &event.Call{Kind: event.Function, Object: fn.object.Name(), Name: fn.name, Version: fn.version, Main: fn.object.Main, Addr: p.addr}
	t.enter(tr, &callstack.Frame{Call: call, Proto: fn.proto, SP: w.SP, Ret: ret, Goroutine: at})
}

// enter pushes a frame, catches its return and reports it.
func (t *Tracer) enter(tr *tracee, f *callstack.Frame) {
	t.lastCallID++
	c := f.Call
	c.ID, c.Parent, c.Number, c.Caller = t.lastCallID, tr.parentOf(tr.calls.Depth()), -1, f.Ret
	if f.Proto == nil {
		f.Proto = t.unknownOf(c.Kind)
	}
	c.Guess, c.MoreArgs, c.ResultGuess = f.Proto.Guess, f.Proto.MoreArgs, f.Proto.ResultGuess
	tr.source.Kind = c.Kind
	c.Args, c.ArgsPending = f.Proto.Enter(&tr.source)
	c.Words = tr.source.Words()
	t.noteFreed(tr, f)
	c.Stack = t.callers(tr, f.Ret, f.SP)
	f.Words = tr.words
	if tr.record != nil {
		f.Begun, f.Work = t.now, tr.work
	} else {
		f.FramePointer = tr.regs.FramePointer()
	}
	if f.Proto.MayKeepErrno {
		f.Errno = t.errno(tr)
	}
	if f.Words.FPRead {
		f.Words.FP = append([]byte(nil), tr.words.FP...)
	}
	caught := f.Proto.NoReturn || t.catchReturn(tr, f)
	depth := tr.calls.Depth()
	tr.calls.Push(f)
	tr.enterEvent = event.Enter{Head: t.head(tr, depth, f.Ret), Call: c}
	t.emit(&tr.enterEvent)
	if !caught {
		t.endCall(tr, depth, event.Unavailable)
	}
}

// unknownOf is the prototype of calls about which nothing is known.
func (t *Tracer) unknownOf(kind event.CallKind) *decode.Prototype {
	p := t.unknown[kind]
	if p == nil {
		p = decode.Unknown(kind)
		t.unknown[kind] = p
	}
	return p
}

// catchReturn plants a breakpoint at the return address of frame f. Outside of JIT code
// it stays, so the next call from the same place finds it there. It reports false if the
// return will not be seen.
func (t *Tracer) catchReturn(tr *tracee, f *callstack.Frame) bool {
	p := tr.space.sites[f.Ret]
	if tr.record != nil {
		return p != nil && p.returns // it was planted when the address was new
	}
	if p == nil {
		m, ok, err := tr.space.codeAt(t.Kernel, f.Ret)
		if err != nil {
			t.noticeMissing(tr, "the ends of calls are not traced", err)
			return false
		}
		if !ok {
			return true // there is no code: that function never returns
		}
		if p = tr.space.returnSite(f.Ret, m); p == nil {
			return false
		}
	}
	p.returns = true
	p.returnsGo = p.returnsGo || f.Goroutine.G != 0
	if p.jit {
		p.await(f)
	}
	t.expectReturn(tr, p, f)
	return true
}

// decodeReturn decodes the result of the call that just returned, and the arguments that
// it has filled in.
func (t *Tracer) decodeReturn(tr *tracee, f *callstack.Frame, r *event.Return) {
	fp := tr.words.FP
	tr.words = f.Words
	tr.source.Kind = f.Call.Kind
	tr.resultRead = false
	if tr.record != nil {
		tr.result.Int = tr.record.Results()
	} else {
		tr.result.Int = [2]uint64{tr.regs.Result(0), tr.regs.Result(1)}
	}
	tr.result.Errno = 0
	f.Call.Args, r.Result = f.Proto.Return(&tr.source, f.Call.Args, tr.result)
	if t.Heap {
		r.Heap = f.Proto.HeapAfter(&tr.source, tr.freed[f.Call.ID])
	}
	r.Word, r.HasWord = f.Proto.Word(&tr.result)
	f.Call.Failed = f.Proto.Failed(&tr.result)
	if f.Call.Failed && f.Proto.SetsErrno {
		r.Errno = t.failure(tr, f)
	}
	tr.words.FP = fp
}

// noteFreed remembers the block that a call that begins is about to free.
func (t *Tracer) noteFreed(tr *tracee, f *callstack.Frame) {
	if !t.Heap {
		return
	}
	if addr := f.Proto.Freed(&tr.source); addr != 0 {
		if tr.freed == nil {
			tr.freed = map[uint64]uint64{}
		}
		tr.freed[f.Call.ID] = addr
	}
}

// calls tells whether a slot's instruction pushes a return address itself.
func calls(f plt.Form) bool { return f == plt.Call || f == plt.RegisterCall || f == plt.SpilledCall }

// byRegister tells whether a slot's target was loaded from the GOT word earlier.
func byRegister(f plt.Form) bool {
	return f == plt.RegisterCall || f == plt.RegisterJump || f == plt.SpilledCall
}
