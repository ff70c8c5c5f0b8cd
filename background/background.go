// Package background runs work that may take long, such as reading a big file, in a
// goroutine, so that waiting for it can be interrupted.
//
// It owns that goroutine and the rule that only one piece of work runs at a time, so that
// two never share data. It does not know what the work is. The work must not touch a
// tracee, because ptrace(2) binds tracees to the tracer's thread. The result of
// interrupted work is lost: the caller starts the work again when it next needs the
// result.
//
// # Adding work
//
// Pass it to Do as a function. Work on a tracee cannot run in the background: it asks
// Interrupted between its steps instead, and stops early.
package background

import "time"

// A Worker runs one piece of work at a time. Interrupt may be called from any goroutine;
// everything else must be called from one goroutine.
type Worker struct {
	interrupt chan struct{} // holds one element if Interrupt was called since the last Reset
	running   chan struct{} // closed when the running work ends; nil: none runs
}

// New returns an idle Worker.
func New() *Worker { return &Worker{interrupt: make(chan struct{}, 1)} }

// Interrupt makes Do and Wait return early until Reset is called.
func (w *Worker) Interrupt() {
	select {
	case w.interrupt <- struct{}{}:
	default: // it is set already
	}
}

// Reset ends the effect of Interrupt.
func (w *Worker) Reset() {
	select {
	case <-w.interrupt:
	default:
	}
}

// Interrupted reports whether Interrupt was called since the last Reset.
func (w *Worker) Interrupted() bool { return len(w.interrupt) > 0 }

// Do runs work, which may take long and must not touch a tracee, and returns its result.
// It returns false if Interrupt was called first: the result is then lost, and no other
// work begins until this work has ended. If work panics, Do panics with the same value.
func Do[T any](w *Worker, work func() T) (result T, ok bool) {
	if !w.finish() {
		return result, false
	}
	var panicked any
	done := make(chan struct{})
	results := make(chan T, 1)
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		results <- work()
	}()
	w.running = done
	if !w.finish() {
		return result, false
	}
	if panicked != nil {
		panic(panicked) // the caller knows what to do about it
	}
	return <-results, true
}

// finish waits for the running work to end. It returns false if Interrupt was called
// first.
func (w *Worker) finish() bool {
	if w.running == nil {
		return true
	}
	select {
	case <-w.running:
		w.running = nil
		return true
	case <-w.interrupt:
		w.Interrupt() // stays set until Reset
		return false
	}
}

// Wait receives a value from ready. It returns false if none came within timeout or if
// Interrupt was called first.
func Wait[T any](w *Worker, ready <-chan T, timeout time.Duration) (value T, ok bool) {
	select {
	case value = <-ready:
		return value, true
	case <-time.After(max(0, timeout)):
	case <-w.interrupt:
		w.Interrupt() // stays set until Reset
	}
	return value, false
}
