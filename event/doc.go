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
// Add the type here: an event embeds Head, a value has the method value, and the
// comment of Event or Value names it. Say in its own comment what is guaranteed.
// Then it gets an arm in each format: Printer.event and line.value in output/text,
// Writer.Emit and line.value in output/jsonl. Summaries need one only for an event
// that begins or ends calls.
package event
