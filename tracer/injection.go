package tracer

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"plait/event"
	"plait/inject"
	"plait/ptrace"
	"plait/syscalls"
)

// An injection is what is done to the system calls of one tracee.
type injection struct {
	choose inject.Chooser
	in     *inject.Injection // for the open call; nil: none
	done   event.Tamper      // to the open call, so far

	// For the restart from the stop that is being handled:
	signal int
	wait   time.Duration
}

// injectEntry changes a system call that begins.
func (t *Tracer) injectEntry(tr *tracee, table *syscalls.Table, info *ptrace.SyscallInfo) error {
	if tr.injection == nil {
		tr.injection = &injection{}
	}
	i := tr.injection
	in := i.choose.Choose(t.Injections, &tr.call)
	i.in, i.done = in, 0
	if in == nil {
		return nil
	}
	i.signal = in.Signal
	i.delay(in.DelayEnter)
	if t.poke(tr, info, in.PokeEnter) {
		i.done |= event.InjectedArgs
		t.decodeEntry(tr, &tr.sysFrame, info.SP) // as the kernel will see them
	}
	if !in.Replaced {
		return nil
	}
	instead := noSuchCall
	if in.Instead != "" {
		if n, ok := table.Number(in.Instead); ok {
			instead = n
		}
	}
	return t.Kernel.SetCall(tr.tid, instead)
}

// injectExit changes what a system call has done, in the tracee and in info. r, the
// report of its end, gets what was done.
func (t *Tracer) injectExit(tr *tracee, info *ptrace.SyscallInfo, r *event.Return) error {
	i := tr.injection
	in := i.in
	if i.in = nil; in == nil {
		return nil
	}
	i.delay(in.DelayExit)
	words := ptrace.SyscallInfo{Args: tr.sysFrame.Words.Ints}
	if t.poke(tr, &words, in.PokeExit) {
		i.done |= event.InjectedOut
	}
	if in.Replaced {
		i.done |= event.InjectedResult
		info.Result, info.Failed = int64(in.Result), in.Error
		if err := t.Kernel.SetResult(tr.tid, in.Result); err != nil {
			return err
		}
	}
	r.Tamper, i.done = i.done, 0
	return nil
}

// delay makes the tracee wait at the stop that it is in; 0 is no delay, and a
// negative one is over at once.
func (i *injection) delay(d time.Duration) {
	if d != 0 {
		i.done |= event.Delayed
		i.wait = max(d, 0)
	}
}

// poke writes to the memory that arguments of the call point to. It reports whether it
// wrote anything.
func (t *Tracer) poke(tr *tracee, info *ptrace.SyscallInfo, pokes []inject.Poke) bool {
	done := false
	for _, p := range pokes {
		if have := len(tr.call.Words); p.Arg >= have {
			t.injectionFailed(tr, fmt.Sprintf("requested to tamper with argument #%d, but system call '%s' has only %d arguments",
				p.Arg+1, tr.call.Name, have))
			continue
		}
		if n, err := t.Kernel.Write(tr.tid, info.Args[p.Arg], p.Data); err != nil || n < len(p.Data) {
			t.injectionFailed(tr, fmt.Sprintf("argument #%d: %v", p.Arg+1, err))
			continue
		}
		done = true
	}
	return done
}

// injectionFailed says what could not be done, each time.
func (t *Tracer) injectionFailed(tr *tracee, why string) {
	t.emit(&event.Notice{Head: t.head(tr, 0, 0), Text: fmt.Sprintf("Failed to tamper with process %d: %s", tr.tid, why)})
}

// afterSyscall is how a tracee goes on from the beginning or end of a system call:
// perhaps with a signal, perhaps later.
func (t *Tracer) afterSyscall(tr *tracee) ptrace.Restart {
	how := t.nextRestart(tr)
	i := tr.injection
	if i == nil {
		return how
	}
	how.Signal = i.signal
	wait := i.wait
	i.signal, i.wait = 0, 0
	if wait == 0 {
		return how
	}
	t.delay(tr, wait, how)
	return stayStopped
}

// A delayed tracee stays stopped until its time is over. The others go on, and a
// goroutine wakes the loop.
type delayed struct {
	tr                 *tracee
	how                ptrace.Restart
	expired, restarted atomic.Bool
}

// wakeAgain is how long to wait before the loop is woken again, in case it missed that.
const wakeAgain = time.Millisecond

// delay keeps a tracee where it is and restarts it when d is over.
func (t *Tracer) delay(tr *tracee, d time.Duration, how ptrace.Restart) {
	w := &delayed{tr: tr, how: how}
	t.delayed = append(t.delayed, w)
	go func() {
		time.Sleep(d)
		for w.expired.Store(true); !w.restarted.Load(); time.Sleep(wakeAgain) {
			t.Kernel.Wake()
		}
	}()
}

// restartDelayed restarts the delayed tracees whose time is over, or all of them.
func (t *Tracer) restartDelayed(all bool) error {
	if len(t.delayed) == 0 {
		return nil
	}
	var failed error
	still := t.delayed[:0]
	for _, w := range t.delayed {
		if !all && !w.expired.Load() && t.tracees[w.tr.tid] == w.tr {
			still = append(still, w)
			continue
		}
		w.restarted.Store(true)
		if t.tracees[w.tr.tid] != w.tr {
			continue // it has died
		}
		if err := t.Kernel.Restart(w.tr.tid, w.how); err != nil && !errors.Is(err, ptrace.ErrGone) {
			failed = errors.Join(failed, err)
		}
	}
	clear(t.delayed[len(still):])
	t.delayed = still
	return failed
}
