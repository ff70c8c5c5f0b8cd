package tracer

import "plait/syscalls"

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
