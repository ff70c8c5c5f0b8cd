// Package event is the vocabulary between the tracer and the outputs.
//
// It owns the facts of a trace (Event), the calls they speak of (Call) and the
// decoded arguments and results (Value). It knows nothing else: not where the
// facts come from and not how they will look. The tracer decodes while the
// tracee stands still and emits complete events; an output never needs the
// tracee, which may have run on or died since.
//
// # Adding a kind of event or value
//
// Add the type with its marker method here, one arm in each output's switch,
// and say in its comment what is guaranteed.
package event
