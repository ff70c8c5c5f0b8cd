package tracer

import (
	"errors"
	"sync/atomic"
	"time"

	"plait/ptrace"
)

// A delayed tracee stands in its stop until its time is over. The others go on:
// a goroutine wakes the loop.
type delayed struct {
	tr         *tracee
	how        ptrace.Restart
	ripe, done atomic.Bool
}

// wakeAgain is how long after a waking that was perhaps not heard the next comes.
const wakeAgain = time.Millisecond

// delay keeps a tracee where it is and restarts it when d is over.
func (t *Tracer) delay(tr *tracee, d time.Duration, how ptrace.Restart) {
	w := &delayed{tr: tr, how: how}
	t.delayed = append(t.delayed, w)
	go func() {
		time.Sleep(d)
		for w.ripe.Store(true); !w.done.Load(); time.Sleep(wakeAgain) {
			t.Kernel.Wake()
		}
	}()
}

// resume restarts the delayed tracees whose time is over, or all of them.
func (t *Tracer) resume(all bool) error {
	if len(t.delayed) == 0 {
		return nil
	}
	var failed error
	still := t.delayed[:0]
	for _, w := range t.delayed {
		if !all && !w.ripe.Load() && t.tracees[w.tr.tid] == w.tr {
			still = append(still, w)
			continue
		}
		w.done.Store(true)
		if t.tracees[w.tr.tid] != w.tr {
			continue // it died meanwhile
		}
		if err := t.Kernel.Restart(w.tr.tid, w.how); err != nil && !errors.Is(err, ptrace.ErrGone) {
			failed = errors.Join(failed, err)
		}
	}
	clear(t.delayed[len(still):])
	t.delayed = still
	return failed
}
