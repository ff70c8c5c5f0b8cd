package tracer

import (
	"errors"

	"plait/event"
	"plait/ptrace"
	"plait/syscalls"
)

const sigTrap = 5

// signal handles a signal-delivery-stop. SIGTRAP may come from a breakpoint of ours;
// every other signal is the program's and is delivered.
func (t *Tracer) signal(tr *tracee, sig int) (ptrace.Restart, error) {
	if sig == sigTrap {
		if how, ours, err := t.sigtrap(tr); ours || err != nil {
			return how, err
		}
	}
	return t.deliver(tr, sig)
}

// deliver reports a signal and delivers it to the program, which must not see that it
// was stopped in our code.
func (t *Tracer) deliver(tr *tracee, sig int) (ptrace.Restart, error) {
	info := t.ownFault(tr, sig)
	ip, err := t.ownPlace(tr)
	if err != nil {
		return ptrace.Restart{}, err
	}
	if sig == sigTrap && sentByProcess(info) && tr.handlerReset(t.Kernel) {
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
		tr.calls.NoteHandler(tr.regs.SP())
	}
	if sig == sigTrap && tr.disposition.ignores() && sentByProcess(info) {
		sig = 0 // the program ignores it; the kernel may not know
	}
	tr.noteDelivered(sig)
	t.stopInHandler(tr, sig)
	how := t.nextRestart(tr)
	how.Signal = sig
	return how, nil
}

// ownPlace puts a tracee that is in our code back into its own and returns its program
// counter.
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

// group handles a group-stop. The tracee stays stopped, as its user wants, and plait
// waits for its events.
func (t *Tracer) group(tr *tracee, sig int) (ptrace.Restart, error) {
	if tr.shown && t.Signals.Has(sig) {
		name, text := syscalls.SignalName(sig)
		t.emit(&event.Stopped{Head: t.head(tr, tr.depth(), 0), Number: sig, Name: name, Text: text})
	}
	return ptrace.Restart{Op: ptrace.Listen}, nil
}
