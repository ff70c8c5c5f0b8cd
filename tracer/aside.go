package tracer

// Whoever interrupts plait must be heard at any moment, though a big file takes
// seconds to read and a big program long to plant. So there are two ways to do what
// may take long, and each ends when Interrupt is called:
//
//   - Work on files needs no tracee. It is done aside, by a goroutine that can be
//     left behind.
//   - Work on a tracee must be done by the tracer's thread. It asks urged() between
//     its steps, and leaves off.
//
// What was left off is done anew when it is next needed: of attached processes, which
// are being let go, never; of a launched one, which may live on, once it stops again.

// urged tells whether Interrupt was called and the loop does not know yet.
func (t *Tracer) urged() bool { return len(t.urgent) > 0 }

// aside does work that needs no tracee and may take long. It reports false if
// Interrupt was called before that was over: then the result will never be known.
// There is one such work at a time, so what it shares with another is its own.
func aside[T any](t *Tracer, work func() T) (result T, ok bool) {
	if !t.settle() {
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
	t.behind = done
	if !t.settle() {
		return result, false
	}
	if fault != nil {
		panic(fault) // where it is known what to do then
	}
	return <-results, true
}

// settle waits for the work that is going on aside. It reports false if Interrupt
// was called before that is over.
func (t *Tracer) settle() bool {
	if t.behind == nil {
		return true
	}
	select {
	case <-t.behind:
		t.behind = nil
		return true
	case <-t.urgent:
		t.urge() // the loop is yet to see it
		return false
	}
}

// urge makes urged true.
func (t *Tracer) urge() {
	select {
	case t.urgent <- struct{}{}:
	default: // it is
	}
}

// bigFile is from what size on a file is read aside. Less is read at once: that
// costs less than to wait for another thread.
const bigFile = 1 << 20

// reading does work that reads a file, aside if that may take long.
func reading[T any](t *Tracer, f *file, work func() T) (result T, ok bool) {
	if !f.big {
		return work(), true
	}
	return aside(t, work)
}
