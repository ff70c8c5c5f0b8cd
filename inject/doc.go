// Package inject says what is to be done to calls: strace's -e inject= and
// -e fault=.
//
// It owns the grammar of an injection and the choice of the calls that are meant, which
// is a predicate over event.Call, so that library calls can be meant as well. It does
// nothing to a call itself: the tracer does.
//
// # Adding to it
//
// A new word of the grammar is a case in parser.token and a field of Injection,
// which package tracer then obeys.
package inject
