// Package event is the vocabulary between the tracer and the outputs.
//
// It owns the facts of a trace (Event), the calls they are about (Call) and decoded
// arguments and results (Value). It does not know where the facts come from or how they
// will look. The tracer decodes while the tracee is stopped and emits complete events. An
// output never needs the tracee, which may have run on or died since.
//
// # Adding a kind of event or value
//
// Add the type here. An event embeds Head, a value has the method value; list it in
// the comment of Event or Value. Its own comment says what is guaranteed. Then add a
// case in each format: Printer.event and line.value in output/text, Writer.Emit and
// line.value in output/jsonl. Summaries need one only for an event that begins or
// ends calls.
package event
