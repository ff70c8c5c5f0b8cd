package output

import (
	"errors"

	"plait/event"
)

// A tee is an event.Sink that passes events on to several sinks in turn.
type tee []event.Sink

// Tee returns a sink that passes each event on to all sinks, and closes them in
// order: lines and then a table in one file, for example.
func Tee(sinks ...event.Sink) event.Sink { return tee(sinks) }

func (t tee) Emit(e event.Event) error {
	var err error
	for _, s := range t {
		err = errors.Join(err, s.Emit(e))
	}
	return err
}

func (t tee) Close() error {
	var err error
	for _, s := range t {
		err = errors.Join(err, s.Close())
	}
	return err
}
