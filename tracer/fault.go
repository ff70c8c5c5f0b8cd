package tracer

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"plait/ptrace"
)

// A Fault is a bug of plait itself that ended the tracing.
type Fault struct {
	What  any    // the value of the panic
	Stack []byte // of the panic
}

func (f *Fault) Error() string { return fmt.Sprintf("internal error: %v", f.What) }

// A currentStop is a stop that is being handled.
type currentStop struct {
	tr   *tracee
	stop ptrace.Stop
}

// maxDetachWait is how long plait, about to die, waits for the tracees that it detaches
// from to stop.
const maxDetachWait = 3 * time.Second

// doneDying tells whether there is nothing left to wait for before this process dies. It
// does not wait for tracees that cannot live without a tracer.
func (t *Tracer) doneDying() bool {
	for _, tr := range t.tracees {
		if tr.attached && t.Now().Before(t.detachDeadline) {
			return false
		}
	}
	t.removeBreakpoints()
	return true
}

// detachAfterFault detaches from all tracees after a fault, as well as still possible:
// no process that was attached to may be left with our breakpoints.
func (t *Tracer) detachAfterFault(what any) (err error) {
	fault := &Fault{what, debug.Stack()}
	defer func() {
		if again := recover(); again != nil {
			t.removeBreakpoints()
			err = fault
		}
	}()
	t.DetachNow()
	if err := t.detachAll(); err != nil {
		return errors.Join(fault, err)
	}
	for _, h := range t.current {
		if t.tracees[h.tr.tid] != h.tr || h.tr.space.allStop == notStopping {
			continue
		}
		if err := t.hold(h.tr, h.stop); err != nil {
			return errors.Join(fault, err)
		}
	}
	_ = t.run()
	return fault
}

// removeBreakpoints takes the breakpoints out of all memory, which is the least that
// plait owes.
func (t *Tracer) removeBreakpoints() {
	for _, tr := range t.tracees {
		_ = tr.space.table.RemoveAll()
	}
}
