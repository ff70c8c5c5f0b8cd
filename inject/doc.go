// Package inject says which calls are tampered with, and how (strace(1), -e inject= and
// -e fault=).
//
// It owns the grammar of an injection and the choice of the calls. An injection chooses
// calls by a predicate over event.Call, so that it could choose library calls as well.
// It does not know how a call is changed: package tracer does that.
//
// # Adding to it
//
// A new word of the grammar is a case in parser.token and a field of Injection. Package
// tracer must carry it out.
package inject
