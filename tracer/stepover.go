package tracer

import (
	"errors"

	"plait/objects"
	"plait/ptrace"
	"plait/syscalls"
)

var errUnreadable = errors.New("memory cannot be read")

// stepOver gets a tracee past a breakpoint that stays: the displaced
// instruction is done here or runs in a slot of its own.
func (t *Tracer) stepOver(tr *tracee, p *site) (ptrace.Restart, error) {
	if tr.space.sites[p.addr] != p {
		return t.goTo(tr, p.addr) // it went away while it was handled
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

// prepare makes p.step. It reports false if the instruction has to run where it
// stands.
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
	if at == 0 { // else it has one, and other code was made here since
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

// exitArea puts a tracee that a signal found in a slot back into its own code,
// so that nobody sees our addresses: behind the displaced instruction if that
// has run, else before it, to be passed in silence when it runs again. It
// reports whether the registers changed.
func (t *Tracer) exitArea(tr *tracee) bool {
	p, off := tr.space.locate(tr.regs.PC())
	if p == nil {
		return false
	}
	if addr, began := p.step.Place(off); began {
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

// stepInPlace is the way out where an instruction cannot be displaced: the
// breakpoint is lifted for the one step.
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

// stepped puts the breakpoint back after a step in place. Another thread whose step
// was over first has put it back already if it was hit once more: then the step is
// yet to be made.
func (t *Tracer) stepped(tr *tracee) (ptrace.Restart, bool, error) {
	p := tr.stepping
	t.replant(tr)
	if tr.regs.PC()-t.arch.TrapSkew == p.addr && t.executedBreakpoint(tr) {
		how, err := t.stepInPlace(tr, p)
		return how, true, err
	}
	if tr.regs.Traced() { // the program steps too
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

// slotNear finds a slot for a displaced instruction within reach of addr, for which an
// area is mapped if need be. It reports false if there is none.
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

// reserve maps the areas that the code with breakpoints needs, before the program
// runs: later a seccomp filter of its own may forbid it.
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

func within(a, b, n uint64) bool { return a-b < n || b-a < n }

// locate finds the site whose displaced instruction runs at pc, and how far in.
func (s *space) locate(pc uint64) (p *site, off int) {
	p, off, _ = s.areas.Owner(pc)
	return p, off
}

// vacate frees the slots of sites that were forgotten, if their code is unmapped:
// no thread can be in a slot that would have to go back there.
func (s *space) vacate(forgotten []*site, maps []ptrace.Mapping) {
	for _, p := range forgotten {
		if objects.MappingAt(maps, p.addr) < 0 {
			s.areas.Vacate(p.stepAt)
		}
	}
}

// An instruction that runs in a slot of ours leaves the slot's address in more places
// than the program counter. What a signal handler, or who reads a core file, gets to
// see of it is made the address of the program's own instruction.

// ownAddr is the address in the program's own code that one in a slot stands for;
// any other stands for itself.
func (s *space) ownAddr(addr uint64) uint64 {
	p, off := s.locate(addr)
	if p == nil {
		return addr
	}
	if own, began := p.step.Place(off); began {
		return own
	}
	return p.addr
}

// ownFault puts right what a signal that a tracee has stopped with, and the state of
// its floating-point unit, say of where it was raised, and returns its siginfo_t; nil if there is none.
func (t *Tracer) ownFault(tr *tracee, sig int) []byte {
	info, err := t.Kernel.Siginfo(tr.tid)
	if err != nil {
		return nil
	}
	if !tr.space.areas.Any() {
		return info
	}
	if addr, ok := syscalls.FaultPlace(sig, info); ok && tr.space.ownAddr(addr) != addr {
		syscalls.SetFaultPlace(info, tr.space.ownAddr(addr))
		_ = t.Kernel.SetSiginfo(tr.tid, info)
	}
	t.ownFloat(tr)
	return info
}

// ownFloat puts right which floating-point instruction was the last.
func (t *Tracer) ownFloat(tr *tracee) {
	fp := t.readFP(tr, nil)
	addr := t.arch.LastFloat(fp)
	if own := tr.space.ownAddr(addr); own != addr {
		t.arch.SetLastFloat(fp, own)
		_ = t.Kernel.SetFPRegs(tr.tid, fp)
	}
}
