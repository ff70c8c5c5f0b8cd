package strace

import (
	"plait/event"
)

// messages is a sink that tells the user of processes that come and go, on
// standard error, before the trace does.
type messages struct {
	event.Sink
	o        *options
	attached int          // threads that were attached to since it was last asked
	left     map[int]bool // threads whose leaving was told while a call was open
}

func newMessages(s event.Sink, o *options) *messages {
	return &messages{Sink: s, o: o, left: map[int]bool{}}
}

// Emit tells what the event is worth telling, and passes it on.
func (m *messages) Emit(e event.Event) error {
	switch e := e.(type) {
	case *event.Spawn:
		m.spawned(e)
	case *event.Return:
		if e.Outcome == event.Detached && !m.left[e.TID] {
			m.left[e.TID] = true
			m.tell("Process %d detached", e.TID)
		}
	case *event.Detach:
		if !m.left[e.TID] {
			m.tell("Process %d detached", e.TID)
		}
		delete(m.left, e.TID)
	case *event.Notice:
		if e.Kind != event.ModeChanged {
			m.o.ui.Say("%s", e.Text)
		}
	}
	return m.Sink.Emit(e)
}

func (m *messages) spawned(e *event.Spawn) {
	switch e.Kind {
	case event.Attached:
		m.attached++ // told when all threads are
	case event.Forked, event.Threaded:
		m.tell("Process %d attached", e.ChildTID)
	}
}

// tell says what -q leaves out.
func (m *messages) tell(format string, pid int) {
	if m.o.quiet&quietAttach == 0 {
		m.o.ui.Say(format, pid)
	}
}

// announce tells of a process that was attached to as a whole.
func (m *messages) announce(pid int) {
	threads := m.attached
	m.attached = 0
	switch {
	case m.o.quiet&quietAttach != 0:
	case threads > 1:
		m.o.ui.Say("Process %d attached with %d threads", pid, threads)
	default:
		m.o.ui.Say("Process %d attached", pid)
	}
}
