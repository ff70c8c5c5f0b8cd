package tracer

import (
	"errors"

	"plait/event"
	"plait/ptrace"
	"plait/syscalls"
)

const sigTrap = 5

// signal handles a signal-delivery-stop: SIGTRAP may be a breakpoint of ours,
// everything else is the program's and goes on to it.
func (t *Tracer) signal(tr *tracee, sig int) (ptrace.Restart, error) {
	if sig == sigTrap {
		if how, ours, err := t.breakpointTrap(tr); ours || err != nil {
			return how, err
		}
	}
	return t.deliver(tr, sig)
}

// deliver reports a signal and lets it go on to the program, which must not see
// that it was stopped in a place of ours.
func (t *Tracer) deliver(tr *tracee, sig int) (ptrace.Restart, error) {
	info := t.ownFault(tr, sig)
	ip, err := t.ownPlace(tr)
	if err != nil {
		return ptrace.Restart{}, err
	}
	if sig == sigTrap && sentByProcess(info) && t.handlerReset(tr) {
		return t.nextRestart(tr), errors.Join(t.setDisposition(tr), t.resend(tr, info))
	}
	if tr.shown && t.Signals.Has(sig) {
		name, text := syscalls.SignalName(sig)
		e := &event.Signal{Head: t.head(tr, tr.depth(), ip), Number: sig, Name: name, Text: text}
		if info != nil {
			e.Info = syscalls.Siginfo(info, tr.source.PID)
		}
		e.Stack = t.signalled(tr)
		t.emit(e)
	}
	if sig != 0 && ip != 0 {
		tr.noteHandler(tr.regs.SP())
	}
	if sig == sigTrap && tr.disposition.ignores() && sentByProcess(info) {
		sig = 0 // so it is to the program; to the kernel not always
	}
	tr.noteDelivered(sig)
	t.stopInHandler(tr, sig)
	how := t.nextRestart(tr)
	how.Signal = sig
	return how, nil
}

// ownPlace puts a tracee that stands in a place of ours back into its own code
// and returns where it is.
func (t *Tracer) ownPlace(tr *tracee) (ip uint64, err error) {
	if tr.stepping != nil {
		t.replant(tr)
	}
	native, err := t.loadRegs(tr)
	if err != nil || !native {
		return 0, err
	}
	if t.exitArea(tr) {
		err = t.storeRegs(tr)
	}
	return tr.regs.PC(), err
}

// group handles a group-stop: the tracee stays stopped, as its user wants, but
// is listened to.
func (t *Tracer) group(tr *tracee, sig int) (ptrace.Restart, error) {
	if tr.shown && t.Signals.Has(sig) {
		name, text := syscalls.SignalName(sig)
		t.emit(&event.Stopped{Head: t.head(tr, tr.depth(), 0), Number: sig, Name: name, Text: text})
	}
	return ptrace.Restart{Op: ptrace.Listen}, nil
}
