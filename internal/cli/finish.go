package cli

import (
	"time"

	"plait/tracer"
)

// maxStopped is how long tracees wait for the end of the trace. It is much less than a
// user notices, and more than nearly all traces take to be written.
const maxStopped = 20 * time.Millisecond

// maxHaste is how long plait outranks other programs after its Run. A table may take long,
// and a reader for ever.
const maxHaste = 100 * time.Millisecond

// Finish calls end, which ends the trace of t after its Run, and returns what end returns.
//
// The tracees that t has left stopped go on when this process ends. If that takes long, or
// if a reader may keep this process, they go on before. On a busy machine each that runs
// takes processor time from plait; as long as they wait, plait has all it needs.
func (u *UI) Finish(t *tracer.Tracer, end func() int) int {
	defer time.AfterFunc(maxHaste, u.haste.end).Stop()
	if !t.Waiting() {
		return end()
	}
	if !u.shutdown.Begun() {
		t.Detach()
		return end()
	}
	ended := make(chan int, 1)
	go func() { ended <- end() }()
	select {
	case status := <-ended:
		return status
	case <-time.After(maxStopped):
		t.Detach()
		return <-ended
	}
}
