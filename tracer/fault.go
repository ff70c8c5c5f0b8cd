package tracer

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"plait/ptrace"
)

// A Fault is a mistake of this program's own that ended the tracing.
type Fault struct {
	What  any    // what was panicked with
	Stack []byte // where
}

func (f *Fault) Error() string { return fmt.Sprintf("internal error: %v", f.What) }

// currentStop is what is being done: a tracee stands in this stop.
type currentStop struct {
	tr   *tracee
	stop ptrace.Stop
}

// maxDetachWait is how long a process that is about to die waits for those that it
// lets go of to stop.
const maxDetachWait = 3 * time.Second

// doneDying tells whether nothing is left to wait for before this process dies.
// What cannot live without a tracer is not waited for.
func (t *Tracer) doneDying() bool {
	for _, tr := range t.tracees {
		if tr.attached && t.Now().Before(t.detachDeadline) {
			return false
		}
	}
	t.removeBreakpoints()
	return true
}

// detachAfterFault lets go of all tracees after a fault, as well as that can still be done:
// what was attached to must not be left with our breakpoints.
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

// removeBreakpoints takes the breakpoints out of all memory; the least that is owed.
func (t *Tracer) removeBreakpoints() {
	for _, tr := range t.tracees {
		_ = tr.space.table.RemoveAll()
	}
}
