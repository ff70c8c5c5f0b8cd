// Package background does work that may take long so that whoever asked for it can
// be interrupted meanwhile: a big file takes seconds to read.
//
// It owns the goroutine and the rule that there is one such work at a time, so that
// what it shares with another is its own. It does not know what the work is: that
// must need no tracee, which only the tracer's thread may touch. What was left off
// is done anew when it is next needed.
//
// Work on a tracee cannot go to the background: it asks Urged between its steps, and
// leaves off.
package background

import "time"

// A Worker does one work at a time. Urge may be called from any goroutine, the rest
// from one alone.
type Worker struct {
	urgent chan struct{} // holds one if Urge was called since the last Calm
	behind chan struct{} // closed when the work that goes on is over; nil: none does
}

// New returns a Worker without work.
func New() *Worker { return &Worker{urgent: make(chan struct{}, 1)} }

// Urge interrupts what is being done, until Calm is called.
func (w *Worker) Urge() {
	select {
	case w.urgent <- struct{}{}:
	default: // it is
	}
}

// Calm ends the interruption.
func (w *Worker) Calm() {
	select {
	case <-w.urgent:
	default:
	}
}

// Urged tells whether Urge was called since the last Calm.
func (w *Worker) Urged() bool { return len(w.urgent) > 0 }

// Do does work that needs no tracee and may take long. It reports false if Urge was
// called before that was over: then the result will never be known. A panic of the
// work is the caller's.
func Do[T any](w *Worker, work func() T) (result T, ok bool) {
	if !w.settle() {
		return result, false
	}
	var fault any
	done := make(chan struct{})
	results := make(chan T, 1)
	go func() {
		defer close(done)
		defer func() { fault = recover() }()
		results <- work()
	}()
	w.behind = done
	if !w.settle() {
		return result, false
	}
	if fault != nil {
		panic(fault) // where it is known what to do then
	}
	return <-results, true
}

// settle waits for the work that goes on. It reports false if Urge was called before
// that is over.
func (w *Worker) settle() bool {
	if w.behind == nil {
		return true
	}
	select {
	case <-w.behind:
		w.behind = nil
		return true
	case <-w.urgent:
		w.Urge() // until Calm
		return false
	}
}

// Wait waits for what ready gives, no longer than time allows, and reports false if
// it did not come or Urge was called.
func Wait[T any](w *Worker, ready <-chan T, patience time.Duration) (value T, ok bool) {
	select {
	case value = <-ready:
		return value, true
	case <-time.After(max(0, patience)):
	case <-w.urgent:
		w.Urge() // until Calm
	}
	return value, false
}
