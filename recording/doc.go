// Package recording writes the event stream to a file, and reads it back.
//
// It owns the container (blocks of bounded size, each with a checksum and of use
// alone) and how each event and value is coded in the wire format of Protocol
// Buffers. docs/RECORDING.md and docs/recording.proto describe both for other readers.
// It knows neither where events come from, nor how they look, nor the files.
//
// A recording is read with care: whoever made it may have meant harm. What a file can
// make the Reader allocate is bounded by a multiple of the file's size.
//
// # Adding a field, an event or a value
//
// One function describes each message, for writing and reading alike: codec.intFields is
// that of event.Int. Add a line there, with a number that was never used, and the same
// line in docs/recording.proto; TestProto holds the two together. A new type also wants
// a case in codec.value or codec.body. A field whose meaning changes gets a new number.
package recording
