package strace

import (
	"plait/event"
)

// messages is a sink that tells the user on standard error which processes come and
// go. A message comes before the lines of the trace that the same event causes.
type messages struct {
	event.Sink
	o        *options
	attached int          // threads attached to since the last sayAttached
	detached map[int]bool // threads whose detaching was reported at the end of their open call
}

func newMessages(s event.Sink, o *options) *messages {
	return &messages{Sink: s, o: o, detached: map[int]bool{}}
}

// Emit reports what the user should know of the event, and passes it on.
func (m *messages) Emit(e event.Event) error {
	switch e := e.(type) {
	case *event.Spawn:
		m.spawned(e)
	case *event.Return:
		if e.Outcome == event.Detached && !m.detached[e.TID] {
			m.detached[e.TID] = true
			m.say("Process %d detached", e.TID)
		}
	case *event.Detach:
		if !m.detached[e.TID] {
			m.say("Process %d detached", e.TID)
		}
		delete(m.detached, e.TID)
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
		m.attached++ // reported once all threads are attached
	case event.Forked, event.Threaded:
		m.say("Process %d attached", e.ChildTID)
	}
}

// say reports something unless -q suppresses it.
func (m *messages) say(format string, pid int) {
	if m.o.quiet&quietAttach == 0 {
		m.o.ui.Say(format, pid)
	}
}

// sayAttached reports that all threads of a process are attached.
func (m *messages) sayAttached(pid int) {
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
