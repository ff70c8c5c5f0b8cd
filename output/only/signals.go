package only

import "plait/event"

// Signals returns a sink that passes on to s all events but signals whose numbers are not
// wanted.
func Signals(s event.Sink, wanted func(number int) bool) event.Sink { return signals{s, wanted} }

type signals struct {
	event.Sink
	wanted func(number int) bool
}

// Emit implements event.Sink.
func (s signals) Emit(e event.Event) error {
	if e, ok := e.(*event.Signal); ok && !s.wanted(e.Number) {
		return nil
	}
	return s.Sink.Emit(e)
}
