package tracer

import (
	"errors"
	"strings"
	"testing"

	"plait/event"
	"plait/ptrace"
)

// stops is a kernel that reports the given stops.
type stops struct {
	*fakeKernel
	left []ptrace.Stop
}

func (k *stops) Wait() (ptrace.Stop, error) {
	if len(k.left) == 0 {
		return ptrace.Stop{}, ptrace.ErrNone
	}
	s := k.left[0]
	k.left = k.left[1:]
	return s, nil
}

// faulty is a sink with a bug.
type faulty struct {
	*script
	at string // the event at which it panics: "signal", or "all"
}

func (f faulty) Emit(e event.Event) error {
	if _, ok := e.(*event.Signal); ok || f.at == "all" {
		panic("a mistake")
	}
	return f.script.Emit(e)
}

// TestFault: after a panic in plait every tracee is detached, including the one whose
// stop was being handled, and no breakpoint is left behind.
func TestFault(t *testing.T) {
	for _, at := range []string{"signal", "all"} {
		s := newScript(t)
		for line := range strings.Lines("follow\ntracee 77\ncode 0x400000 0x401000\nbytes 0x400030 ff25e2ff0300\nslot 77 malloc 0x400030 0x404018\n77 thread 78 pc=0x400100\n78 new\n") {
			s.line(strings.Fields(line))
		}
		s.out.Reset()
		s.tracer.Sink = faulty{s, at}
		s.tracer.Kernel = &stops{s.kernel, []ptrace.Stop{
			{TID: 77, Kind: ptrace.SignalDelivery, Signal: 10}, {TID: 78, Kind: ptrace.Interrupted},
		}}
		fault, ok := errors.AsType[*Fault](s.tracer.Run())
		if !ok || fault.Error() != "internal error: a mistake" || !strings.Contains(string(fault.Stack), "deliver") {
			t.Errorf("%s: Run returned %v", at, fault)
		}
		if b := s.kernel.memory[0x400030]; b != 0xff {
			t.Errorf("%s: %#x stands where the breakpoint was", at, b)
		}
		out := s.out.String()
		if at == "signal" && (!strings.Contains(out, "-> 77 detach signal 10") || !strings.Contains(out, "-> 78 detach signal 0")) {
			t.Errorf("not all were let go of:\n%s", out)
		}
	}
}
