// Package wire is the wire format of protocol buffers
// (https://protobuf.dev/programming-guides/encoding): numbers, tags, and fields with a
// length. It owns how they are written, and reading them with care. It knows no message.
//
// Google's own package for it is the tests' second opinion. It is not used here, because a
// program that imports it reads parts of its own file at every start, for a hash.
//
// # Adding to it
//
// A kind of field that a message needs is one function that appends it; one that is read is
// also a case of ValueSize.
package wire
