// Package jsonl writes the event stream as JSON Lines: one object a line, UTF-8.
//
// It owns the schema (docs/JSONL.md), which is for programs: whatever the text
// shows is in it, with numbers beside names. A call is written when it ends, with
// the ID of the call that was open around it in its thread.
//
// # Adding an event or value
//
// Events have an arm in Emit and a struct in record.go, values an arm in value.go.
// New fields may be added to a schema; one that changes its meaning needs another
// number.
package jsonl
