package tracer

import (
	"errors"

	"plait/objects"
	"plait/ptrace"
	"plait/syscalls"
)

var errUnreadable = errors.New("memory cannot be read")

// stepOver takes a tracee past a breakpoint that stays. plait carries out the displaced
// instruction, or it runs in an out-of-line area.
func (t *Tracer) stepOver(tr *tracee, p *site) (ptrace.Restart, error) {
	if tr.space.sites[p.addr] != p {
		return t.goTo(tr, p.addr) // it was removed while it was handled
	}
	if p.step == nil && !t.prepare(tr, p) {
		return t.stepInPlace(tr, p)
	}
	s := p.step
	if s.Trap {
		return t.deliver(tr, sigTrap)
	}
	if s.Push {
		sp := tr.regs.SP() - uint64(t.arch.PtrSize)
		if err := t.Kernel.Store(tr.tid, sp, p.addr+uint64(s.Len)); err != nil {
			return t.stepInPlace(tr, p)
		}
		tr.regs.SetSP(sp)
	}
	if s.Jump != 0 {
		return t.goToStepped(tr, s.Jump)
	}
	return t.goTo(tr, p.stepAt)
}

// prepare sets p.step. It reports false if the instruction has to run in place.
func (t *Tracer) prepare(tr *tracee, p *site) bool {
	s := tr.space
	b := s.table.At(p.addr)
	if b == nil {
		return false
	}
	if step, err := t.arch.Displace(b.Original, p.addr, p.addr); err == nil && step.Code == nil {
		p.step = &step
		return true
	}
	at, ok := p.stepAt, true
	if at == 0 { // else it has one, for code that has changed since
		if at, ok = t.slotNear(tr, p.addr); !ok {
			return false
		}
	}
	step, err := t.arch.Displace(b.Original, p.addr, at)
	if err != nil {
		return false
	}
	if _, err := t.Kernel.Write(tr.tid, at, step.Code); err != nil {
		return false
	}
	if p.stepAt == 0 {
		s.areas.Occupy(at, p)
	}
	p.step, p.stepAt = &step, at
	return true
}

// exitArea puts a tracee that a signal interrupted in an out-of-line area back into its
// own code, so that nobody sees our addresses: after the displaced instruction if that
// has run, else before it, to be passed without a report when it runs again. It reports
// whether the registers changed.
func (t *Tracer) exitArea(tr *tracee) bool {
	p, off := tr.space.locate(tr.regs.PC())
	if p == nil {
		return false
	}
	if addr, began := p.step.OriginalPC(off); began {
		tr.regs.SetPC(addr)
		if off == p.step.Link && tr.regs.Link() == p.stepAt+uint64(off) {
			tr.regs.SetLink(addr)
		}
		return true
	}
	tr.regs.SetPC(p.addr)
	if p.step.Push {
		tr.regs.SetSP(tr.regs.SP() + uint64(t.arch.PtrSize))
	}
	tr.skip, tr.skipSP = p.addr, tr.regs.SP()
	return true
}

// stepInPlace is for instructions that can't be displaced: the breakpoint is lifted for
// one step.
func (t *Tracer) stepInPlace(tr *tracee, p *site) (ptrace.Restart, error) {
	b := tr.space.table.At(p.addr)
	if b == nil {
		return t.goTo(tr, p.addr)
	}
	if _, err := t.Kernel.Write(tr.tid, p.addr, b.Original[:len(t.arch.Breakpoint)]); err != nil {
		return ptrace.Restart{}, err
	}
	tr.stepping = p
	tr.regs.SetPC(p.addr)
	return ptrace.Restart{Op: ptrace.SingleStep}, t.storeRegs(tr)
}

// stepped puts the breakpoint back after a step in place. If another thread finished its
// step first, it has put the breakpoint back already and the tracee may have hit it
// again: then the step is still to be made.
func (t *Tracer) stepped(tr *tracee) (ptrace.Restart, bool, error) {
	p := tr.stepping
	t.replant(tr)
	if tr.regs.PC()-t.arch.TrapSkew == p.addr && t.executedBreakpoint(tr) {
		how, err := t.stepInPlace(tr, p)
		return how, true, err
	}
	if tr.regs.SingleSteps() { // the program single-steps itself
		how, err := t.deliver(tr, sigTrap)
		return how, true, err
	}
	return t.nextRestart(tr), true, nil
}

func (t *Tracer) replant(tr *tracee) {
	p := tr.stepping
	tr.stepping = nil
	if tr.space.table.At(p.addr) != nil {
		_, _ = t.Kernel.Write(tr.tid, p.addr, t.arch.Breakpoint)
	}
}

// slotNear finds room for a displaced instruction within reach of addr, and maps an area
// if needed. It reports false if there is none.
func (t *Tracer) slotNear(tr *tracee, addr uint64) (at uint64, ok bool) {
	s := tr.space
	if at, ok = s.areas.Vacant(addr, t.arch.Reach); ok || s.noAreas {
		return at, ok
	}
	start, err := t.mapArea(tr, addr)
	if err != nil {
		s.noAreas = true
		return 0, false
	}
	s.areas.Add(start)
	return start, true
}

// reserve maps the areas that the code with breakpoints needs before the program runs.
// Later a seccomp filter of its own may forbid it.
func (t *Tracer) reserve(tr *tracee, entry uint64) {
	s := tr.space
	if !s.catchesCalls() {
		return
	}
	t.slotNear(tr, entry)
	for addr, p := range s.sites {
		if !p.linker {
			t.slotNear(tr, addr)
		}
	}
}

// locate finds the site whose displaced instruction is at pc, and the offset of pc in
// it.
func (s *space) locate(pc uint64) (p *site, off int) {
	p, off, _ = s.areas.Owner(pc)
	return p, off
}

// vacate frees the area slots of forgotten sites whose code is unmapped: no thread can
// be in one that would have to return to that code.
func (s *space) vacate(forgotten []*site, maps []ptrace.Mapping) {
	for _, p := range forgotten {
		if objects.MappingAt(maps, p.addr) < 0 {
			s.areas.Vacate(p.stepAt)
		}
	}
}

// An instruction that runs in an out-of-line area leaves its address in more places than
// the program counter. Where a signal handler, or the reader of a core file, would see
// it, plait puts the address of the program's own instruction.

// ownAddr is the address in the program's own code that an address in an area stands
// for. Any other address stands for itself.
func (s *space) ownAddr(addr uint64) uint64 {
	p, off := s.locate(addr)
	if p == nil && s.engine != nil {
		return s.engine.Own(addr)
	}
	if p == nil {
		return addr
	}
	if own, began := p.step.OriginalPC(off); began {
		return own
	}
	return p.addr
}

// ownFault corrects where a signal was raised, in its siginfo_t and in the state of the
// floating-point unit, and returns the siginfo_t; nil if there is none.
func (t *Tracer) ownFault(tr *tracee, sig int) []byte {
	info, err := t.Kernel.Siginfo(tr.tid)
	if err != nil {
		return nil
	}
	if !tr.space.areas.Any() && tr.space.engine == nil {
		return info
	}
	if addr, ok := syscalls.FaultAddr(sig, info); ok && tr.space.ownAddr(addr) != addr {
		syscalls.SetFaultAddr(info, tr.space.ownAddr(addr))
		_ = t.Kernel.SetSiginfo(tr.tid, info)
	}
	t.ownFloat(tr)
	return info
}

// ownFloat corrects the address of the last floating-point instruction.
func (t *Tracer) ownFloat(tr *tracee) {
	fp := t.readFP(tr, nil)
	addr := t.arch.LastFloat(fp)
	if own := tr.space.ownAddr(addr); own != addr {
		t.arch.SetLastFloat(fp, own)
		_ = t.Kernel.SetFPRegs(tr.tid, fp)
	}
}
