// Package jsonl writes the event stream as JSON Lines: one object a line, UTF-8.
//
// It owns the schema (docs/JSONL.md), which is for programs: it has everything that the
// text shows, with numbers beside names. A call is written when it ends, with the ID of
// the call that was open around it in its thread. The record of its begin is held back
// for a moment and written only if the call lasts longer (enter.go), or if the user asks
// for all of them.
//
// It does not know where events come from, or how a trace for people looks. It never asks
// the tracee anything: an event holds all that is shown.
//
// # Adding an event or value
//
// An event is a case in Writer.Emit (jsonl.go) and a method in record.go, a value is a
// case in line.value (value.go). Describe both in docs/JSONL.md and docs/jsonl.schema.json.
// Fields may be added to the schema. If one changes its meaning, schema gets the next
// number.
package jsonl
